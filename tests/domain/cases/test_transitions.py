"""The table of steps is seed 004's, with what seed 003's two states add (domain reference 5.2)."""

from itertools import product

import pytest

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.transitions import OPEN, following, require_step
from support.workflow import STEPS


def test_there_are_thirty_steps_and_nine_states() -> None:
    assert (len(STEPS), len(CaseStatus)) == (30, 9)


@pytest.mark.parametrize(("source", "target"), list(product(CaseStatus, CaseStatus)))
def test_a_step_is_allowed_or_refused(source: CaseStatus, target: CaseStatus) -> None:
    if (source, target) in STEPS:
        require_step(source, target)
        return
    with pytest.raises(TransitionRefused) as refused:
        require_step(source, target)
    assert (refused.value.source, refused.value.target) == (source, target)
    assert {CaseStatus(status) for status in refused.value.allowed} == {to for of, to in STEPS if of is source}


def test_every_state_can_be_left_and_every_one_but_new_reached() -> None:
    assert all(following(status) for status in CaseStatus)
    assert {target for _, target in STEPS} == set(CaseStatus) - {CaseStatus.NEW}


def test_live_work_is_what_seed_003_calls_open() -> None:
    assert {status.value for status in OPEN} == {"NEW", "ASSIGNED", "IN_PROGRESS", "ON_HOLD", "REOPENED"}
