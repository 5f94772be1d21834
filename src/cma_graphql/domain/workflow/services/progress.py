"""What people do with a stage of a case: begin it, complete it, skip it, open it again, give it another deadline."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.case_templates.kinds import StageCondition, StageType
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.workflow.events import StageDeadlineSet
from cma_graphql.domain.workflow.gates import EVIDENCE, NOTES, Gates, Shown, faults_at
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.running import end_of_day, fault_of_deadline
from cma_graphql.domain.workflow.selectors import document_types_of
from cma_graphql.domain.workflow.services.asking import ask_for_stage
from cma_graphql.domain.workflow.states import StageState, has_ended, require_stage_in, require_stage_step
from cma_graphql.domain.workflow.taking import NOTES_LENGTH, REASON_LENGTH, Taken, take_stage
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def start_stage(uow: UnitOfWork, *, stage_id: UUID, version: int) -> UUID:
    """Begin a stage that is ready, or take up one that was rejected; of an APPROVAL stage this asks for the approval.

    It becomes the actor's where it is nobody's and the stage is for people. Raises Forbidden, NotFound, Conflict,
    TransitionRefused, Invalid (other stages come first).
    """
    taken = await take_stage(uow, stage_id, version)
    stage = taken.stage
    require_stage_in(stage.state, StageState.IN_PROGRESS, StageState.READY, StageState.REJECTED)
    taken.require_unblocked()
    taken.require_role()
    await taken.run.begin_work(stage)
    if stage.stage_type == StageType.APPROVAL:
        await ask_for_stage(taken.run, stage, note=None)
    elif stage.assignee_id is None:
        uow.change(stage, assignee_id=uow.actor.user_id)
    await taken.run.settle()
    return stage.id


async def complete_stage(
    uow: UnitOfWork,
    *,
    stage_id: UUID,
    version: int,
    gates: Gates,
    notes: str | None = None,
    evidence_document_id: UUID | None = None,
) -> UUID:
    """Say that a stage is done, with what shows it; where it has to be approved, this asks for the approval.

    When the last stage of an advice stage ends, what the advice stage is left through has to be there (`gates`).
    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    taken = await take_stage(uow, stage_id, version)
    stage, run = taken.stage, taken.run
    require_stage_in(stage.state, StageState.COMPLETED, StageState.IN_PROGRESS)
    taken.require_unblocked()
    taken.require_role()
    taken.require_not_own_work()
    faults = Faults()
    said = None if notes is None else faults.read(NOTES, multiline, notes, max_length=NOTES_LENGTH)
    _check_evidence(faults, stage.gate_evidence, document=evidence_document_id, notes=notes)
    if evidence_document_id is not None:
        await _check_document(faults, taken, evidence_document_id)
    told = {(fault.field, fault.rule) for fault in faults.found}
    for fault in await faults_of_ending(taken, gates, document_id=evidence_document_id, notes=said):
        if (fault.field, fault.rule) not in told:
            faults.take(fault)
    faults.raise_any()
    uow.change(stage, completion_notes=said, evidence_document_id=evidence_document_id)
    if stage.approval_type is not None:
        await ask_for_stage(run, stage, note=said)
    else:
        await run.finish_work(stage, by=uow.actor.user_id)
    await run.settle()
    return stage.id


async def faults_of_ending(
    taken: Taken, gates: Gates, *, document_id: UUID | None, notes: str | None
) -> Sequence[Invalid]:
    """Answer what keeps a stage from ending: missing documents, and the gate of its advice stage if it is the last."""
    stage, found = taken.stage, list[Invalid]()
    if stage.documents:
        missing = sorted(set(stage.documents) - await document_types_of(taken.uow, taken.case.id))
        if missing:
            found.append(
                Invalid(EVIDENCE, "documents-missing", "Add the documents that this stage asks for.", types=missing)
            )
    together = [other for other in taken.run.stages.values() if other.advice_stage == stage.advice_stage]
    if await _remains(taken, together):
        return found
    papers = [document_id, *(other.evidence_document_id for other in together)]
    notes_made = [notes, *(other.completion_notes for other in together)]
    ended = [other for other in together if other is stage or other.state == StageState.COMPLETED]
    shown = Shown(
        document_id=next(filter(None, papers), None),
        notes=next(filter(None, notes_made), None),
        decision=notes,
        traits=await taken.run.traits(),
        skipped=any(
            other.state == StageState.SKIPPED and other.condition == StageCondition.ALWAYS for other in together
        ),
        reviewed=any(other.stage_type == StageType.REVIEW for other in ended),
        approved=any(other.approval_type is not None for other in ended),
    )
    faults = await faults_at(taken.uow, taken.case, gates.get(CaseStage(stage.advice_stage), ()), shown)
    told = {(fault.field, fault.rule) for fault in found}
    return [*found, *(fault for fault in faults if (fault.field, fault.rule) not in told)]


