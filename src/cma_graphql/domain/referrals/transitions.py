"""Which state of a referral may follow which (domain reference 5.3)."""

from collections.abc import Mapping

from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.referrals.models import Referral, ReferralState

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


def following(state: str) -> tuple[ReferralState, ...]:
    """Answer the states that may follow this one."""
    return FOLLOWING[ReferralState(state)]


def require_step(referral: Referral, target: ReferralState) -> None:
    """Raise TransitionRefused where no step leads from a referral's state to this one."""
    allowed = following(referral.state)
    if target not in allowed:
        raise TransitionRefused(source=referral.state, target=target.value, allowed=[state.value for state in allowed])
