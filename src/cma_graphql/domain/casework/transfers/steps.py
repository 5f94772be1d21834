"""What is left to carry out of a transfer, told from the records that its two centres have of it.

The giving centre's record decides: a transfer is on until that record says otherwise, and it says ACCEPTED once. The
taking centre's record says what was answered. Every step is one unit of work of one centre; it looks once more whether
it is still due, so that it may be tried again, and by several at once, after any break.
"""

from dataclasses import dataclass
from enum import StrEnum

from cma_graphql.domain.referrals.models import ReferralState as State


class Step(StrEnum):
    """One unit of work of a transfer."""

    DELIVER = "DELIVER"
    """At the taking centre: write the offer down."""
    CONFIRM = "CONFIRM"
    """At the giving centre: the answer is yes, and the offer can be taken back no more."""
    COPY = "COPY"
    """At the taking centre: make the client, the case and its parts."""
    CONCLUDE = "CONCLUDE"
    """At the giving centre: close the case."""
    RETURN = "RETURN"
    """At the giving centre: the answer is no; the case goes on here."""
    CALL_OFF = "CALL_OFF"
    """At the taking centre: the offer was taken back, or its time is over."""
    TAKE_BACK = "TAKE_BACK"
    """At the giving centre: the case goes on here."""
    SETTLE = "SETTLE"
    """At the taking centre: nothing is left to do."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What one centre's record says."""

    state: State
    settled: bool


_CALLED_OFF = frozenset({State.WITHDRAWN, State.EXPIRED})
_OPEN = frozenset({State.SENT, State.ACCEPTED})


def next_step(giving: Stand, taking: Stand | None) -> Step | None:
    """Answer what is to be done next; None: nothing, or somebody's answer is waited for."""
    if taking is None:
        return _without_offer(giving)
    if taking.state in _OPEN and giving.state in _CALLED_OFF:
        return Step.CALL_OFF
    if giving.state is State.SENT:
        return {State.ACCEPTED: Step.CONFIRM, State.REJECTED: Step.RETURN}.get(taking.state)
    if giving.state is State.ACCEPTED:
        return Step.COPY if taking.state is State.ACCEPTED else Step.CONCLUDE
    if not giving.settled:
        return Step.TAKE_BACK
    return None if taking.settled else Step.SETTLE


def _without_offer(giving: Stand) -> Step | None:
    if giving.state is State.SENT:
        return Step.DELIVER
    return Step.TAKE_BACK if giving.state in _CALLED_OFF and not giving.settled else None