async def ends_by_itself(taken: Taken) -> bool:
    """Tell whether a stage needs nobody to end: the case stays in its part of the advice, and nothing is asked for."""
    stage = taken.stage
    together = [other for other in taken.run.stages.values() if other.advice_stage == stage.advice_stage]
    asks = stage.approval_type is not None or stage.gate_evidence != EvidenceKind.NONE
    if asks or not await _remains(taken, together):
        return False
    return not set(stage.documents) - await document_types_of(taken.uow, taken.case.id)


async def _remains(taken: Taken, together: Sequence[WorkflowStage]) -> bool:
    """Tell whether required stages of the same advice stage come besides; those that the case is spared do not."""
    for other in together:
        open_yet = other.id != taken.stage.id and other.required and not has_ended(other.state)
        if open_yet and not (other.state == StageState.PENDING and await taken.run.is_spared(other)):
            return True
    return False


async def skip_stage(uow: UnitOfWork, *, stage_id: UUID, version: int, reason: str) -> UUID:
    """Leave an optional stage out, for a reason.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid (it is required).
    """
    taken = await take_stage(uow, stage_id, version)
    require_stage_step(taken.stage.state, StageState.SKIPPED)
    if taken.stage.required:
        raise Invalid(
            "id",
            "stage-required",
            "A required stage is not skipped: complete it, or have a manager cancel the workflow.",
        )
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    await taken.run.move(taken.stage, StageState.SKIPPED, reason=why)
    await taken.run.settle()
    return taken.stage.id


async def reopen_stage(uow: UnitOfWork, *, stage_id: UUID, version: int, reason: str) -> UUID:
    """Open a stage again that was completed, skipped or given up; those behind it wait for it once more.

    A completed one is taken up at once, others when their turn comes. Raises Forbidden, NotFound, Conflict,
    TransitionRefused, Invalid.
    """
    taken = await take_stage(uow, stage_id, version)
    stage = taken.stage
    if not has_ended(stage.state):
        require_stage_step(stage.state, StageState.PENDING)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    await reopen(taken, stage, reason=why)
    await taken.run.settle()
    return stage.id


async def reopen(taken: Taken, stage: WorkflowStage, *, reason: str) -> None:
    """Open an ended stage again. One that the case was spared does not ask for its condition any more."""
    if stage.state == StageState.COMPLETED:
        await taken.run.begin_work(stage, reason=reason, evidence_document_id=None, completed_by=None)
        return
    await taken.run.move(stage, StageState.PENDING, reason=reason, condition="ALWAYS", ended_with_case=False)


async def set_stage_deadline(uow: UnitOfWork, *, stage_id: UUID, version: int, deadline_on: date | None) -> UUID:
    """Set the day by whose end a stage is to be done; None: no day. Raises Forbidden, NotFound, Conflict, Invalid."""
    taken = await take_stage(uow, stage_id, version)
    stage = taken.stage
    if has_ended(stage.state):
        raise Invalid("id", "stage-ended", "The stage has ended: nothing is due any more.", state=stage.state)
    late = fault_of_deadline(deadline_on)
    if late is not None:
        raise late
    at = None if deadline_on is None else end_of_day(deadline_on)
    changes = uow.change(stage, deadline_at=at, late_at=None)
    await taken.run.tell(StageDeadlineSet, stage, changes)
    return stage.id


def _check_evidence(faults: Faults, kind: str, *, document: UUID | None, notes: str | None) -> None:
    """Note what a stage's kind of evidence asks for and the input lacks."""
    if kind == EvidenceKind.DOCUMENT and document is None:
        faults.add(EVIDENCE, "evidence-missing", "Name the document that shows this.", kind=kind)
    elif kind == EvidenceKind.NOTE and notes is None:
        faults.add(NOTES, "evidence-missing", "Say in the notes how this was done.", kind=kind)
    elif kind == EvidenceKind.SIGNATURE and document is None and notes is None:
        faults.add(
            EVIDENCE,
            "evidence-missing",
            "Name the signed document, or say in the notes where the signature is kept.",
            kind=kind,
        )


async def _check_document(faults: Faults, taken: Taken, document_id: UUID) -> None:
    """Note a document that is no evidence here: of another case, or without a file that passed its checks."""
    document = await taken.uow.get(Document, document_id, field=EVIDENCE)
    if document.case_id != taken.case.id:
        faults.add(EVIDENCE, "evidence-of-another-case", "This document is not one of the case.")
    elif document.current_version is None:
        faults.add(
            EVIDENCE,
            "evidence-unavailable",
            "No file of this document has passed its checks yet.",
            state=document.upload_state,
        )
