"""Tells what a case would begin with before anybody opens it, so that a form can be filled in beforehand."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.domain.case_templates.selectors import default_version_id
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.casework.advisors import whose_by_default
from cma_graphql.domain.compliance.applicable import checklists_to_begin
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """What `open_case` would take from a case's type if nothing else were said."""

    case_type_id: UUID
    title: str
    category: str
    priority: str
    complexity: str
    billing_method: str
    compliance_required: bool
    legal_review_required: bool
    version_id: UUID | None
    checklist_ids: tuple[UUID, ...]
    advisor_id: UUID | None


async def draft_of(reads: Reads, case_type_id: UUID | None) -> CaseDraft | None:
    """Draft a case of a type, or where none is named of the centre's default one; four statements.

    None: the centre has no such type, or opens no more cases of it.
    """
    open_for = [kind for kind in await case_types(reads) if kind["active"]]
    column, value = ("is_default", True) if case_type_id is None else ("key", case_type_id)
    kind = next((kind for kind in open_for if kind[column] == value), None)
    if kind is None:
        return None
    return CaseDraft(
        case_type_id=kind["key"],
        title=kind["name"],
        category=kind["category"],
        priority=kind["default_priority"],
        complexity=kind["default_complexity"],
        billing_method=kind["default_billing_method"],
        compliance_required=kind["requires_compliance_review"],
        legal_review_required=kind["requires_legal_review"],
        version_id=await default_version_id(reads, kind["key"]),
        checklist_ids=tuple(await checklists_to_begin(reads, kind["key"], today())),
        advisor_id=whose_by_default(reads.actor),
    )
