"""What people do with one requirement of one case: tick it off, take that back, set it aside, waive it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.core.events import Event
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.compliance.events import (
    ItemCompleted,
    ItemDeadlineSet,
    ItemFailed,
    ItemReopened,
    ItemSetAside,
    ItemWaived,
)
from cma_graphql.domain.compliance.models import (
    CaseCompliance,
    ComplianceItem,
    ComplianceRequirement,
    EvidenceKind,
    ItemState,
    Mandatory,
)
from cma_graphql.domain.compliance.policy import require_may_set_aside, require_not_own_case
from cma_graphql.domain.compliance.recount import recount
from cma_graphql.domain.documents.models import Document
from cma_graphql.persistence.unit_of_work import UnitOfWork

NOTES_LENGTH = 5_000
NOTE_LENGTH = 2_000
REASON_LENGTH = 1_000

FOLLOWING: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.OPEN: (ItemState.DONE, ItemState.NOT_APPLICABLE, ItemState.WAIVED, ItemState.FAILED),
    ItemState.FAILED: (ItemState.OPEN, ItemState.DONE, ItemState.WAIVED),
    ItemState.DONE: (ItemState.OPEN,),
    ItemState.NOT_APPLICABLE: (ItemState.OPEN,),
    ItemState.WAIVED: (ItemState.OPEN,),
}
"""Which state of a requirement may follow which: what is settled is opened again before it is settled anew."""


@dataclass(slots=True)
class Taken:
    """A requirement of a case, locked with its case and its checklist."""

    uow: UnitOfWork
    case: Case
    item: ComplianceItem
    requirement: ComplianceRequirement

    def require_step(self, *targets: ItemState) -> None:
        """Raise TransitionRefused unless the item may go to one of these states."""
        allowed = FOLLOWING[ItemState(self.item.state)]
        if not any(target in allowed for target in targets):
            raise TransitionRefused(
                source=self.item.state, target=targets[0].value, allowed=[state.value for state in allowed]
            )

    async def change(self, event: type[Event], **values: object) -> UUID:
        """Write the item, then its checklist's figures; tell of it. Answer the item."""
        changes = self.uow.change(self.item, **values)
        if changes:
            await self.uow.flush()
            await recount(self.uow, {self.item.case_compliance_id})
        await tell_of_part(self.uow, event, self.case, self.item, changes)
        return self.item.id

    def checked(self, on: date | None = None) -> dict[str, object]:
        """Answer who looked at it, and when: today unless said."""
        return {"checked_on": on or today(), "checked_by": self.uow.actor.user_id}


async def take_item(uow: UnitOfWork, permission: Permission, item_id: UUID, version: int) -> Taken:
    """Lock a requirement of a case after its case and its checklist (decision 37).

    One without a gate, such as the review of closed files, may be settled after the end of its case, too. Raises
    Forbidden, NotFound, Conflict, Invalid.
    """
    uow.actor.require(permission)
    found = await uow.get(ComplianceItem, item_id, field="id")
    requirement = await uow.get(ComplianceRequirement, found.requirement_id, field="id")
    case = await take_case_of(uow, permission, found.case_id, field="id", ended=requirement.gate_stage is None)
    await uow.lock(CaseCompliance, found.case_compliance_id)
    item = await uow.lock(ComplianceItem, item_id, version=version)
    return Taken(uow, case, item, requirement)


async def complete_item(
    uow: UnitOfWork,
    *,
    item_id: UUID,
    version: int,
    evidence_document_id: UUID | None = None,
    evidence_note: str | None = None,
    notes: str | None = None,
    checked_on: date | None = None,
) -> UUID:
    """Write down that a requirement is met, with the evidence that its kind asks for.

    A NOTE takes a note, a DOCUMENT a document of the case; a SIGNATURE the signed document, or a note that says
    where the signature is kept. Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    taken.require_step(ItemState.DONE)
    faults = Faults()
    note = _read(faults, "evidence_note", evidence_note, NOTE_LENGTH)
    said = _read(faults, "notes", notes, NOTES_LENGTH)
    _check_day(faults, checked_on)
    _check_evidence(faults, taken.requirement.evidence_kind, document=evidence_document_id, note=evidence_note)
    if evidence_document_id is not None:
        await _check_document(faults, taken, evidence_document_id)
    faults.raise_any()
    return await taken.change(
        ItemCompleted,
        state=ItemState.DONE.value,
        binding=_holds(taken),
        evidence_document_id=evidence_document_id,
        evidence_note=note,
        notes=taken.item.notes if said is None else said,
        remedial_action=None,
        **taken.checked(checked_on),
    )


async def reopen_item(uow: UnitOfWork, *, item_id: UUID, version: int, reason: str) -> UUID:
    """Open a requirement again that was settled; what was said to settle it stays in the audit trail.

    Raises Forbidden, NotFound, Conflict, TransitionRefused (it is open), Invalid.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    taken.require_step(ItemState.OPEN)
    why = _reason(reason)
    return await taken.change(
        ItemReopened,
        state=ItemState.OPEN.value,
        reason=None,
        notes=why,
        evidence_document_id=None,
        evidence_note=None,
        remedial_action=None,
        checked_on=None,
        checked_by=None,
    )


