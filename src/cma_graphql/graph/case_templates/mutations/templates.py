"""Mutations of templates as such."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates.services import publish, templates
from cma_graphql.graph.case_templates.inputs import (
    CaseTemplateActivateInput,
    CaseTemplateCloneInput,
    CaseTemplateCreateInput,
    CaseTemplateMakeDefaultInput,
    CaseTemplatePublishInput,
    CaseTemplateRetireInput,
    CaseTemplateUpdateInput,
)
from cma_graphql.graph.case_templates.mutations.answering import CaseTemplatePayload, answer, on_template, what
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import given_fields

_MANAGE = Permission.WORKFLOW_TEMPLATE_MANAGE


@strawberry.type(description="The new template, as an empty draft.")
class CaseTemplateCreatePayload(CaseTemplatePayload):
    """What caseTemplateCreate answers."""


@strawberry.type(description="The copy, as a draft.")
class CaseTemplateClonePayload(CaseTemplatePayload):
    """What caseTemplateClone answers."""


@strawberry.type(description="The changed template.")
class CaseTemplateUpdatePayload(CaseTemplatePayload):
    """What caseTemplateUpdate answers."""


@strawberry.type(description="The template with its new version.")
class CaseTemplatePublishPayload(CaseTemplatePayload):
    """What caseTemplatePublish answers."""


@strawberry.type(description="The retired template.")
class CaseTemplateRetirePayload(CaseTemplatePayload):
    """What caseTemplateRetire answers."""


@strawberry.type(description="The template that is in use again.")
class CaseTemplateActivatePayload(CaseTemplatePayload):
    """What caseTemplateActivate answers."""


@strawberry.type(description="The centre's default template.")
class CaseTemplateMakeDefaultPayload(CaseTemplatePayload):
    """What caseTemplateMakeDefault answers."""


@strawberry.type
class CaseTemplateMutations:
    """What can be done with templates as such."""

    @mutation(requires=_MANAGE, description="Add a template of the centre's own, as an empty draft.")
    async def case_template_create(
        self, info: Info, input: Annotated[CaseTemplateCreateInput, what("The template.")]
    ) -> CaseTemplateCreatePayload:
        """Create a template."""
        case_type = input.case_type_id
        return await answer(
            info,
            CaseTemplateCreatePayload,
            templates.create_template,
            input,
            code=input.code,
            name=input.name,
            description=input.description,
            category=input.category,
            case_type_id=None if case_type is None else read_id("casetype", case_type, field="case_type_id"),
        )

    @mutation(
        requires=_MANAGE,
        description="Add a template, as a draft, that says what another one does: its draft, or else its newest "
        "version.",
    )
    async def case_template_clone(
        self, info: Info, input: Annotated[CaseTemplateCloneInput, what("What to copy.")]
    ) -> CaseTemplateClonePayload:
        """Clone a template."""
        return await answer(
            info,
            CaseTemplateClonePayload,
            templates.clone_template,
            input,
            template_id=read_id("casetemplate", input.id),
            code=input.code,
            name=input.name,
            description=input.description,
        )

    @mutation(requires=_MANAGE, description="Change what a template is called, and what it is meant for.")
    async def case_template_update(
        self, info: Info, input: Annotated[CaseTemplateUpdateInput, what("The changes.")]
    ) -> CaseTemplateUpdatePayload:
        """Change a template."""
        edits: dict[str, Any] = given_fields(input, "name", "description", "category", "case_type_id")
        if edits.get("case_type_id") is not None:
            edits["case_type_id"] = read_id("casetype", edits["case_type_id"], field="case_type_id")
        return await answer(
            info, CaseTemplateUpdatePayload, templates.update_template, input, **on_template(input), edits=edits
        )

    @mutation(
        requires=_MANAGE,
        description="Publish the draft as the template's next version, once it can be run as a whole: every place "
        "that keeps a case from being run is named. Cases begin with it from now on; those at work keep theirs.",
    )
    async def case_template_publish(
        self, info: Info, input: Annotated[CaseTemplatePublishInput, what("Which template.")]
    ) -> CaseTemplatePublishPayload:
        """Publish a draft."""
        return await answer(
            info,
            CaseTemplatePublishPayload,
            publish.publish_template,
            input,
            **on_template(input),
            note=input.note,
        )

    @mutation(
        requires=_MANAGE,
        description="Let no case begin with a template any more; those that did go on with their version. It is "
        "refused for the default, and for one that case types name.",
    )
    async def case_template_retire(
        self, info: Info, input: Annotated[CaseTemplateRetireInput, what("Which template.")]
    ) -> CaseTemplateRetirePayload:
        """Retire a template."""
        return await answer(info, CaseTemplateRetirePayload, templates.retire_template, input, **on_template(input))

    @mutation(requires=_MANAGE, description="Let cases begin with a retired template again.")
    async def case_template_activate(
        self, info: Info, input: Annotated[CaseTemplateActivateInput, what("Which template.")]
    ) -> CaseTemplateActivatePayload:
        """Activate a template."""
        return await answer(info, CaseTemplateActivatePayload, templates.activate_template, input, **on_template(input))

    @mutation(
        requires=_MANAGE,
        description="Let cases begin with a template where their type names no other, in the place of the default "
        "there is: the centre's manager alone.",
    )
    async def case_template_make_default(
        self, info: Info, input: Annotated[CaseTemplateMakeDefaultInput, what("Which template.")]
    ) -> CaseTemplateMakeDefaultPayload:
        """Make a template the default."""
        return await answer(info, CaseTemplateMakeDefaultPayload, templates.make_default, input, **on_template(input))
