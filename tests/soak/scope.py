"""Who is to be told what: worked out from the log's changes alone, by rules of their own and not by the product's gate.

An event is told to whoever sees the case after it. Whoever loses sight of the case later may have been told or not: an
event is shown with the record as it is when it is delivered. What is removed from sight is always told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID


class Sees(Enum):
    """Which cases of the centre a subscriber sees."""

    ALL = "manager"
    UNRESTRICTED = "auditor"
    OWN_AND_TEAM = "advisor"
    OWN = "trainee"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who follows cases."""

    centre: UUID
    user: UUID
    sees: Sees
    team: UUID | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """What of a case decides who sees it."""

    advisor: UUID | None
    team: UUID | None
    restricted: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """An event of a case as the database has it."""

    seq: int
    name: str
    case: UUID
    at: datetime
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One answer that is more than a sign of life."""

    seq: int
    case: UUID
    name: str | None
    """The event; None: the case was removed from sight."""
    connection: int = 0
    """Which of the subscriber's connections it came by, counted from the first."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a subscriber is to be told."""

    seq: int
    case: UUID
    name: str | None
    at: datetime
    required: bool


def is_seen(viewer: Viewer, state: CaseState) -> bool:
    """Tell whether a viewer sees a case in this state."""
    own = state.advisor == viewer.user
    match viewer.sees:
        case Sees.ALL:
            return True
        case Sees.UNRESTRICTED:
            return own or not state.restricted
        case Sees.OWN_AND_TEAM:
            return own or (state.team == viewer.team and not state.restricted)
        case Sees.OWN:
            return own


def after(state: CaseState, changes: Mapping[str, Any]) -> CaseState:
    """Answer a case's state after an event."""
    if "advisor_id" in changes:
        new = changes["advisor_id"]["new"]
        state = replace(state, advisor=None if new is None else UUID(new))
    if "restricted" in changes:
        state = replace(state, restricted=changes["restricted"]["new"])
    return state


def due(
    viewer: Viewer, log: Sequence[Logged], states: Mapping[UUID, CaseState], *, behind: int, only: UUID | None = None
) -> list[Due]:
    """Answer what a viewer is to be told of a centre's log, which began with the cases in these states.

    `behind` is the number that the viewer began after; `only` the one case that is followed, where it is one.
    """
    told: list[Due] = []
    present = dict(states)
    for event in log:
        before, now = present[event.case], after(present[event.case], event.changes)
        present[event.case] = now
        if event.seq <= behind or only not in {None, event.case}:
            continue
        if is_seen(viewer, now):
            told.append(Due(event.seq, event.case, event.name, event.at, required=True))
        elif is_seen(viewer, before):
            told.append(Due(event.seq, event.case, None, event.at, required=True))
    return _with_doubts(told)


def _with_doubts(told: Iterable[Due]) -> list[Due]:
    """Require no event of a case that is removed from sight later."""
    removed: set[UUID] = set()
    answer: list[Due] = []
    for each in reversed(list(told)):
        if each.name is None:
            removed.add(each.case)
        answer.append(replace(each, required=each.name is None or each.case not in removed))
    return answer[::-1]
