"""Which state of a case may follow which: the one table of steps (domain reference 5.2)."""

from collections.abc import Mapping

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.cases.models import CaseStatus

# What seed 004 allows is kept exactly; REFERRED and CANCELLED, which seed 003 brings, are added behind it.
FOLLOWING: Mapping[CaseStatus, tuple[CaseStatus, ...]] = {
    CaseStatus.NEW: (
        CaseStatus.ASSIGNED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.ON_HOLD,
        CaseStatus.CLOSED,
        CaseStatus.REFERRED,
        CaseStatus.CANCELLED,
    ),
    CaseStatus.ASSIGNED: (
        CaseStatus.IN_PROGRESS,
        CaseStatus.ON_HOLD,
        CaseStatus.CLOSED,
        CaseStatus.REFERRED,
        CaseStatus.CANCELLED,
    ),
    CaseStatus.IN_PROGRESS: (
        CaseStatus.ON_HOLD,
        CaseStatus.RESOLVED,
        CaseStatus.CLOSED,
        CaseStatus.REFERRED,
        CaseStatus.CANCELLED,
    ),
    CaseStatus.ON_HOLD: (
        CaseStatus.IN_PROGRESS,
        CaseStatus.CLOSED,
        CaseStatus.REFERRED,
        CaseStatus.CANCELLED,
    ),
    CaseStatus.RESOLVED: (CaseStatus.CLOSED, CaseStatus.REOPENED),
    CaseStatus.CLOSED: (CaseStatus.REOPENED,),
    CaseStatus.REOPENED: (
        CaseStatus.ASSIGNED,
        CaseStatus.IN_PROGRESS,
        CaseStatus.REFERRED,
        CaseStatus.CANCELLED,
    ),
    CaseStatus.REFERRED: (CaseStatus.CLOSED, CaseStatus.REOPENED),
    CaseStatus.CANCELLED: (CaseStatus.REOPENED,),
}

OPEN = (CaseStatus.NEW, CaseStatus.ASSIGNED, CaseStatus.IN_PROGRESS, CaseStatus.ON_HOLD, CaseStatus.REOPENED)
"""The states of live work; seed 003 calls them *open*."""


def following(status: str) -> tuple[CaseStatus, ...]:
    """Answer the states that may follow this one."""
    return FOLLOWING[CaseStatus(status)]


def require_step(source: str, target: CaseStatus) -> None:
    """Raise TransitionRefused where no step leads from one state to the other; staying is no step."""
    allowed = following(source)
    if target not in allowed:
        raise TransitionRefused(source=source, target=target.value, allowed=[status.value for status in allowed])
