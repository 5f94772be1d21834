"""The centre's own categories and templates of notes."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.notes.services import categories, templates
from cma_graphql.graph.cases.enums import Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.notes.types import NoteCategory, NoteTemplate
from cma_graphql.graph.writing import MutationInput, reread, write

_EXPECTED = "The `version` that you read; another one is a conflict."


@strawberry.input(description="A category of notes of the centre's own.")
class NoteCategoryCreateInput(MutationInput):
    """A new category."""

    code: str = strawberry.field(description="Its code: 2 to 40 letters, digits and underscores.")
    name: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What is written in it.")
    legal: bool = strawberry.field(
        default=False, description="Whether only managers and compliance officers write in it."
    )


@strawberry.type(description="The new category.")
class NoteCategoryCreatePayload(Payload):
    """What noteCategoryCreate answers."""

    note_category: NoteCategory | None = strawberry.field(
        default=None, description="The category; null where it was refused."
    )


@strawberry.input(description="What to change of a category of notes; an absent field stays as it is.")
class NoteCategoryUpdateInput(MutationInput):
    """Changes of a category."""

    id: strawberry.ID = strawberry.field(description="The category.")
    expected_version: int = strawberry.field(description=_EXPECTED)
    name: str | None = strawberry.field(default=None, description="What it is called.")
    active: bool | None = strawberry.field(default=None, description="Whether new notes may be of this category.")


@strawberry.type(description="The changed category.")
class NoteCategoryUpdatePayload(Payload):
    """What noteCategoryUpdate answers."""

    note_category: NoteCategory | None = strawberry.field(
        default=None, description="The category; null where it was refused."
    )


@strawberry.input(description="A template of notes.")
class NoteTemplateCreateInput(MutationInput):
    """A new template."""

    name: str = strawberry.field(description="What it is called.")
    category_id: strawberry.ID = strawberry.field(description="The category that notes begin with.")
    body: str = strawberry.field(
        description="Its words, up to 20,000 characters, with placeholders of `notePlaceholders`; any other is refused."
    )
    priority: Priority = strawberry.field(default=Priority.MEDIUM, description="The priority that notes begin with.")
    tags: list[str] = strawberry.field(default_factory=list, description="The tags that notes begin with.")


@strawberry.type(description="The new template.")
class NoteTemplateCreatePayload(Payload):
    """What noteTemplateCreate answers."""

    note_template: NoteTemplate | None = strawberry.field(
        default=None, description="The template; null where it was refused."
    )


@strawberry.input(description="What to change of a template of notes; an absent field stays as it is.")
class NoteTemplateUpdateInput(MutationInput):
    """Changes of a template."""

    id: strawberry.ID = strawberry.field(description="The template.")
    expected_version: int = strawberry.field(description=_EXPECTED)
    name: str | None = strawberry.field(default=None, description="What it is called.")
    body: str | None = strawberry.field(default=None, description="Its words.")
    priority: Priority | None = strawberry.field(default=None, description="The priority that notes begin with.")
    tags: list[str] | None = strawberry.field(default=None, description="The tags that notes begin with.")
    active: bool | None = strawberry.field(default=None, description="Whether it is in use.")


@strawberry.type(description="The changed template.")
class NoteTemplateUpdatePayload(Payload):
    """What noteTemplateUpdate answers."""

    note_template: NoteTemplate | None = strawberry.field(
        default=None, description="The template; null where it was refused."
    )


@strawberry.type
class NoteSettingMutations:
    """What can be done with categories and templates of notes."""

    @mutation(
        requires=Permission.CENTRE_CONFIGURE,
        description="Add a category of notes of the centre's own, beside its copies of the network's.",
    )
    async def note_category_create(
        self, info: Info, input: Annotated[NoteCategoryCreateInput, strawberry.argument(description="The category.")]
    ) -> NoteCategoryCreatePayload:
        """Create a category."""
        outcome = await write(
            info,
            categories.create_category,
            input,
            code=input.code,
            name=input.name,
            description=input.description,
            legal=input.legal,
        )
        category = await reread(info, NoteCategory, outcome.subject_ids[0])
        return NoteCategoryCreatePayload(note_category=category, replayed=outcome.replayed)

    @mutation(
        requires=Permission.CENTRE_CONFIGURE,
        description="Give a category of notes another name, retire it or use it again; notes keep theirs.",
    )
    async def note_category_update(
        self, info: Info, input: Annotated[NoteCategoryUpdateInput, strawberry.argument(description="The changes.")]
    ) -> NoteCategoryUpdatePayload:
        """Change a category."""
        outcome = await write(
            info,
            categories.update_category,
            input,
            category_id=read_id("notecategory", input.id),
            version=input.expected_version,
            name=input.name,
            active=input.active,
        )
        category = await reread(info, NoteCategory, outcome.subject_ids[0])
        return NoteCategoryUpdatePayload(note_category=category, replayed=outcome.replayed)

    @mutation(requires=Permission.CENTRE_CONFIGURE, description="Add a template of notes to the centre.")
    async def note_template_create(
        self, info: Info, input: Annotated[NoteTemplateCreateInput, strawberry.argument(description="The template.")]
    ) -> NoteTemplateCreatePayload:
        """Create a template."""
        outcome = await write(
            info,
            templates.create_template,
            input,
            name=input.name,
            category_id=read_id("notecategory", input.category_id, field="category_id"),
            body=input.body,
            priority=input.priority,
            tags=input.tags,
        )
        template = await reread(info, NoteTemplate, outcome.subject_ids[0])
        return NoteTemplateCreatePayload(note_template=template, replayed=outcome.replayed)

    @mutation(
        requires=Permission.CENTRE_CONFIGURE,
        description="Change a template of notes, retire it or use it again; notes that began with it stay.",
    )
    async def note_template_update(
        self, info: Info, input: Annotated[NoteTemplateUpdateInput, strawberry.argument(description="The changes.")]
    ) -> NoteTemplateUpdatePayload:
        """Change a template."""
        outcome = await write(
            info,
            templates.update_template,
            input,
            template_id=read_id("notetemplate", input.id),
            version=input.expected_version,
            name=input.name,
            body=input.body,
            priority=input.priority,
            tags=input.tags,
            active=input.active,
        )
        template = await reread(info, NoteTemplate, outcome.subject_ids[0])
        return NoteTemplateUpdatePayload(note_template=template, replayed=outcome.replayed)
