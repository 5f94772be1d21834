"""Which state of a statement may follow which (domain reference 2.3)."""

from collections.abc import Mapping

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.budgets.models import SheetStatus

FOLLOWING: Mapping[SheetStatus, tuple[SheetStatus, ...]] = {
    SheetStatus.DRAFT: (SheetStatus.READY_FOR_REVIEW, SheetStatus.WITHDRAWN),
    SheetStatus.READY_FOR_REVIEW: (SheetStatus.DRAFT, SheetStatus.CONFIRMED_BY_CLIENT, SheetStatus.WITHDRAWN),
    SheetStatus.CONFIRMED_BY_CLIENT: (SheetStatus.SENT, SheetStatus.SUPERSEDED, SheetStatus.WITHDRAWN),
    SheetStatus.SENT: (SheetStatus.SUPERSEDED, SheetStatus.WITHDRAWN),
    SheetStatus.SUPERSEDED: (),
    SheetStatus.WITHDRAWN: (),
}

CURRENT = (SheetStatus.CONFIRMED_BY_CLIENT, SheetStatus.SENT)
"""The states of the one statement of a case that counts."""
SETTLED = (SheetStatus.READY_FOR_REVIEW, *CURRENT)
"""The states in which the lines stand still and are still of use: they can be verified."""


def following(status: str) -> tuple[SheetStatus, ...]:
    """Answer the states that may follow this one."""
    return FOLLOWING[SheetStatus(status)]


def require_step(source: str, target: SheetStatus) -> None:
    """Raise TransitionRefused where no step leads from one state to the other; staying is no step."""
    allowed = following(source)
    if target not in allowed:
        raise TransitionRefused(source=source, target=target.value, allowed=[status.value for status in allowed])
