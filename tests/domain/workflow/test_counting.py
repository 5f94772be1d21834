"""How decisions count."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.workflow.counting import Decision, Panel, Vote, panel_of, voted
from cma_graphql.domain.workflow.states import ApprovalState

MANAGER, OFFICER = Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER


def vote(role: Role, decision: Decision = Decision.APPROVE, user_id: UUID | None = None) -> Vote:
    return Vote(user_id=user_id or new_id(), decision=decision, role=role)


def panel(kind: str, *roles: Role, needed: int = 1) -> Panel:
    return panel_of(kind, roles=roles, needed=needed)


def test_one_approval_is_enough_for_a_single_one() -> None:
    single = panel("SINGLE", MANAGER, OFFICER)
    assert single.outcome([]) is ApprovalState.PENDING
    assert single.outcome([vote(OFFICER)]) is ApprovalState.APPROVED


def test_any_takes_so_many_of_a_role() -> None:
    two = panel("ANY", MANAGER, needed=2)
    assert two.outcome([vote(MANAGER)]) is ApprovalState.PENDING
    assert two.outcome([vote(MANAGER), vote(MANAGER)]) is ApprovalState.APPROVED
    assert two.outcome([vote(OFFICER), vote(OFFICER)]) is ApprovalState.PENDING


def test_a_sequence_takes_every_role() -> None:
    both = panel("SEQUENTIAL", OFFICER, MANAGER)
    assert both.outcome([vote(OFFICER)]) is ApprovalState.PENDING
    assert both.outcome([vote(OFFICER), vote(OFFICER)]) is ApprovalState.PENDING
    assert both.outcome([vote(OFFICER), vote(MANAGER)]) is ApprovalState.APPROVED


def test_all_takes_everybody_of_a_role() -> None:
    three = panel("ALL", MANAGER, needed=3)
    votes = [vote(MANAGER), vote(MANAGER)]
    assert three.outcome(votes) is ApprovalState.PENDING
    assert three.outcome([*votes, vote(MANAGER)]) is ApprovalState.APPROVED


def test_a_sequence_is_asked_one_after_the_other() -> None:
    both = panel("SEQUENTIAL", OFFICER, MANAGER)
    assert both.asked_now([]) == [OFFICER]
    assert both.role_for(frozenset({MANAGER}), []) is None
    assert both.role_for(frozenset({MANAGER}), [vote(OFFICER)]) is MANAGER
    assert both.asked_now([vote(OFFICER), vote(MANAGER)]) == []
    assert panel("ALL", OFFICER, MANAGER).asked_now([]) == [MANAGER, OFFICER]


@pytest.mark.parametrize(
    ("decision", "outcome"),
    [
        (Decision.REJECT, ApprovalState.REJECTED),
        (Decision.REQUEST_CHANGES, ApprovalState.CHANGES_REQUESTED),
        (Decision.ABSTAIN, ApprovalState.PENDING),
        (Decision.DELEGATE, ApprovalState.PENDING),
    ],
)
def test_one_refusal_settles_it_while_abstaining_settles_nothing(decision: Decision, outcome: ApprovalState) -> None:
    assert panel("SINGLE", MANAGER).outcome([vote(MANAGER, decision)]) is outcome
    assert panel("SEQUENTIAL", OFFICER, MANAGER).outcome([vote(OFFICER), vote(MANAGER, decision)]) is outcome


def test_nobody_decides_twice() -> None:
    person = new_id()
    for decision in Decision:
        assert voted([vote(MANAGER, decision, person)], person)
        assert not voted([vote(MANAGER, decision)], person)


def test_who_holds_two_roles_fills_one_seat() -> None:
    both = panel("SEQUENTIAL", MANAGER, OFFICER)
    held = frozenset({MANAGER, OFFICER})
    first = both.role_for(held, [])
    assert first is not None
    second = both.role_for(held, [vote(first)])
    assert {first, second} == {MANAGER, OFFICER}


VOTES = st.lists(
    st.builds(
        Vote,
        user_id=st.uuids(),
        decision=st.sampled_from([Decision.APPROVE, Decision.ABSTAIN, Decision.DELEGATE]),
        role=st.sampled_from([MANAGER, OFFICER]),
    ),
    max_size=8,
)


@given(
    kind=st.sampled_from(["SINGLE", "ANY", "ALL", "SEQUENTIAL"]),
    roles=st.lists(st.sampled_from([MANAGER, OFFICER]), min_size=1, max_size=3),
    needed=st.integers(1, 3),
    votes=VOTES,
)
def test_it_is_approved_exactly_when_nobody_is_asked_any_more(
    kind: str, roles: list[Role], needed: int, votes: list[Vote]
) -> None:
    made = panel_of(kind, roles=roles, needed=needed)
    approved = made.outcome(votes) is ApprovalState.APPROVED
    assert approved == (made.asked_now(votes) == [])
    assert (made.role_for(frozenset({MANAGER, OFFICER}), votes) is None) == approved
    approvals = sum(each.decision is Decision.APPROVE for each in votes)
    assert not approved or approvals >= len(made.seats)
