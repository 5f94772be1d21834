"""Takes a stage into one's hands: permission, the case's lock, the workflow's, the stage's version, in this order."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission, Reach, Role
from cma_graphql.core.errors import Conflict, Forbidden, Invalid
from cma_graphql.domain.case_templates.kinds import StageType
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.cases.selectors import team_users
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.workflow.models import WorkflowStage
from cma_graphql.domain.workflow.policy import reaches_the_centre
from cma_graphql.domain.workflow.running import Run, named, require_run
from cma_graphql.persistence.unit_of_work import UnitOfWork

REASON_LENGTH = 1_000
NOTES_LENGTH = 5_000
_ADVISORS = frozenset({Role.ADVISOR.value, Role.TRAINEE.value})


@dataclass(slots=True)
class Taken:
    """A stage of a case, locked with its case and its workflow."""

    uow: UnitOfWork
    case: Case
    run: Run
    stage: WorkflowStage

    def require_unblocked(self) -> None:
        """Raise Invalid, naming what it waits for, where a stage's turn has not come."""
        before = self.run.blockers(self.stage)
        if before:
            raise Invalid(
                "id",
                "stage-blocked",
                "Other stages come first: complete them.",
                stages=named(before),
            )

    def require_role(self) -> None:
        """Raise Forbidden where a stage is for people of a role that the actor does not have; managers may always.

        An advisor's stage is for whoever works on the case.
        """
        role = self.stage.role
        roles = self.uow.actor.roles
        if role is None or role in _ADVISORS or self.uow.actor.kind is not ActorKind.STAFF:
            return
        if role not in roles and Role.CENTRE_MANAGER not in roles:
            raise Forbidden(Permission.WORKFLOW_PROGRESS.name, f"This stage is for people with the role {role}.")

    def require_not_own_work(self) -> None:
        """Raise Invalid where somebody would review what they did themselves, Forbidden where they review nothing."""
        if self.stage.stage_type != StageType.REVIEW:
            return
        if not self.uow.actor.may(Permission.FILE_REVIEW):
            raise Forbidden(Permission.FILE_REVIEW.name, "A colleague who reviews cases completes this stage.")
        doers = {
            stage.completed_by
            for stage in self.run.stages.values()
            if stage.advice_stage == self.stage.advice_stage and stage.id != self.stage.id
        }
        if self.uow.actor.user_id in {*doers, self.case.advisor_id}:
            allowed = sorted({self.stage.role or Role.CENTRE_MANAGER.value, Role.CENTRE_MANAGER.value})
            raise Invalid("id", "own-work", "Nobody reviews their own work: a colleague does.", roles=allowed)


async def take_stage(uow: UnitOfWork, stage_id: UUID, version: int) -> Taken:
    """Lock a stage after its case and its workflow. Raises Forbidden, NotFound, Conflict, Invalid (an ended case)."""
    uow.actor.require(Permission.WORKFLOW_PROGRESS)
    found = await uow.get(WorkflowStage, stage_id, field="id")
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, found.case_id, field="id")
    run = await require_run(uow, case)
    stage = run.stages[stage_id]
    if stage.version != version:
        raise Conflict(
            table=WorkflowStage.__tablename__,
            record_id=stage_id,
            current_version=stage.version,
            centre_id=uow.actor.centre_id,
        )
    return Taken(uow, case, run, stage)


async def lock_worker(uow: UnitOfWork, case: Case, user_id: UUID, *, field: str) -> Membership:
    """Lock the membership of somebody who is to do a stage: active, and with a right to it in this case.

    Raises NotFound, or Invalid naming the input field: inactive; without the permission; not on the case.
    """
    member = await uow.lock(Membership, user_id, field=field)
    if member.status != MembershipStatus.ACTIVE:
        raise Invalid(field, "inactive", "This person does not act for the centre at present.")
    roles = frozenset(map(Role, member.roles))
    if reaches_the_centre(roles, Permission.WORKFLOW_PROGRESS):
        return member
    if not reaches_the_centre(roles, Permission.WORKFLOW_PROGRESS, at_least=Reach.OWN):
        raise Invalid(
            field,
            "lacks-permission",
            f"This person's roles do not hold the permission {Permission.WORKFLOW_PROGRESS.name}.",
            permission=Permission.WORKFLOW_PROGRESS.name,
        )
    if user_id != case.advisor_id and user_id not in await team_users(uow, case.id):
        raise Invalid(field, "not-on-case", "This person does not work on the case: put them on its team first.")
    return member
