"""Which state of a referral may follow which (domain reference 5.3)."""

from collections.abc import Mapping
from typing import Protocol

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.referrals.models import Referral, ReferralDirection, ReferralParty, ReferralState


class SeenReferral(Protocol):
    """What of a referral, written or shown, its steps go by."""

    @property
    def state(self) -> str:
        """Where it stands."""

    @property
    def direction(self) -> str:
        """Out or in."""

    @property
    def party(self) -> str:
        """Who stands at the other end."""


FOLLOWING: Mapping[ReferralState, tuple[ReferralState, ...]] = {
    ReferralState.DRAFT: (ReferralState.SENT, ReferralState.WITHDRAWN),
    ReferralState.SENT: (
        ReferralState.ACCEPTED,
        ReferralState.REJECTED,
        ReferralState.WITHDRAWN,
        ReferralState.EXPIRED,
    ),
    ReferralState.ACCEPTED: (ReferralState.COMPLETED, ReferralState.WITHDRAWN),
    ReferralState.REJECTED: (),
    ReferralState.COMPLETED: (),
    ReferralState.WITHDRAWN: (),
    ReferralState.EXPIRED: (),
}


def following(referral: SeenReferral) -> tuple[ReferralState, ...]:
    """Answer the states that may follow a referral's present one. One that a link expired of is given a new link."""
    if referral.state == ReferralState.EXPIRED and goes_by_link(referral):
        return (ReferralState.SENT,)
    return FOLLOWING[ReferralState(referral.state)]


def goes_by_link(referral: SeenReferral) -> bool:
    """Tell whether its recipient answers by a link: an organisation, and no centre of the network."""
    return (referral.direction, referral.party) == (ReferralDirection.OUT, ReferralParty.ORGANISATION)


def require_step(referral: Referral, target: ReferralState) -> None:
    """Raise TransitionRefused where no step leads from a referral's state to this one; a new link is no such step."""
    allowed = FOLLOWING[ReferralState(referral.state)]
    if target not in allowed:
        raise TransitionRefused(source=referral.state, target=target.value, allowed=[state.value for state in allowed])
