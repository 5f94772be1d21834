"""Which requirements a case asks for: by its type, by what is in force, or because somebody named a checklist."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Date, Uuid, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.domain.compliance.models import (
    CaseCompliance,
    ComplianceChecklist,
    ComplianceFramework,
    ComplianceRequirement,
)
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import AnySelect, Reads, Record, live, statement

_CASE = bindparam("case_id", type_=Uuid())
_DAY = bindparam("day", type_=Date())


@statement
def requirements_to_begin(sight: Sight, named: bool) -> AnySelect:  # noqa: FBT001 - a statement's shape
    """Select the requirements of checklists that a case lacks: those its type asks for, or those named.

    A case that has a checklist in whichever revision does not lack it: it keeps the one it began with.
    """
    begun = aliased(ComplianceChecklist, name="begun")
    present = (
        exists()
        .where(
            live(CaseCompliance, sight),
            CaseCompliance.case_id == _CASE,
            CaseCompliance.checklist_id == begun.id,
            begun.centre_id == ACTOR_CENTRE,
            begun.framework_id == ComplianceChecklist.framework_id,
            begun.code == ComplianceChecklist.code,
        )
        .correlate(ComplianceChecklist)
    )
    wanted = (
        ComplianceChecklist.id == any_(bindparam("checklist_ids", type_=ARRAY(Uuid())))
        if named
        else CaseType.code == any_(ComplianceChecklist.case_types)
    )
    return (
        select(
            ComplianceChecklist.framework_id,
            ComplianceRequirement.checklist_id,
            ComplianceChecklist.code.label("checklist_code"),
            ComplianceRequirement.id.label("requirement_id"),
            ComplianceRequirement.mandatory,
            ComplianceRequirement.evidence_kind,
            ComplianceRequirement.weight,
            ComplianceRequirement.gate_stage,
            ComplianceRequirement.deadline_days,
        )
        .select_from(ComplianceChecklist)
        .join(
            ComplianceFramework,
            (ComplianceFramework.centre_id == ComplianceChecklist.centre_id)
            & (ComplianceFramework.id == ComplianceChecklist.framework_id),
        )
        .join(
            ComplianceRequirement,
            (ComplianceRequirement.centre_id == ComplianceChecklist.centre_id)
            & (ComplianceRequirement.checklist_id == ComplianceChecklist.id),
        )
        .join(CaseType, CaseType.centre_id == ComplianceChecklist.centre_id)
        .where(
            live(ComplianceChecklist, sight),
            live(ComplianceFramework, sight),
            live(ComplianceRequirement, sight),
            live(CaseType, sight),
            CaseType.id == bindparam("case_type_id", type_=Uuid()),
            ComplianceChecklist.active,
            ComplianceFramework.active,
            ComplianceFramework.effective_from <= _DAY,
            or_(ComplianceFramework.effective_to.is_(None), ComplianceFramework.effective_to >= _DAY),
            or_(
                func.cardinality(ComplianceRequirement.case_types) == 0,
                CaseType.code == any_(ComplianceRequirement.case_types),
            ),
            wanted,
            ~present,
        )
        .order_by(ComplianceChecklist.position, ComplianceChecklist.code, ComplianceRequirement.position)
    )


@statement
def checklists_asked_for(sight: Sight) -> AnySelect:
    """Select which checklists of a case, in their revisions, are for cases of a type."""
    return (
        select(CaseCompliance.id.label("key"))
        .join(
            ComplianceChecklist,
            (ComplianceChecklist.centre_id == CaseCompliance.centre_id)
            & (ComplianceChecklist.id == CaseCompliance.checklist_id),
        )
        .join(CaseType, CaseType.centre_id == CaseCompliance.centre_id)
        .where(
            live(CaseCompliance, sight),
            live(ComplianceChecklist, sight),
            live(CaseType, sight),
            CaseCompliance.case_id == _CASE,
            CaseType.id == bindparam("case_type_id", type_=Uuid()),
            CaseType.code == any_(ComplianceChecklist.case_types),
        )
    )


async def lacking(reads: Reads, case: Case, day: date, *, named: Sequence[UUID] | None = None) -> Sequence[Record]:
    """Answer the requirements of what a case lacks, checklist by checklist."""
    given = {} if named is None else {"checklist_ids": list(named)}
    return await reads.all(
        requirements_to_begin, named is not None, case_id=case.id, case_type_id=case.case_type_id, day=day, **given
    )


async def asked_for(reads: Reads, case: Case, case_type_id: UUID) -> set[UUID]:
    """Answer which of a case's checklists a type asks for."""
    rows = await reads.all(checklists_asked_for, case_id=case.id, case_type_id=case_type_id)
    return {row["key"] for row in rows}


async def checklists_to_begin(reads: Reads, case_type_id: UUID, day: date) -> list[UUID]:
    """Answer the checklists that a case of a type would begin with if it were opened on a day, in their order."""
    no_case = new_id()  # a case that is not there has none of them
    rows = await reads.all(requirements_to_begin, False, case_id=no_case, case_type_id=case_type_id, day=day)
    return list(dict.fromkeys(row["checklist_id"] for row in rows))
