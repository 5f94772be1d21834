"""Which state of a debt may follow which, and which states count among what is owed (domain reference 5.3)."""

from collections.abc import Mapping

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.debts.kinds import DebtStatus, Liability

# A debt that is sold is no state: it has another holder, and stays as it is.
FOLLOWING: Mapping[DebtStatus, tuple[DebtStatus, ...]] = {
    DebtStatus.ACTIVE: (
        DebtStatus.DISPUTED,
        DebtStatus.IN_BREATHING_SPACE,
        DebtStatus.IN_SOLUTION,
        DebtStatus.SETTLED,
        DebtStatus.WRITTEN_OFF,
        DebtStatus.PRESCRIBED,
        DebtStatus.CLOSED,
    ),
    DebtStatus.DISPUTED: (
        DebtStatus.ACTIVE,
        DebtStatus.IN_BREATHING_SPACE,
        DebtStatus.SETTLED,
        DebtStatus.WRITTEN_OFF,
        DebtStatus.PRESCRIBED,
        DebtStatus.CLOSED,
    ),
    DebtStatus.IN_BREATHING_SPACE: (
        DebtStatus.ACTIVE,
        DebtStatus.DISPUTED,
        DebtStatus.IN_SOLUTION,
        DebtStatus.SETTLED,
        DebtStatus.WRITTEN_OFF,
        DebtStatus.CLOSED,
    ),
    DebtStatus.IN_SOLUTION: (
        DebtStatus.ACTIVE,
        DebtStatus.SETTLED,
        DebtStatus.WRITTEN_OFF,
        DebtStatus.CLOSED,
    ),
    DebtStatus.SETTLED: (DebtStatus.ACTIVE, DebtStatus.CLOSED),
    DebtStatus.WRITTEN_OFF: (DebtStatus.ACTIVE, DebtStatus.CLOSED),
    DebtStatus.PRESCRIBED: (DebtStatus.ACTIVE, DebtStatus.CLOSED),
    DebtStatus.CLOSED: (DebtStatus.ACTIVE,),
}

OWED = (DebtStatus.ACTIVE, DebtStatus.DISPUTED, DebtStatus.IN_BREATHING_SPACE, DebtStatus.IN_SOLUTION)
"""The states in which something is owed, or said to be; in the others nothing is left to pay."""


def following(status: str) -> tuple[DebtStatus, ...]:
    """Answer the states that may follow this one."""
    return FOLLOWING[DebtStatus(status)]


def require_step(source: str, target: DebtStatus) -> None:
    """Raise TransitionRefused where no step leads from one state to the other; staying is no step."""
    allowed = following(source)
    if target not in allowed:
        raise TransitionRefused(source=source, target=target.value, allowed=[status.value for status in allowed])


def counts(*, status: str, liability: str) -> bool:
    """Tell whether a debt counts in its case's totals: something is owed, and the client answers for it.

    A disputed debt counts until the dispute is won. The totals in SQL follow the same rule (selectors).
    """
    return status in OWED and liability != Liability.NOT_LIABLE
