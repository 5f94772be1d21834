"""CaseTemplate, its versions and its draft, as the schema shows them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates import said as versions_say
from cma_graphql.domain.case_templates.policy import may_manage
from cma_graphql.domain.case_templates.template_selectors import (
    case_types_naming_templates,
    newest_versions,
    templates_by_id,
    versions_by_id,
    versions_of_templates,
)
from cma_graphql.domain.cases.type_selectors import case_types_by_optional_id
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.case_templates.drafts import CaseTemplateDraft, drafts_of
from cma_graphql.graph.case_templates.enums import TemplateCategory
from cma_graphql.graph.case_templates.said import (
    CaseTemplateApprovalRule,
    CaseTemplateDocumentRule,
    CaseTemplateNotificationRule,
    CaseTemplateStage,
)
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.refs import CaseTypeRef, MembershipRef


@node_type(table="case_template_versions", load=versions_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="One published version of a template: it never changes, and cases keep theirs.")
class CaseTemplateVersion(Node):
    """A version of one of the centre's templates."""

    prefix: ClassVar[str] = "casetemplateversion"

    number: int = strawberry.field(description="Counts the template's versions, from 1.")
    note: str | None = strawberry.field(description="What is new in it.")
    published_at: datetime = strawberry.field(description="When it was published.")
    template_id: strawberry.Private[UUID]
    published_by_id: strawberry.Private[UUID]

    @relation(description="The template.", reads=())
    async def template(versions: list["CaseTemplateVersion"], info: Info) -> list["CaseTemplate | None"]:
        """Answer each version's template."""
        return await templates_by_id(info.context.reader, [version.template_id for version in versions])  # type: ignore[return-value]

    @relation(
        description="Who published it; null for what the centre was given.", requires=Permission.USER_READ, reads=()
    )
    async def published_by(versions: list["CaseTemplateVersion"], info: Info) -> list[MembershipRef | None]:
        """Answer who published each version."""
        return await memberships_by_id(reader_for(info), [version.published_by_id for version in versions])

    @relation(description="Its stages, in their order.", size=15, reads=())
    async def stages(versions: list["CaseTemplateVersion"], info: Info) -> list[list[CaseTemplateStage]]:
        """Answer each version's stages."""
        found = await versions_say.stages_of_versions(info.context.reader, [version.key for version in versions])
        return [[CaseTemplateStage.of(stage) for stage in stages] for stages in found]

    @relation(description="What needs an approval in every stage.", size=10, reads=())
    async def approval_rules(versions: list["CaseTemplateVersion"], info: Info) -> list[list[CaseTemplateApprovalRule]]:
        """Answer each version's approval rules."""
        keys = [version.key for version in versions]
        found = await versions_say.approval_rules_of_versions(info.context.reader, keys)
        return [[CaseTemplateApprovalRule.of(rule) for rule in rules] for rules in found]

    @relation(description="Who is told of what.", size=10, reads=())
    async def notification_rules(
        versions: list["CaseTemplateVersion"], info: Info
    ) -> list[list[CaseTemplateNotificationRule]]:
        """Answer each version's notification rules."""
        keys = [version.key for version in versions]
        found = await versions_say.notification_rules_of_versions(info.context.reader, keys)
        return [[CaseTemplateNotificationRule.of(rule) for rule in rules] for rules in found]

    @relation(description="The documents that a case has to have.", size=10, reads=())
    async def document_rules(versions: list["CaseTemplateVersion"], info: Info) -> list[list[CaseTemplateDocumentRule]]:
        """Answer each version's document rules."""
        keys = [version.key for version in versions]
        found = await versions_say.document_rules_of_versions(info.context.reader, keys)
        return [[CaseTemplateDocumentRule.of(rule) for rule in rules] for rules in found]


@strawberry.type(description="What the viewer may do with a template, by right.")
class CaseTemplateViewerCan:
    """The viewer's rights over one template."""

    manage: bool = strawberry.field(description="Work on its draft, publish, rename, retire and activate it.")


@node_type(table="case_templates", load=templates_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="The stages that cases of some type go through, in versions.")
class CaseTemplate(Node):
    """One of the centre's templates."""

    prefix: ClassVar[str] = "casetemplate"

    code: str = strawberry.field(description="Its code: `DEBT-ADVICE-STANDARD`.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="What it is for.")
    category: TemplateCategory = strawberry.field(description="Whose business it is.")
    is_default: bool = strawberry.field(description="Whether cases begin with it where their type names no other.")
    active: bool = strawberry.field(description="Whether cases may begin with it; false: it is retired.")
    published_number: int = strawberry.field(description="The number of its newest version; 0: it has none yet.")
    has_draft: bool = strawberry.field(description="Whether somebody is at work on its next version.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it, or its draft, last changed.")
    version: int = strawberry.field(
        description="Counts its changes, those of its draft included; send it back as `expectedVersion`."
    )
    catalogue_id: strawberry.Private[UUID | None]
    case_type_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is the centre's own, and not a copy of the network's.")
    def local(self) -> bool:
        """Tell whether it has no original."""
        return self.catalogue_id is None

    @relation(description="What the viewer may do with it.", reads=("category",))
    async def viewer_can(templates: list["CaseTemplate"], info: Info) -> list[CaseTemplateViewerCan]:
        """Answer the viewer's rights over each template."""
        actor = info.context.actor
        return [CaseTemplateViewerCan(manage=may_manage(actor, template.category)) for template in templates]

    @relation(description="The case type it is meant for; null: any.", reads=())
    async def case_type(templates: list["CaseTemplate"], info: Info) -> list[CaseTypeRef | None]:
        """Answer the type each is meant for."""
        keys = [template.case_type_id for template in templates]
        return await case_types_by_optional_id(info.context.reader, keys)

    @relation(description="The case types that name it for their cases.", size=5, reads=())
    async def used_by(templates: list["CaseTemplate"], info: Info) -> list[list[CaseTypeRef]]:
        """Answer the types that name each."""
        return await case_types_naming_templates(info.context.reader, [template.key for template in templates])

    @relation(description="The version that cases begin with; null before the first is published.", reads=())
    async def current(templates: list["CaseTemplate"], info: Info) -> list[CaseTemplateVersion | None]:
        """Answer each template's newest version."""
        return await newest_versions(info.context.reader, [template.key for template in templates])  # type: ignore[return-value]

    @relation(description="Its versions, the newest first.", size=10, reads=())
    async def versions(templates: list["CaseTemplate"], info: Info) -> list[list[CaseTemplateVersion]]:
        """Answer each template's versions."""
        return await versions_of_templates(info.context.reader, [template.key for template in templates])  # type: ignore[return-value]

    @relation(
        description="What its next version is to say; null where nobody is at work on one.",
        requires=Permission.WORKFLOW_TEMPLATE_MANAGE,
        reads=(),
        call=30,
    )
    async def draft(templates: list["CaseTemplate"], info: Info) -> list[CaseTemplateDraft | None]:
        """Answer each template's draft."""
        return await drafts_of(info.context.reader, [template.key for template in templates])

    history = history_by("subject_id")
