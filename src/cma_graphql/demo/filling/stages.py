"""The workflows of filled cases: of one in ten of the newest that are at work, as in a centre that has just begun."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.case_templates.kinds import StageCondition
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowStageStep, WorkflowState
from cma_graphql.domain.workflow.services.begin import stage_columns
from cma_graphql.domain.workflow.states import StageState

_SINCE_DAYS = 60
_HAVE_ONE = 1 / 10
_PLACE = {stage: place for place, stage in enumerate(CaseStage)}
_COURSE = {
    StageState.PENDING: (StageState.PENDING,),
    StageState.READY: (StageState.PENDING, StageState.READY),
    StageState.SKIPPED: (StageState.PENDING, StageState.SKIPPED),
    StageState.COMPLETED: (StageState.PENDING, StageState.READY, StageState.IN_PROGRESS, StageState.COMPLETED),
}
"""The states through which a stage came to its own."""


def fill_stages(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather workflows that stand where their cases do: what comes before is done, the next stage is ready."""
    first = today() - timedelta(days=_SINCE_DAYS)
    for case in cases:
        if case.at_work and case.opened_at.date() >= first and random.random() < _HAVE_ONE:
            _add(rows, centre, case)


def _add(rows: Rows, centre: FilledCentre, case: FilledCase) -> None:
    course = centre.course
    if course is None:
        return
    workflow_id, stamps = new_id(), tracked(case.opened_at, case.advisor_id)
    of_case = {"centre_id": centre.centre_id, "case_id": case.case_id}
    rows.add(
        CaseWorkflow,
        **of_case,
        id=workflow_id,
        client_id=case.client_id,
        template_version_id=course.version_id,
        state=WorkflowState.ACTIVE.value,
        started_at=case.opened_at,
        documents=[],
        **stamps,
    )
    states = _states(case, [(stage.advice_stage, stage.condition) for stage in course.stages])
    for definition, state in zip(course.stages, states, strict=True):
        stage_id = new_id()
        rows.add(
            WorkflowStage,
            **of_case,
            id=stage_id,
            client_id=case.client_id,
            workflow_id=workflow_id,
            **{**stage_columns(definition, course), **_came_to(state, case.opened_at, case)},
            **stamps,
        )
        for before, after in _steps(state):
            rows.add(
                WorkflowStageStep,
                **of_case,
                id=new_id(),
                stage_id=stage_id,
                from_state=before,
                to_state=after,
                changed_at=case.opened_at,
                changed_by=case.advisor_id,
            )


def _states(case: FilledCase, stages: Sequence[tuple[CaseStage, StageCondition]]) -> Iterator[StageState]:
    """Answer each stage's state: the first of the case's advice stage, or of a later one, is ready."""
    reached = False
    for advice_stage, condition in stages:
        if reached:
            yield StageState.PENDING
        elif condition is not StageCondition.ALWAYS:
            yield StageState.SKIPPED
        elif _PLACE[advice_stage] < _PLACE[case.stage]:
            yield StageState.COMPLETED
        else:
            reached = True
            yield StageState.READY


def _came_to(state: StageState, at: datetime, case: FilledCase) -> dict[str, Any]:
    columns: dict[str, Any] = {"state": state.value}
    if state is StageState.SKIPPED:
        return {**columns, "reason": "The case does not go through it."}
    if state is not StageState.PENDING:
        columns |= {"ready_at": at, "assignee_id": case.advisor_id, "deadline_at": at + timedelta(days=14)}
    if state is StageState.COMPLETED:
        columns |= {"started_at": at, "completed_at": at, "completed_by": case.advisor_id}
    return columns


def _steps(state: StageState) -> list[tuple[str | None, str]]:
    course = [each.value for each in _COURSE[state]]
    return list(zip([None, *course], course, strict=False))
