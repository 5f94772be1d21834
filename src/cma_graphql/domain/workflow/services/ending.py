"""How a workflow ends before its last stage, goes on again, and comes and goes with its case."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.workflow.approval_models import Approval
from cma_graphql.domain.workflow.approval_selectors import pending_of_case
from cma_graphql.domain.workflow.events import WorkflowCancelled
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowState
from cma_graphql.domain.workflow.running import Run, open_stages, require_run, run_of
from cma_graphql.domain.workflow.services.asking import withdraw
from cma_graphql.domain.workflow.states import StageState
from cma_graphql.domain.workflow.taking import REASON_LENGTH
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def cancel_workflow(uow: UnitOfWork, *, workflow_id: UUID, version: int, reason: str) -> UUID:
    """Give up what is still open of a case's workflow, for a reason: managers and compliance officers.

    For a client who does not come back, say, before the case is closed. Its pending approvals are withdrawn. A stage
    that is opened again takes the workflow up again. Raises Forbidden, NotFound, Conflict, Invalid.
    """
    uow.actor.require(Permission.CASE_APPROVE)
    found = await uow.get(CaseWorkflow, workflow_id, field="id")
    case = await take_case_of(uow, Permission.CASE_APPROVE, found.case_id, field="id")
    run = await require_run(uow, case)
    if run.workflow.version != version:
        raise Conflict(
            table=CaseWorkflow.__tablename__,
            record_id=workflow_id,
            current_version=run.workflow.version,
            centre_id=uow.actor.centre_id,
        )
    if run.workflow.state != WorkflowState.ACTIVE:
        raise Invalid("id", "workflow-ended", "This workflow has ended.", state=run.workflow.state)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    await _withdraw_all(uow, case, reason=why)
    await _give_up(run, reason=why, with_case=False)
    return workflow_id


async def end_with_case(uow: UnitOfWork, case: Case, *, reason: str | None) -> None:
    """Give up what is open of the workflow of a locked case that is closed or cancelled, and its pending approvals."""
    await _withdraw_all(uow, case, reason=reason)
    run = await run_of(uow, case)
    if run is not None and run.workflow.state == WorkflowState.ACTIVE:
        await _give_up(run, reason=reason, with_case=True)


async def resume_with_case(uow: UnitOfWork, case: Case) -> None:
    """Let stages that were given up as a case ended wait for their turn again, as the case is taken up again."""
    run = await run_of(uow, case)
    if run is None:
        return
    stages = [stage for stage in run.in_order() if stage.ended_with_case]
    if stages:
        await run.move_all(stages, StageState.PENDING, ended_with_case=False)
        await run.settle()


async def delete_with_case(uow: UnitOfWork, case: Case) -> None:
    """Delete the workflow of a case that was just deleted, softly and with it; its history stays."""
    await _mark(uow, case, deleted_at=case.deleted_at, deleted_by=uow.actor.user_id)


async def restore_with_case(uow: UnitOfWork, case: Case) -> None:
    """Bring the workflow of a restored case back."""
    await _mark(uow, case, deleted_at=None, deleted_by=None)


async def _mark(uow: UnitOfWork, case: Case, **columns: object) -> None:
    for entity in (CaseWorkflow, WorkflowStage):
        await uow.run_update(
            entity,
            entity.case_id == case.id,
            version=entity.version + 1,
            updated_at=now(),
            updated_by=uow.actor.user_id,
            **columns,
        )


async def _withdraw_all(uow: UnitOfWork, case: Case, *, reason: str | None) -> None:
    pending = await pending_of_case(uow, case.id)
    if pending:
        await withdraw(uow, case, await uow.lock_all(Approval, [row["key"] for row in pending]), reason=reason)


async def _give_up(run: Run, *, reason: str | None, with_case: bool) -> None:
    open_yet = open_stages(run.in_order())
    await run.move_all(open_yet, StageState.CANCELLED, reason=reason, ended_with_case=with_case)
    changes = run.uow.change(run.workflow, state=WorkflowState.CANCELLED.value, ended_at=now(), end_reason=reason)
    await run.tell(WorkflowCancelled, run.workflow, changes)
