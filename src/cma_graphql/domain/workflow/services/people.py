"""Whose a stage is: given on by whoever has it, given to somebody by who may, following the case's advisor."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.core.events import Audience
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_audience
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.workflow.events import StageAssigned
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.running import ADVISORS, open_stages, run_of
from cma_graphql.domain.workflow.states import has_ended
from cma_graphql.domain.workflow.taking import REASON_LENGTH, Taken, lock_worker, take_stage
from cma_graphql.persistence.alike import change_alike
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delegate_stage(uow: UnitOfWork, *, stage_id: UUID, version: int, member_id: UUID, reason: str) -> UUID:
    """Give one's own stage to a colleague who may do it. Raises Forbidden, NotFound, Conflict, Invalid."""
    taken = await take_stage(uow, stage_id, version)
    if taken.stage.assignee_id != uow.actor.user_id:
        raise Forbidden(
            Permission.WORKFLOW_PROGRESS.name, "Only whose stage it is delegates it: have it reassigned instead."
        )
    return await _give(taken, member_id, reason)


async def reassign_stage(uow: UnitOfWork, *, stage_id: UUID, version: int, member_id: UUID, reason: str) -> UUID:
    """Give a stage of a case that one works on, or manages, to somebody who may do it.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    return await _give(await take_stage(uow, stage_id, version), member_id, reason)


async def _give(taken: Taken, member_id: UUID, reason: str) -> UUID:
    stage = taken.stage
    if has_ended(stage.state):
        raise Invalid("id", "stage-ended", "The stage has ended: it is nobody's any more.", state=stage.state)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    if member_id == stage.assignee_id:
        raise Invalid("member_id", "same-assignee", "The stage is this person's already.")
    await lock_worker(taken.uow, taken.case, member_id, field="member_id")
    changes = taken.uow.change(stage, assignee_id=member_id)
    await taken.run.tell(StageAssigned, stage, {**changes, **said(reason=why)})
    return stage.id


async def release_all(
    uow: UnitOfWork,
    stages: Sequence[WorkflowStage],
    *,
    cases: Mapping[UUID, Case],
    advisors: Mapping[UUID, UUID],
    audiences: Mapping[UUID | None, Audience],
) -> None:
    """Let locked open stages of people who have left be their cases' advisors', and nobody's that are not advisors'.

    `advisors` are those at work, by their cases: a statement for each of them.
    """
    theirs: dict[UUID | None, list[WorkflowStage]] = {}
    for stage in stages:
        theirs.setdefault(advisors.get(stage.case_id) if stage.role in ADVISORS else None, []).append(stage)
    for assignee_id, given in theirs.items():
        for stage, changes in await change_alike(uow, given, assignee_id=assignee_id):
            case = cases[stage.case_id]
            tell_audience(
                uow,
                audiences[case.id],
                StageAssigned,
                stage,
                changes,
                case_id=case.id,
                client_id=case.client_id,
            )


async def follow_advisor(uow: UnitOfWork, case: Case, former_id: UUID | None) -> None:
    """Let the open stages that were a locked case's former advisor's be its new one's, and nobody's that are by rule.

    Stages that somebody else was given stay with them.
    """
    run = await run_of(uow, case)
    if run is None or case.advisor_id == former_id:
        return
    for stage in open_stages(run.in_order()):
        if stage.ready_at is None:
            continue
        mine = run.assignee_for(stage) is not None and stage.assignee_id in {None, former_id}
        if mine or (former_id is not None and stage.assignee_id == former_id):
            changes = uow.change(stage, assignee_id=case.advisor_id)
            await run.tell(StageAssigned, stage, changes)
