"""The states of stages and of approvals, and which of a stage may follow which: one table (domain reference 5.4)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.case_templates.kinds import NotificationMoment


class StageState(StrEnum):
    """How far a stage of a case has come; that it is overdue follows from its deadline (`is_overdue`)."""

    PENDING = "PENDING"
    READY = "READY"
    IN_PROGRESS = "IN_PROGRESS"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


class ApprovalState(StrEnum):
    """What became of a request for approval."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    WITHDRAWN = "WITHDRAWN"


FOLLOWING: Mapping[StageState, tuple[StageState, ...]] = {
    StageState.PENDING: (StageState.READY, StageState.SKIPPED, StageState.CANCELLED),
    StageState.READY: (StageState.IN_PROGRESS, StageState.PENDING, StageState.SKIPPED, StageState.CANCELLED),
    StageState.IN_PROGRESS: (
        StageState.AWAITING_APPROVAL,
        StageState.COMPLETED,
        StageState.SKIPPED,
        StageState.CANCELLED,
    ),
    StageState.AWAITING_APPROVAL: (
        StageState.COMPLETED,
        StageState.REJECTED,
        StageState.IN_PROGRESS,
        StageState.CANCELLED,
    ),
    StageState.REJECTED: (StageState.IN_PROGRESS, StageState.SKIPPED, StageState.CANCELLED),
    StageState.COMPLETED: (StageState.IN_PROGRESS,),
    StageState.SKIPPED: (StageState.PENDING,),
    StageState.CANCELLED: (StageState.PENDING,),
}
"""Which state may follow which. Stages may be revisited, so a settled one opens again (domain reference 5.1)."""

ENDED = frozenset({StageState.COMPLETED, StageState.SKIPPED, StageState.CANCELLED})
"""The states in which a stage holds nothing up any more."""

BEGUN = frozenset({StageState.IN_PROGRESS, StageState.AWAITING_APPROVAL, StageState.REJECTED})
"""The states in which somebody is at work on a stage, or has something to do about it."""


MOMENTS: Mapping[StageState, NotificationMoment] = {
    StageState.READY: NotificationMoment.STAGE_READY,
    StageState.COMPLETED: NotificationMoment.STAGE_COMPLETED,
    StageState.REJECTED: NotificationMoment.STAGE_REJECTED,
}
"""The states of which rules of templates tell when a stage comes to them."""


def has_ended(state: str) -> bool:
    """Tell whether a stage in this state holds nothing up any more."""
    return state in ENDED


def is_overdue(state: str, deadline_at: datetime | None, at: datetime) -> bool:
    """Tell whether a stage that is ready, or begun, has passed its deadline."""
    waits = state in BEGUN or state == StageState.READY
    return waits and deadline_at is not None and deadline_at < at


def require_stage_step(source: str, target: StageState) -> None:
    """Raise TransitionRefused where no step leads from one state of a stage to the other; staying is no step."""
    allowed = FOLLOWING[StageState(source)]
    if target not in allowed:
        raise TransitionRefused(source=source, target=target.value, allowed=[state.value for state in allowed])


def require_stage_in(source: str, target: StageState, *states: StageState) -> None:
    """Raise TransitionRefused unless a stage is in one of the states from which an act leads to another state.

    The table allows more: what an approver's decision does, nobody does by hand.
    """
    if source not in states:
        allowed = [state.value for state in FOLLOWING[StageState(source)] if state is not target]
        raise TransitionRefused(source=source, target=target.value, allowed=allowed)
