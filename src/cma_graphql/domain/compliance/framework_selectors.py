"""Every select of the centre's frameworks, their checklists and requirements."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.compliance.models import (
    ComplianceChecklist,
    ComplianceFramework,
    ComplianceRequirement,
)
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, statement

FRAMEWORK_COLUMNS = (
    ComplianceFramework.id.label("key"),
    ComplianceFramework.catalogue_id,
    ComplianceFramework.code,
    ComplianceFramework.name,
    ComplianceFramework.edition,
    ComplianceFramework.effective_from,
    ComplianceFramework.effective_to,
    ComplianceFramework.source,
    ComplianceFramework.description,
    ComplianceFramework.active,
    ComplianceFramework.version,
)
CHECKLIST_COLUMNS = (
    ComplianceChecklist.id.label("key"),
    ComplianceChecklist.framework_id,
    ComplianceChecklist.catalogue_id,
    ComplianceChecklist.code,
    ComplianceChecklist.revision,
    ComplianceChecklist.name,
    ComplianceChecklist.case_types,
    ComplianceChecklist.gate_stage,
    ComplianceChecklist.mandatory,
    ComplianceChecklist.active,
    ComplianceChecklist.retired_on,
    ComplianceChecklist.position,
    ComplianceChecklist.version,
)
REQUIREMENT_COLUMNS = (
    ComplianceRequirement.code,
    ComplianceRequirement.text,
    ComplianceRequirement.source,
    ComplianceRequirement.certainty,
    ComplianceRequirement.mandatory,
    ComplianceRequirement.evidence_kind,
    ComplianceRequirement.weight,
    ComplianceRequirement.gate_stage,
    ComplianceRequirement.deadline_days,
)


@statement
def frameworks_of_centre(sight: Sight) -> AnySelect:
    """Select the centre's frameworks, in their order."""
    return (
        select(*FRAMEWORK_COLUMNS)
        .where(live(ComplianceFramework, sight))
        .order_by(ComplianceFramework.position, ComplianceFramework.code, ComplianceFramework.edition)
    )


@statement
def frameworks_by_key(sight: Sight) -> AnySelect:
    """Select these frameworks."""
    return select(*FRAMEWORK_COLUMNS).where(live(ComplianceFramework, sight), ComplianceFramework.id == any_(KEYS))


@statement
def checklists_by_key(sight: Sight) -> AnySelect:
    """Select these checklists."""
    return select(*CHECKLIST_COLUMNS).where(live(ComplianceChecklist, sight), ComplianceChecklist.id == any_(KEYS))


@statement
def checklists_by_framework(sight: Sight) -> AnySelect:
    """Select the checklists of these frameworks, every revision, the newest first."""
    return (
        select(*CHECKLIST_COLUMNS)
        .where(live(ComplianceChecklist, sight), ComplianceChecklist.framework_id == any_(KEYS))
        .order_by(ComplianceChecklist.position, ComplianceChecklist.code, ComplianceChecklist.revision.desc())
    )


@statement
def requirements_by_checklist(sight: Sight) -> AnySelect:
    """Select the requirements of these checklists, in their order."""
    return (
        select(
            ComplianceRequirement.checklist_id,
            *REQUIREMENT_COLUMNS,
            ComplianceRequirement.case_types,
        )
        .where(live(ComplianceRequirement, sight), ComplianceRequirement.checklist_id == any_(KEYS))
        .order_by(ComplianceRequirement.position, ComplianceRequirement.code)
    )


async def frameworks(reads: Reads) -> Sequence[Record]:
    """Answer the centre's frameworks."""
    return await reads.all(frameworks_of_centre)


async def frameworks_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these frameworks, in their order."""
    return await aligned(reads, frameworks_by_key, keys)


async def checklists_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these checklists, in their order."""
    return await aligned(reads, checklists_by_key, keys)


async def checklists_of_frameworks(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer each framework's checklists."""
    return await grouped(reads, checklists_by_framework, keys, by="framework_id")


async def requirements_of_checklists(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer each checklist's requirements."""
    return await grouped(reads, requirements_by_checklist, keys, by="checklist_id")
