"""The states of a debt: every pair is either a step of the table or refused with what may follow."""

from itertools import product

import pytest

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.debts.kinds import DebtStatus, Liability
from cma_graphql.domain.debts.transitions import FOLLOWING, OWED, counts, require_step

STEPS = {
    "ACTIVE": "DISPUTED IN_BREATHING_SPACE IN_SOLUTION SETTLED WRITTEN_OFF PRESCRIBED CLOSED",
    "DISPUTED": "ACTIVE IN_BREATHING_SPACE SETTLED WRITTEN_OFF PRESCRIBED CLOSED",
    "IN_BREATHING_SPACE": "ACTIVE DISPUTED IN_SOLUTION SETTLED WRITTEN_OFF CLOSED",
    "IN_SOLUTION": "ACTIVE SETTLED WRITTEN_OFF CLOSED",
    "SETTLED": "ACTIVE CLOSED",
    "WRITTEN_OFF": "ACTIVE CLOSED",
    "PRESCRIBED": "ACTIVE CLOSED",
    "CLOSED": "ACTIVE",
}


@pytest.mark.parametrize(("source", "target"), list(product(DebtStatus, DebtStatus)))
def test_a_step_is_in_the_table_or_refused(source: DebtStatus, target: DebtStatus) -> None:
    allowed = STEPS[source.value].split()
    if target.value in allowed:
        require_step(source, target)
        return
    with pytest.raises(TransitionRefused) as refused:
        require_step(source, target)
    assert (refused.value.source, refused.value.target, list(refused.value.allowed)) == (source, target, allowed)


def test_every_state_has_its_line() -> None:
    assert set(FOLLOWING) == set(DebtStatus)
    assert {state.value for state in OWED} == {"ACTIVE", "DISPUTED", "IN_BREATHING_SPACE", "IN_SOLUTION"}


def test_nothing_counts_for_which_the_client_does_not_answer() -> None:
    assert {state.value for state in DebtStatus if counts(status=state, liability=Liability.SOLE)} == set(OWED)
    assert not any(counts(status=state, liability=Liability.NOT_LIABLE) for state in DebtStatus)
    assert all(counts(status="ACTIVE", liability=kind) for kind in Liability if kind is not Liability.NOT_LIABLE)
