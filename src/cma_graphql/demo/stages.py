"""How far the workflows of a demonstration centre's cases have come."""

from random import Random
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.selectors import stages_of_cases, workflows_of_cases
from cma_graphql.domain.workflow.services.asking import request_approval
from cma_graphql.domain.workflow.services.ending import cancel_workflow
from cma_graphql.domain.workflow.services.progress import start_stage
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take_stages(uow: UnitOfWork, random: Random, case_id: UUID, steps: tuple[str, ...]) -> None:
    """Let a case go through its first stage, or give its workflow up where the case is resolved without.

    A few ask for a legal review, which a compliance officer has to approve.
    """
    (workflow,) = await workflows_of_cases(uow, [case_id])
    if workflow is None:
        return
    if "resolve" in steps:
        reason = "The client came with a plan of their own: it was looked through at once."
        await cancel_workflow(uow, workflow_id=workflow["key"], version=workflow["version"], reason=reason)
    elif steps == ("start",):
        await _begin(uow, random, case_id)


async def _begin(uow: UnitOfWork, random: Random, case_id: UUID) -> None:
    (stages,) = await stages_of_cases(uow, [case_id])
    first = stages[0]
    await start_stage(uow, stage_id=first["key"], version=first["version"])
    if random.random() < 1 / 2:
        notes = "No emergency; telephone suits the client best."
        started = await uow.get(WorkflowStage, first["key"])
        await complete_stage(uow, stage_id=started.id, version=started.version, notes=notes)
    if random.random() < 1 / 3:
        note = "Is the liability order still good after seven years?"
        role = Role.COMPLIANCE_OFFICER
        await request_approval(uow, case_id=case_id, subject=ApprovalSubject.LEGAL_REVIEW, note=note, role=role)