async def fail_item(
    uow: UnitOfWork,
    *,
    item_id: UUID,
    version: int,
    remedial_action: str,
    deadline_on: date,
    notes: str | None = None,
) -> UUID:
    """Write down that a requirement was not met, what will be done about it and by when.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    taken.require_step(ItemState.FAILED)
    faults = Faults()
    action = faults.read("remedial_action", multiline, remedial_action, max_length=NOTE_LENGTH)
    said = _read(faults, "notes", notes, NOTES_LENGTH)
    _check_deadline(faults, deadline_on)
    faults.raise_any()
    return await taken.change(
        ItemFailed,
        state=ItemState.FAILED.value,
        binding=_holds(taken),
        remedial_action=action,
        deadline_on=deadline_on,
        notes=taken.item.notes if said is None else said,
        **taken.checked(),
    )


async def mark_item_not_applicable(uow: UnitOfWork, *, item_id: UUID, version: int, reason: str) -> UUID:
    """Write down why a requirement does not apply to a case; of a mandatory one, only who may waive it.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    require_may_set_aside(uow.actor, taken.requirement.mandatory)
    if taken.requirement.mandatory == Mandatory.YES:
        require_not_own_case(uow.actor, taken.case)
    taken.require_step(ItemState.NOT_APPLICABLE)
    return await taken.change(
        ItemSetAside,
        state=ItemState.NOT_APPLICABLE.value,
        reason=_reason(reason),
        binding=taken.requirement.mandatory == Mandatory.YES,
        **taken.checked(),
    )


async def mark_item_applicable(uow: UnitOfWork, *, item_id: UUID, version: int) -> UUID:
    """Write down that a conditional requirement's condition holds: from now on it has to be met.

    Raises Forbidden, NotFound, Conflict, TransitionRefused (it is settled), Invalid (it is not conditional, or
    applies already).
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    if taken.requirement.mandatory != Mandatory.CONDITIONAL:
        raise Invalid("id", "not-conditional", "Only a conditional requirement is marked applicable.")
    if taken.item.state not in {ItemState.OPEN, ItemState.NOT_APPLICABLE}:
        taken.require_step(ItemState.NOT_APPLICABLE)
    if taken.item.state == ItemState.OPEN and taken.item.binding:
        raise Invalid("id", "already-applicable", "This requirement applies already.")
    return await taken.change(
        ItemSetAside, state=ItemState.OPEN.value, binding=True, reason=None, checked_on=None, checked_by=None
    )


async def waive_item(uow: UnitOfWork, *, item_id: UUID, version: int, reason: str) -> UUID:
    """Let a case go without a requirement, for a reason: managers and compliance officers, of others' cases.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_WAIVE, item_id, version)
    require_not_own_case(uow.actor, taken.case)
    taken.require_step(ItemState.WAIVED)
    return await taken.change(
        ItemWaived,
        state=ItemState.WAIVED.value,
        reason=_reason(reason),
        remedial_action=None,
        **taken.checked(),
    )


async def set_item_deadline(uow: UnitOfWork, *, item_id: UUID, version: int, deadline_on: date | None) -> UUID:
    """Set by when an open or failed requirement is to be met; None: no day, which a failed one must have.

    A day for a conditional requirement says that its condition holds. Raises Forbidden, NotFound, Conflict,
    TransitionRefused (it is settled), Invalid.
    """
    taken = await take_item(uow, Permission.COMPLIANCE_TICK, item_id, version)
    taken.require_step(ItemState.DONE)
    faults = Faults()
    if deadline_on is None:
        if taken.item.state == ItemState.FAILED:
            faults.add("deadline_on", "required", "What was not met has a day by which it will be.")
    elif deadline_on != taken.item.deadline_on:
        _check_deadline(faults, deadline_on)
    faults.raise_any()
    begun = deadline_on is not None and taken.requirement.mandatory == Mandatory.CONDITIONAL
    return await taken.change(ItemDeadlineSet, deadline_on=deadline_on, binding=taken.item.binding or begun)


def _holds(taken: Taken) -> bool:
    """Tell whether an item is binding once somebody has judged it: of an optional one, never."""
    return taken.requirement.mandatory != Mandatory.NO


def _reason(text: str) -> str:
    return read_field("reason", multiline, text, max_length=REASON_LENGTH)


def _read(faults: Faults, field: str, text: str | None, length: int) -> str | None:
    return None if text is None else faults.read(field, multiline, text, max_length=length)


def _check_day(faults: Faults, checked_on: date | None) -> None:
    if checked_on is not None and checked_on > today():
        faults.add("checked_on", "past", "A requirement was checked today or before.", until=today().isoformat())


def _check_deadline(faults: Faults, deadline_on: date) -> None:
    if deadline_on < today():
        faults.add("deadline_on", "future", "A deadline is today or later.", after=today().isoformat())


def _check_evidence(faults: Faults, kind: str, *, document: UUID | None, note: str | None) -> None:
    """Note what a kind of evidence asks for and the input lacks."""
    if kind == EvidenceKind.DOCUMENT and document is None:
        faults.add("evidence_document_id", "evidence-missing", "Name the document that shows this.", kind=kind)
    elif kind == EvidenceKind.NOTE and note is None:
        faults.add("evidence_note", "evidence-missing", "Say in a note how this was met.", kind=kind)
    elif kind == EvidenceKind.SIGNATURE and document is None and note is None:
        faults.add(
            "evidence_document_id",
            "evidence-missing",
            "Name the signed document, or say in a note where the signature is kept.",
            kind=kind,
        )


async def _check_document(faults: Faults, taken: Taken, document_id: UUID) -> None:
    """Note a document that is no evidence here: of another case, or without a file that passed its checks."""
    document = await taken.uow.get(Document, document_id, field="evidence_document_id")
    if document.case_id != taken.case.id:
        faults.add("evidence_document_id", "evidence-of-another-case", "This document is not one of the case.")
    elif document.current_version is None:
        faults.add(
            "evidence_document_id",
            "evidence-unavailable",
            "No file of this document has passed its checks yet.",
            state=document.upload_state,
        )
