"""Which stages may run beside which."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.ids import new_id
from cma_graphql.domain.workflow.sequence import (
    StagePlace,
    blockers_of,
    changes_of_readiness,
    groups_of,
    in_order,
    present_stage,
)
from cma_graphql.domain.workflow.states import StageState, has_ended


def stage(position: int, state: str = "PENDING", *, required: bool = True, parallel: bool = False) -> StagePlace:
    return StagePlace(key=new_id(), position=position, required=required, parallel=parallel, state=state)


def groups(*stages: StagePlace) -> list[int]:
    found = groups_of(stages)
    return [found[each.key] for each in stages]


def states(*stages: StagePlace) -> list[str]:
    moved = changes_of_readiness(stages)
    return [moved.get(each.key, each.state) for each in stages]


def test_stages_run_one_after_the_other() -> None:
    assert groups(stage(1), stage(2), stage(5)) == [0, 1, 2]
    assert states(stage(1), stage(2), stage(3)) == ["READY", "PENDING", "PENDING"]
    assert states(stage(1, "COMPLETED"), stage(2), stage(3)) == ["COMPLETED", "READY", "PENDING"]


def test_stages_of_one_place_overlap() -> None:
    assert groups(stage(1), stage(2), stage(2), stage(3)) == [0, 1, 1, 2]
    assert states(stage(1, "COMPLETED"), stage(2), stage(2), stage(3)) == ["COMPLETED", "READY", "READY", "PENDING"]


def test_a_parallel_stage_overlaps_with_what_stands_before_it() -> None:
    assert groups(stage(1), stage(2, parallel=True), stage(3)) == [0, 0, 1]
    assert states(stage(1), stage(2, parallel=True), stage(3)) == ["READY", "READY", "PENDING"]
    both = (stage(1, "COMPLETED"), stage(2, "READY", parallel=True), stage(3))
    assert states(*both) == ["COMPLETED", "READY", "PENDING"]


def test_a_parallel_stage_in_the_place_of_another_is_beside_that_one() -> None:
    assert groups(stage(1), stage(2, parallel=True), stage(2)) == [0, 1, 1]


def test_a_parallel_stage_at_the_beginning_is_the_first_group() -> None:
    assert groups(stage(1, parallel=True), stage(2)) == [0, 1]


def test_an_optional_stage_holds_nothing_up() -> None:
    assert states(stage(1, required=False), stage(2), stage(3)) == ["READY", "READY", "PENDING"]
    assert states(stage(1, required=False), stage(2, required=False)) == ["READY", "READY"]


def test_a_stage_that_awaits_approval_or_was_rejected_still_blocks() -> None:
    for state in ("AWAITING_APPROVAL", "REJECTED", "IN_PROGRESS"):
        assert states(stage(1, state), stage(2)) == [state, "PENDING"]


def test_what_was_ready_waits_again_when_something_required_comes_before_it() -> None:
    assert states(stage(1), stage(2, "READY"), stage(3, "IN_PROGRESS")) == ["READY", "PENDING", "IN_PROGRESS"]


def test_blockers_are_named_in_their_order() -> None:
    first, beside, optional, last = stage(1, "READY"), stage(2, parallel=True), stage(3, required=False), stage(4)
    assert blockers_of(last.key, [last, optional, beside, first]) == [first, beside]
    assert blockers_of(beside.key, [last, optional, beside, first]) == []


def test_a_stage_waits_for_what_it_names_however_optional() -> None:
    named = stage(1, "READY", required=False)
    last = replace(stage(2), after=(named.key,))
    assert states(named, last) == ["READY", "PENDING"]
    assert blockers_of(last.key, [named, last]) == [named]
    assert states(replace(named, state="SKIPPED"), last) == ["SKIPPED", "READY"]


def test_a_workflow_stands_at_its_first_open_required_stage() -> None:
    optional, required = stage(1, "READY", required=False), stage(2, "READY")
    assert present_stage([required, optional]) == required
    assert present_stage([optional, replace(required, state="COMPLETED")]) == optional
    assert present_stage([replace(optional, state="SKIPPED")]) is None


PLACES = st.builds(
    StagePlace,
    key=st.uuids(),
    after=st.just(()),
    position=st.integers(1, 5),
    required=st.booleans(),
    parallel=st.booleans(),
    state=st.sampled_from([state.value for state in StageState]),
)


@given(st.lists(PLACES, min_size=1, max_size=12, unique_by=lambda place: place.key))
def test_nothing_runs_behind_an_open_required_stage_and_something_always_may(stages: list[StagePlace]) -> None:
    moved = changes_of_readiness(stages)
    after = [replace(each, state=moved.get(each.key, each.state)) for each in stages]
    assert changes_of_readiness(after) == {}
    for each in after:
        blocked = blockers_of(each.key, after)
        if each.state == StageState.READY:
            assert blocked == []
        if each.state == StageState.PENDING:
            assert blocked
    if any(not has_ended(each.state) for each in after):
        assert any(not has_ended(each.state) and each.state != StageState.PENDING for each in after)
    numbers = [groups_of(stages)[each.key] for each in in_order(stages)]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(numbers[-1] + 1))
