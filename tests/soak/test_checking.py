"""The checker finds what it is there to find: it is no proof that nothing is found by one that cannot find anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from soak.checking import Findings, compare
from soak.scope import CaseState, Due, Logged, Sees, Told, Viewer, due

CENTRE, ANN, BEN, TEAM, OTHER_TEAM = (UUID(int=number) for number in range(1, 6))
OPEN, HIDDEN = UUID(int=11), UUID(int=12)
AT = datetime(2030, 1, 1, tzinfo=UTC)
STATES = {OPEN: CaseState(ANN, TEAM, restricted=False), HIDDEN: CaseState(BEN, TEAM, restricted=True)}
NOBODY = UUID(int=99)
EVENTS = tuple(Due(seq, OPEN, "case.updated", AT, required=True) for seq in range(1, 6))


def told(*seqs: int, connection: int = 0) -> list[Told]:
    return [Told(seq, OPEN, "case.updated", connection) for seq in seqs]


def counts(findings: Findings) -> tuple[list[int], list[int], list[int], list[int]]:
    lost = [each.seq for each in findings.lost]
    reordered, repeated, foreign = (
        [each.seq for each in some] for some in (findings.reordered, findings.repeated, findings.foreign)
    )
    return lost, reordered, repeated, foreign


def test_all_in_order_is_sound() -> None:
    assert counts(compare(EVENTS, told(1, 2, 3, 4, 5))) == ([], [], [], [])


def test_what_is_dropped_is_lost() -> None:
    assert counts(compare(EVENTS, told(1, 2, 4))) == ([3, 5], [], [], [])


def test_two_that_are_swapped_are_reordered() -> None:
    assert counts(compare(EVENTS, told(1, 3, 2, 4, 5))) == ([], [2], [], [])


def test_what_is_told_late_by_another_connection_is_reordered() -> None:
    assert counts(compare(EVENTS, told(1, 3, 4, 5) + told(2, connection=1))) == ([], [2], [], [])


def test_what_is_told_again_after_a_reconnection_is_repeated() -> None:
    assert counts(compare(EVENTS, told(1, 2, 3) + told(2, 3, 4, 5, connection=1))) == ([], [], [2, 3], [])


def test_what_one_connection_tells_again_is_repeated_and_out_of_order() -> None:
    assert counts(compare(EVENTS, told(1, 2, 2, 3, 4, 5))) == ([], [], [2], [])
    assert counts(compare(EVENTS, told(1, 2, 3, 2, 4, 5))) == ([], [2], [2], [])


def test_what_need_not_have_been_told_may_be_told_when_it_is_asked_for_again() -> None:
    doubtful = [replace(each, required=each.seq != 2) for each in EVENTS]
    assert counts(compare(doubtful, told(1, 3, 4, 5))) == ([], [], [], [])
    again = told(1, 3, 4) + told(2, 3, 4, 5, connection=1)
    assert counts(compare(doubtful, again)) == ([], [], [3, 4], [])
    assert counts(compare(doubtful, told(1, 3, 2, 4, 5))) == ([], [2], [], [])


def test_what_is_not_due_is_foreign() -> None:
    assert counts(compare(EVENTS, told(1, 2, 3, 4, 5, 9))) == ([], [], [], [9])
    another_name = [*told(1, 2, 3, 4), Told(5, OPEN, "case.deleted")]
    assert counts(compare(EVENTS, another_name)) == ([], [], [], [5])
    another_case = [*told(1, 2, 3, 4), Told(5, HIDDEN, "case.updated")]
    assert counts(compare(EVENTS, another_case)) == ([], [], [], [5])


def test_what_was_to_be_read_by_a_query_is_not_lost() -> None:
    assert counts(compare(EVENTS, told(1, 5), [range(2, 5)])) == ([], [], [], [])
    assert counts(compare(EVENTS, told(1, 5), [range(2, 4)])) == ([4], [], [], [])


def logged(seq: int, case: UUID, name: str = "case.updated", **changed: tuple[object, object]) -> Logged:
    changes = {field: {"old": old, "new": new} for field, (old, new) in changed.items()}
    return Logged(seq, name, case, AT + timedelta(seconds=seq), changes)


LOG = (
    logged(1, OPEN),
    logged(2, HIDDEN),
    logged(3, OPEN, "case.assigned", advisor_id=(str(ANN), str(BEN))),
    logged(4, HIDDEN, "case.restricted", restricted=(True, False)),
    logged(5, OPEN, "case.restricted", restricted=(False, True)),
    logged(6, OPEN),
)
REQUIRED, DOUBTFUL, REMOVED = "required", "doubtful", "removed"


def of(sees: Sees, user: UUID = NOBODY, team: UUID | None = None, **given: object) -> dict[int, str]:
    """Answer what of the log is due to somebody."""
    answer: dict[int, str] = {}
    for each in due(Viewer(CENTRE, user, sees, team), LOG, STATES, **{"behind": 0, **given}):  # type: ignore[arg-type]
        answer[each.seq] = REMOVED if each.name is None else REQUIRED if each.required else DOUBTFUL
        assert each.required or each.name is not None
    return answer


def test_a_manager_is_told_everything() -> None:
    assert of(Sees.ALL) == dict.fromkeys(range(1, 7), REQUIRED)


def test_who_sees_what_is_not_restricted_is_told_that_a_case_was_removed() -> None:
    assert of(Sees.UNRESTRICTED) == {1: DOUBTFUL, 3: DOUBTFUL, 4: REQUIRED, 5: REMOVED}


def test_a_team_is_told_of_its_cases_until_they_are_hidden() -> None:
    assert of(Sees.OWN_AND_TEAM, team=TEAM) == {1: DOUBTFUL, 3: DOUBTFUL, 4: REQUIRED, 5: REMOVED}
    assert of(Sees.OWN_AND_TEAM, team=OTHER_TEAM) == {}


def test_an_advisor_is_told_of_own_cases_hidden_ones_too() -> None:
    assert of(Sees.OWN, ANN) == {1: DOUBTFUL, 3: REMOVED}
    assert of(Sees.OWN, BEN) == {2: REQUIRED, 3: REQUIRED, 4: REQUIRED, 5: REQUIRED, 6: REQUIRED}
    assert of(Sees.OWN_AND_TEAM, ANN, OTHER_TEAM) == {1: DOUBTFUL, 3: REMOVED}


def test_one_case_alone_and_what_is_behind_a_cursor() -> None:
    assert of(Sees.ALL, only=HIDDEN) == {2: REQUIRED, 4: REQUIRED}
    assert of(Sees.ALL, behind=4) == {5: REQUIRED, 6: REQUIRED}
    # what happened before the cursor still counts for where a case stands
    assert of(Sees.OWN, ANN, behind=2) == {3: REMOVED}
    assert of(Sees.OWN, ANN, behind=3) == {}
