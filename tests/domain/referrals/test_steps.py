"""What is left to carry out of a transfer, for every pair of what its two centres may say."""

from collections.abc import Callable

import pytest

from cma_graphql.domain.casework.transfers.steps import Stand, Step, next_step
from cma_graphql.domain.referrals.models import ReferralState as State
from cma_graphql.domain.referrals.transitions import FOLLOWING

_ENDS = {State.REJECTED, State.COMPLETED, State.WITHDRAWN, State.EXPIRED}
Pair = tuple[Stand, Stand | None]

DONE: dict[Step, Callable[[Stand, Stand | None], Pair]] = {
    Step.DELIVER: lambda giving, _: (giving, Stand(State.SENT, settled=False)),
    Step.CONFIRM: lambda _, taking: (Stand(State.ACCEPTED, settled=False), taking),
    Step.COPY: lambda giving, _: (giving, Stand(State.COMPLETED, settled=False)),
    Step.CONCLUDE: lambda _, taking: (Stand(State.COMPLETED, settled=True), taking),
    Step.RETURN: lambda _, taking: (Stand(State.REJECTED, settled=True), taking),
    Step.CALL_OFF: lambda giving, _: (giving, Stand(giving.state, settled=True)),
    Step.TAKE_BACK: lambda giving, taking: (Stand(giving.state, settled=True), taking),
    Step.SETTLE: lambda giving, taking: (giving, None if taking is None else Stand(taking.state, settled=True)),
}
"""What each step makes of the two records."""


def carried(giving: Stand, taking: Stand | None) -> tuple[list[Step], Pair]:
    """Do the steps that follow by themselves; answer them, and where that ends."""
    steps: list[Step] = []
    while (step := next_step(giving, taking)) is not None:
        steps.append(step)
        giving, taking = DONE[step](giving, taking)
        assert len(steps) < 8
    return steps, (giving, taking)


def reachable() -> set[Pair]:
    """Answer every pair that people's decisions and steps, each done or not yet, lead to."""
    found: set[Pair] = set()
    waiting: list[Pair] = [(Stand(State.SENT, settled=False), None)]
    while waiting:
        pair = waiting.pop()
        if pair in found:
            continue
        found.add(pair)
        giving, taking = pair
        step = next_step(*pair)
        if step is not None:
            waiting.append(DONE[step](*pair))
        if giving.state is State.SENT:  # withdrawn by its manager, or expired, at any moment
            waiting += [(Stand(state, settled=False), taking) for state in (State.WITHDRAWN, State.EXPIRED)]
        if taking is not None and taking.state is State.SENT:  # answered by the other manager, who may not know yet
            waiting += [(giving, Stand(state, settled=False)) for state in (State.ACCEPTED, State.REJECTED)]
    return found


def test_every_pair_comes_to_an_end_or_waits_for_an_answer() -> None:
    pairs = reachable()
    assert len(pairs) > 15
    for pair in pairs:
        _, (giving, taking) = carried(*pair)
        if giving.state is State.SENT:
            assert taking == Stand(State.SENT, settled=False), pair
        else:
            assert giving.settled, pair
            assert giving.state in _ENDS, pair
            assert taking is None or taking.settled, pair


def test_both_centres_say_the_same_in_the_end_unless_both_refused() -> None:
    for pair in reachable():
        _, (giving, taking) = carried(*pair)
        if taking is not None and taking.state is not State.REJECTED:
            assert giving.state is taking.state, pair


def test_a_copy_is_made_only_of_what_cannot_be_taken_back_any_more() -> None:
    for giving, taking in reachable():
        if next_step(giving, taking) is Step.COPY:
            assert (giving.state, FOLLOWING[State.ACCEPTED]) == (
                State.ACCEPTED,
                (State.COMPLETED, State.WITHDRAWN),
            )
        if taking is not None and taking.state is State.COMPLETED:
            assert giving.state in {State.ACCEPTED, State.COMPLETED}, (giving, taking)


@pytest.mark.parametrize(
    ("answer", "steps"),
    [
        (State.ACCEPTED, [Step.CONFIRM, Step.COPY, Step.CONCLUDE, Step.SETTLE]),
        (State.REJECTED, [Step.RETURN, Step.SETTLE]),
    ],
)
def test_the_steps_behind_an_answer(answer: State, steps: list[Step]) -> None:
    assert carried(Stand(State.SENT, settled=False), Stand(answer, settled=False))[0] == steps
