"""A case's workflow as it runs: taken with the case's lock, moved stage by stage, brought to rest after each move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import StageCondition, StageType
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.cases.parts import tell_audience
from cma_graphql.domain.compliance.services.begin import set_deadlines
from cma_graphql.domain.users.models import Membership
from cma_graphql.domain.workflow.conditions import WHY_SPARED, CaseTraits, goes_through
from cma_graphql.domain.workflow.events import StageMoved, WorkflowCompleted, WorkflowResumed
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowStageStep, WorkflowState
from cma_graphql.domain.workflow.selectors import stages_of_cases, workflows_of_cases
from cma_graphql.domain.workflow.sequence import StagePlace, blockers_of, changes_of_readiness, in_order, present_stage
from cma_graphql.domain.workflow.states import MOMENTS, StageState, has_ended, require_stage_step
from cma_graphql.domain.workflow.telling import queue_notices
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.unit_of_work import UnitOfWork

ADVISORS = frozenset({Role.ADVISOR, Role.TRAINEE})
"""An advisor's stage is the case's advisor's, a trainee's too."""
NO_DEADLINES_FROM = date(2100, 1, 1)
"""As far as diaries are kept."""


def fault_of_deadline(day: date | None) -> Invalid | None:
    """Answer what is wrong with a day by whose end something is to be done: over, or beyond all calendars."""
    if day is None or today() <= day < NO_DEADLINES_FROM:
        return None
    if day < today():
        return Invalid("deadline_on", "future", "A deadline is today or later.", after=today().isoformat())
    before = NO_DEADLINES_FROM.isoformat()
    return Invalid("deadline_on", "too-late", f"A deadline is before {before}.", before=before)


def end_of_day(day: date, days: int = 0) -> datetime:
    """Answer the end of the London day that comes so many days after this one: its clock may have changed between."""
    return datetime.combine(day + timedelta(days=days + 1), time(), tzinfo=LONDON)


def step_of(stage: WorkflowStage, source: str | None, *, by: UUID, reason: str | None = None) -> WorkflowStageStep:
    """Make the line of a stage's history that says how it came to its present state."""
    return WorkflowStageStep(
        id=new_id(),
        case_id=stage.case_id,
        stage_id=stage.id,
        from_state=source,
        to_state=stage.state,
        reason=reason,
        changed_at=now(),
        changed_by=by,
    )


