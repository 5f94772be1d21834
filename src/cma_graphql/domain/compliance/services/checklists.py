"""A centre's own checklists, in revisions: a case keeps the one that it began with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import STAFF, Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.cases.type_selectors import case_types as types_of_centre
from cma_graphql.domain.compliance.codes import read_code
from cma_graphql.domain.compliance.events import ChecklistCreated, ChecklistRetired
from cma_graphql.domain.compliance.framework_selectors import checklists_of_frameworks
from cma_graphql.domain.compliance.models import (
    Certainty,
    ComplianceChecklist,
    ComplianceFramework,
    ComplianceRequirement,
    EvidenceKind,
    Mandatory,
)
from cma_graphql.domain.compliance.policy import require_of_the_centre
from cma_graphql.domain.compliance.services.frameworks import NAME_LENGTH, TEXT_LENGTH
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_CHECKLISTS = 200
"""A framework's checklists are a plain list, every revision counted."""
MOST_REQUIREMENTS = 100
MOST_WEIGHT = 100
MOST_DAYS = 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequirement:
    """One requirement of a checklist that is about to be made."""

    code: str
    text: str
    source: str = "The centre's own rule"
    certainty: Certainty = Certainty.VERIFIED
    mandatory: Mandatory = Mandatory.YES
    evidence_kind: EvidenceKind = EvidenceKind.NOTE
    case_types: Sequence[str] = ()
    weight: int = 1
    gate_stage: CaseStage | None = None
    deadline_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The checklist that a new revision takes the place of, as it was last read."""

    checklist_id: UUID
    version: int


async def create_checklist(
    uow: UnitOfWork,
    *,
    framework_id: UUID,
    code: str,
    name: str,
    case_types: Sequence[str],
    requirements: Sequence[NewRequirement],
    gate_stage: CaseStage | None = None,
    mandatory: bool = True,
    replaces: Replaced | None = None,
) -> UUID:
    """Add a checklist, checked as a whole, to a framework; cases opened from now on are given it.

    A requirement without a gate has the checklist's. One that `replaces` another has its code and the next
    revision, and the other retires with it. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput,
    LimitReached.
    """
    require_of_the_centre(uow.actor, Permission.FRAMEWORK_MANAGE)
    faults = Faults()
    known = {row["code"] for row in await types_of_centre(uow)}
    checklist = ComplianceChecklist(
        id=new_id(),
        framework_id=framework_id,
        code=faults.read("code", read_code, code) or "",
        name=faults.read("name", one_line, name, max_length=NAME_LENGTH) or "",
        case_types=_read_case_types(faults, "case_types", case_types, known, least=1),
        gate_stage=None if gate_stage is None else gate_stage.value,
        mandatory=mandatory,
        active=True,
    )
    rows = _read_requirements(faults, checklist, requirements)
    faults.raise_any()
    framework = await uow.lock(ComplianceFramework, framework_id, field="framework_id")
    (siblings,) = await checklists_of_frameworks(uow, [framework_id])
    if len(siblings) >= MOST_CHECKLISTS:
        raise LimitReached("checklists", MOST_CHECKLISTS)
    if replaces is not None:
        await _retire_replaced(uow, checklist, replaces)
    elif any(row["active"] and row["code"] == checklist.code for row in siblings):
        raise Invalid("code", "unique", "The framework has a checklist of this code: say that this one replaces it.")
    checklist.revision = 1 + max((row["revision"] for row in siblings if row["code"] == checklist.code), default=0)
    checklist.position = _position(framework, siblings, checklist.code)
    await uow.flush()
    changes = uow.add(checklist)
    await uow.flush()
    for row in rows:
        uow.add(row)
    told = {**changes, "requirements": Change(None, len(rows), Publicity.OPEN)}
    uow.record(ChecklistCreated(subject_id=checklist.id, version=1), changes=told, after=STAFF)
    return checklist.id


async def retire_checklist(uow: UnitOfWork, *, checklist_id: UUID, version: int) -> UUID:
    """Give a checklist to no case any more; those that have it keep it.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    require_of_the_centre(uow.actor, Permission.FRAMEWORK_MANAGE)
    checklist = await uow.lock(ComplianceChecklist, checklist_id, version=version)
    if not checklist.active:
        raise Invalid("id", "retired", "This checklist is retired already.")
    await _retire(uow, checklist)
    return checklist.id


