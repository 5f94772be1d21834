"""Which states of a stage follow which, and when one is late."""

from datetime import timedelta

import pytest

from cma_graphql.core.clock import now
from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.workflow.states import (
    ENDED,
    FOLLOWING,
    StageState,
    has_ended,
    is_overdue,
    require_stage_step,
)


def test_every_state_has_its_line_and_no_state_follows_itself() -> None:
    assert set(FOLLOWING) == set(StageState)
    assert all(state not in following for state, following in FOLLOWING.items())


def test_every_state_can_be_reached_from_the_first_and_left_again() -> None:
    reached, waiting = {StageState.PENDING}, [StageState.PENDING]
    while waiting:
        for state in FOLLOWING[waiting.pop()]:
            if state not in reached:
                reached.add(state)
                waiting.append(state)
    assert reached == set(StageState)
    assert all(FOLLOWING[state] for state in StageState)


@pytest.mark.parametrize("source", list(StageState))
@pytest.mark.parametrize("target", list(StageState))
def test_a_step_outside_the_table_is_refused_and_says_what_is_allowed(source: StageState, target: StageState) -> None:
    if target in FOLLOWING[source]:
        require_stage_step(source, target)
        return
    with pytest.raises(TransitionRefused) as refused:
        require_stage_step(source, target)
    assert (refused.value.source, refused.value.target) == (source, target)
    assert refused.value.allowed == tuple(FOLLOWING[source])


def test_work_cannot_be_finished_that_was_not_begun() -> None:
    begun = {state for state, following in FOLLOWING.items() if StageState.COMPLETED in following}
    assert begun == {StageState.IN_PROGRESS, StageState.AWAITING_APPROVAL}


def test_only_what_is_owed_is_overdue() -> None:
    at = now()
    late, early = at - timedelta(seconds=1), at + timedelta(seconds=1)
    owing = {StageState.READY, StageState.IN_PROGRESS, StageState.AWAITING_APPROVAL, StageState.REJECTED}
    assert {state for state in StageState if is_overdue(state, late, at)} == owing
    assert not any(is_overdue(state, early, at) or is_overdue(state, None, at) for state in StageState)
    assert {state for state in StageState if has_ended(state)} == ENDED