@dataclass(slots=True)
class Run:
    """The workflow of a locked case, with all of its stages."""

    uow: UnitOfWork
    case: Case
    workflow: CaseWorkflow
    stages: dict[UUID, WorkflowStage]
    audience: Audience | None = None
    """Who sees the case, once that has been looked up."""
    _traits: CaseTraits | None = None

    @property
    def places(self) -> list[StagePlace]:
        """Answer what the order of its stages looks at."""
        by_code = {stage.code: stage.id for stage in self.stages.values() if stage.code is not None}
        return [
            StagePlace(
                key=stage.id,
                position=stage.position,
                required=stage.required,
                parallel=stage.parallel,
                state=stage.state,
                after=tuple(by_code[code] for code in stage.depends_on if code in by_code),
            )
            for stage in self.stages.values()
        ]

    def in_order(self) -> list[WorkflowStage]:
        """Answer its stages in their order."""
        return [self.stages[place.key] for place in in_order(self.places)]

    def blockers(self, stage: WorkflowStage) -> list[WorkflowStage]:
        """Answer what a stage waits for."""
        return [self.stages[place.key] for place in blockers_of(stage.id, self.places)]

    async def traits(self) -> CaseTraits:
        """Answer what conditions look at in the case."""
        if self._traits is None:
            advisor = None
            if self.case.advisor_id is not None:
                advisor = await self.uow.get(Membership, self.case.advisor_id, field=None)
            self._traits = CaseTraits(
                trainee=advisor is not None and Role.TRAINEE in advisor.roles,
                risk_level=self.case.risk_level,
                legal_review=self.case.legal_review_required,
                compliance_review=self.case.compliance_required,
            )
        return self._traits

    async def is_spared(self, stage: WorkflowStage) -> bool:
        """Tell whether the case does not go through a stage, as things are now."""
        condition = StageCondition(stage.condition)
        if condition is StageCondition.ALWAYS:
            return False
        return not goes_through(condition, await self.traits(), stage_id=stage.id, percent=stage.sample_percent)

    async def tell(self, event: type[Event], part: CentreRow, changes: Changes, *, new: bool = False) -> None:
        """Record what happened to a part of the workflow, for those who see the case."""
        if not changes and not new:
            return
        await self.uow.flush()
        if self.audience is None:
            self.audience = await cases.audience_of(self.uow, self.case)
        tell_audience(
            self.uow,
            self.audience,
            event,
            part,
            changes,
            case_id=self.case.id,
            client_id=self.case.client_id,
            new=new,
        )

    async def move(
        self, stage: WorkflowStage, target: StageState, *, reason: str | None = None, **columns: object
    ) -> None:
        """Take a stage to another state, keep the step in its history and tell of it. Raises TransitionRefused."""
        await self.move_all([stage], target, reason=reason, **columns)

    async def move_all(
        self, stages: Sequence[WorkflowStage], target: StageState, *, reason: str | None = None, **columns: object
    ) -> None:
        """Take several stages to another state at once. Raises TransitionRefused."""
        sources = [stage.state for stage in stages]
        for source in sources:
            require_stage_step(source, target)
        changed = [self.uow.change(stage, **{"state": target.value, "reason": reason, **columns}) for stage in stages]
        by = self.uow.actor.user_id
        moved = zip(stages, sources, strict=True)
        self.uow.add_lines(step_of(stage, source, by=by, reason=reason) for stage, source in moved)
        for stage, changes in zip(stages, changed, strict=True):
            await self.tell(StageMoved, stage, changes)
        if (moment := MOMENTS.get(target)) is not None:
            await queue_notices(self.uow, self.case, moment, [stage.code for stage in stages])

    async def make_ready(self, stage: WorkflowStage) -> None:
        """Let a stage's turn come: it falls due, and is given to the case's advisor where it is theirs."""
        days = stage.duration_days
        await self.move(
            stage,
            StageState.READY,
            ready_at=now(),
            deadline_at=stage.deadline_at if days is None else end_of_day(today(), days),
            late_at=None,
            assignee_id=stage.assignee_id or self.assignee_for(stage),
        )

    def assignee_for(self, stage: WorkflowStage) -> UUID | None:
        """Answer whose a stage is by itself: the case's advisor's, if it is an advisor's and given by itself."""
        return self.case.advisor_id if stage.auto_assign and stage.role in ADVISORS else None

    async def begin_work(self, stage: WorkflowStage, *, reason: str | None = None, **columns: object) -> None:
        """Begin, or take up again, a stage. A wait begins anew; its deadline is the end of the next of its days."""
        columns |= {"started_at": stage.started_at or now(), "completed_at": None}
        if stage.wait_days:
            columns |= {
                "started_at": now(),
                "deadline_at": end_of_day(today(), min(stage.wait_days)),
                "late_at": None,
            }
        await self.move(stage, StageState.IN_PROGRESS, reason=reason, **columns)

    async def finish_work(self, stage: WorkflowStage, *, by: UUID | None, reason: str | None = None) -> None:
        """End a stage that is done, and approved where that is asked for."""
        await self.move(stage, StageState.COMPLETED, reason=reason, completed_at=now(), completed_by=by)

    async def settle(self) -> None:
        """Bring the workflow to rest: whose turn has come is ready, what the server does is done, what is past is told.

        A case is spared stages whose condition does not hold. Then the case stands at the advice stage of the first
        stage that is open, and with none left the workflow is complete.
        """
        while changes := changes_of_readiness(self.places):
            for key, target in changes.items():
                await self._let(self.stages[key], target)
        at = present_stage(self.places)
        if at is None:
            await self._complete()
            return
        if self.workflow.state != WorkflowState.ACTIVE:
            await self.resume()
        await self._follow(CaseStage(self.stages[at.key].advice_stage))

    async def _let(self, stage: WorkflowStage, target: StageState) -> None:
        if target is StageState.PENDING:
            await self.move(stage, StageState.PENDING, ready_at=None)
        elif await self.is_spared(stage):
            await self.move(stage, StageState.SKIPPED, reason=WHY_SPARED[StageCondition(stage.condition)])
        else:
            await self.make_ready(stage)
            if stage.stage_type in {StageType.WAIT, StageType.AUTOMATED}:
                await self.begin_work(stage)
            if stage.stage_type == StageType.AUTOMATED and stage.approval_type is None:
                await self.finish_work(stage, by=None)

    async def _complete(self) -> None:
        if self.workflow.state == WorkflowState.ACTIVE:
            changes = self.uow.change(self.workflow, state=WorkflowState.COMPLETED.value, ended_at=now())
            await self.tell(WorkflowCompleted, self.workflow, changes)

    async def resume(self) -> None:
        """Let an ended workflow go on."""
        changes = self.uow.change(self.workflow, state=WorkflowState.ACTIVE.value, ended_at=None, end_reason=None)
        await self.tell(WorkflowResumed, self.workflow, changes)

    async def _follow(self, stage: CaseStage) -> None:
        """Keep the case's own stage in step."""
        if self.case.stage != stage:
            await cases.change_stage(self.uow, self.case, stage)
            await set_deadlines(self.uow, self.case)


async def run_of(uow: UnitOfWork, case: Case) -> Run | None:
    """Load the workflow of a locked case, its stages locked; None for a case that goes on without one."""
    (found,) = await workflows_of_cases(uow, [case.id])
    if found is None:
        return None
    workflow = await uow.lock(CaseWorkflow, found["key"])
    (rows,) = await stages_of_cases(uow, [case.id])
    stages = await uow.lock_all(WorkflowStage, [row["key"] for row in rows])
    return Run(uow, case, workflow, {stage.id: stage for stage in stages})


async def require_run(uow: UnitOfWork, case: Case) -> Run:
    """Load the same, or raise NotFound."""
    run = await run_of(uow, case)
    if run is None:
        raise NotFound("id")
    return run


def open_stages(stages: Sequence[WorkflowStage]) -> list[WorkflowStage]:
    """Answer those of these stages that have not ended."""
    return [stage for stage in stages if not has_ended(stage.state)]


def named(stages: Sequence[Any]) -> list[str]:
    """Answer what stages are called in a refusal: by their codes, those that were added by their names."""
    return [stage.code or stage.name for stage in stages]