async def _retire(uow: UnitOfWork, checklist: ComplianceChecklist) -> None:
    changes = uow.change(checklist, active=False, retired_on=today())
    await uow.flush()
    event = ChecklistRetired(subject_id=checklist.id, version=checklist.version)
    uow.record(event, changes=changes, before=STAFF, after=STAFF)


async def _retire_replaced(uow: UnitOfWork, new: ComplianceChecklist, replaces: Replaced) -> None:
    old = await uow.lock(ComplianceChecklist, replaces.checklist_id, version=replaces.version, field="replaces")
    if (old.framework_id, old.code) != (new.framework_id, new.code):
        raise Invalid("replaces", "other-code", "A new revision has the framework and the code of the old one.")
    if not old.active:
        raise Invalid("replaces", "retired", "This checklist is retired already.")
    await _retire(uow, old)


def _position(framework: ComplianceFramework, siblings: Sequence[Record], code: str) -> int:
    """Put a new revision where the old one was, any other behind its framework's, those of a new one behind all."""
    places: dict[str, int] = {row["code"]: row["position"] for row in siblings}
    return places.get(code, max(places.values(), default=framework.position * MOST_CHECKLISTS) + 1)


def _read_case_types(
    faults: Faults, field: str, codes: Sequence[str], known: Collection[str], *, least: int
) -> list[str]:
    """Read the codes of case types, each once, all of them the centre's."""
    unknown = sorted({code for code in codes if code not in known})
    if len(codes) < least:
        faults.add(field, "required", "Name at least one case type.")
    elif unknown:
        faults.add(field, "unknown-case-type", "The centre has no such case type here.", unknown=unknown[:10])
    return list(dict.fromkeys(codes))


def _read_requirements(
    faults: Faults, checklist: ComplianceChecklist, given: Sequence[NewRequirement]
) -> list[ComplianceRequirement]:
    """Read the requirements, every fault under its place in the list."""
    if not 1 <= len(given) <= MOST_REQUIREMENTS:
        faults.add(
            "requirements",
            "items",
            f"A checklist has between 1 and {MOST_REQUIREMENTS} requirements.",
            minimum=1,
            maximum=MOST_REQUIREMENTS,
        )
        return []
    rows = [_read_requirement(faults, checklist, number, item) for number, item in enumerate(given)]
    seen: set[str] = set()
    for number, row in enumerate(rows):
        if row.code and row.code in seen:
            faults.add(f"requirements.{number}.code", "duplicate", "Each requirement has a code of its own.")
        seen.add(row.code)
    return rows


def _read_requirement(
    faults: Faults, checklist: ComplianceChecklist, number: int, given: NewRequirement
) -> ComplianceRequirement:
    within = f"requirements.{number}"
    if not 1 <= given.weight <= MOST_WEIGHT:
        faults.add(
            f"{within}.weight", "range", f"A weight is between 1 and {MOST_WEIGHT}.", minimum=1, maximum=MOST_WEIGHT
        )
    if given.deadline_days is not None and not 0 <= given.deadline_days <= MOST_DAYS:
        faults.add(
            f"{within}.deadline_days",
            "range",
            f"A deadline is between 0 and {MOST_DAYS} days.",
            minimum=0,
            maximum=MOST_DAYS,
        )
    return ComplianceRequirement(
        id=new_id(),
        checklist_id=checklist.id,
        code=faults.read(f"{within}.code", read_code, given.code) or "",
        text=faults.read(f"{within}.text", multiline, given.text, max_length=TEXT_LENGTH) or "",
        source=faults.read(f"{within}.source", one_line, given.source, max_length=NAME_LENGTH) or "",
        certainty=given.certainty.value,
        mandatory=given.mandatory.value,
        evidence_kind=given.evidence_kind.value,
        case_types=_read_case_types(faults, f"{within}.case_types", given.case_types, checklist.case_types, least=0),
        weight=given.weight,
        gate_stage=checklist.gate_stage if given.gate_stage is None else given.gate_stage.value,
        deadline_days=given.deadline_days,
        position=number + 1,
    )
