"""What a case would begin with, as the schema shows it."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates.template_selectors import versions_by_optional_id
from cma_graphql.domain.cases.type_selectors import case_types_by_id
from cma_graphql.domain.casework.drafting import draft_of
from cma_graphql.domain.compliance.framework_selectors import checklists_by_id
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.cases.enums import BillingMethod, CaseCategory, Level, Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import CALL
from cma_graphql.graph.fields import query, relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import find_id
from cma_graphql.graph.refs import CaseTemplateVersionRef, CaseTypeRef, ComplianceChecklistRef, MembershipRef

_STATEMENTS = 4
OfType = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The type of the case. Unset: the one that the centre proposes."),
]


@strawberry.type(description="What a case begins with where nothing else is said: of its type and its template.")
class CaseDraft:
    """One case that is not there yet."""

    title: str = strawberry.field(description="A title to begin with: what its type is called.")
    category: CaseCategory = strawberry.field(description="Whose debts, or what, such cases mostly concern.")
    priority: Priority = strawberry.field(description="How soon it needs attention.")
    complexity: Level = strawberry.field(description="How complex it is.")
    billing_method: BillingMethod = strawberry.field(description="Who pays for the work.")
    compliance_required: bool = strawberry.field(description="Whether a compliance review will be needed.")
    legal_review_required: bool = strawberry.field(description="Whether a legal review will be needed.")
    case_type_id: strawberry.Private[UUID]
    version_id: strawberry.Private[UUID | None]
    checklist_ids: strawberry.Private[tuple[UUID, ...]]
    advisor_id: strawberry.Private[UUID | None]

    @relation(description="What kind of case it is.")
    async def case_type(drafts: list["CaseDraft"], info: Info) -> list[CaseTypeRef]:
        """Answer each draft's type."""
        return await case_types_by_id(reader_for(info), [draft.case_type_id for draft in drafts])

    @relation(description="The stages, rules and required documents that it will run by; null: its type asks for none.")
    async def template_version(drafts: list["CaseDraft"], info: Info) -> list[CaseTemplateVersionRef | None]:
        """Answer each draft's version of a template."""
        return await versions_by_optional_id(info.context.reader, [draft.version_id for draft in drafts])

    @relation(description="The checklists that it will be given.", size=5)
    async def checklists(drafts: list["CaseDraft"], info: Info) -> list[list[ComplianceChecklistRef]]:
        """Answer each draft's checklists."""
        return [await checklists_by_id(info.context.reader, draft.checklist_ids) for draft in drafts]

    @relation(
        description="Whose it will be where nobody is named: an advisor's own; null: nobody's.",
        requires=Permission.USER_READ,
    )
    async def advisor(drafts: list["CaseDraft"], info: Info) -> list[MembershipRef | None]:
        """Answer each draft's advisor."""
        return await memberships_by_optional_id(reader_for(info), [draft.advisor_id for draft in drafts])


@strawberry.type
class CaseDraftQueries:
    """What can be asked before a case is opened."""

    @query(
        requires=Permission.CASE_CREATE,
        description="What `caseOpen` would open a case of this type with if nothing else were said, to fill a form in "
        "with; null where the centre has no such type, or opens no more cases of it.",
        call=_STATEMENTS * CALL,
    )
    async def case_draft_from_template(self, info: Info, case_type_id: OfType = None) -> CaseDraft | None:
        """Draft a case."""
        key = None if case_type_id is None else find_id("casetype", case_type_id)
        if key is None and case_type_id is not None:
            return None
        draft = await draft_of(info.context.reader, key)
        return None if draft is None else CaseDraft(**asdict(draft))
