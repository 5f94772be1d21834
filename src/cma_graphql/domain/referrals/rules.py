"""What acts on referrals have in common: who decides, of which kind they are, who answered."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.clock import now
from cma_graphql.core.errors import ApprovalRequired, Invalid
from cma_graphql.domain.referrals.models import (
    AnsweredThrough,
    Referral,
    ReferralDirection,
    ReferralParty,
    ReferralState,
)
from cma_graphql.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCentre:
    """A centre of the network at the other end, as it was looked up."""

    id: UUID
    name: str


def require_manager(uow: UnitOfWork) -> None:
    """Raise ApprovalRequired where somebody but a manager decides about a transfer (domain reference 5.4).

    Others propose it: their draft is the proposal.
    """
    if uow.actor.require(Permission.CORRESPONDENCE_SEND) is not Reach.CENTRE:
        raise ApprovalRequired(Permission.CORRESPONDENCE_SEND.name)


def require_kind(referral: Referral, direction: ReferralDirection, party: ReferralParty) -> None:
    """Raise Invalid where an act is one on referrals of another kind."""
    if (referral.direction, referral.party) != (direction, party):
        raise Invalid(
            "id",
            "another-kind",
            "This is done with referrals of another kind.",
            direction=referral.direction,
            party=referral.party,
        )


def require_step_of_transfer(referral: Referral) -> None:
    """Raise Invalid for a transfer that the other centre has accepted: its record is being taken over."""
    if referral.state == ReferralState.ACCEPTED:
        raise Invalid("id", "transfer-accepted", "The other centre has accepted: the transfer cannot be taken back.")


def answered_by_staff(uow: UnitOfWork) -> dict[str, object]:
    """Answer the columns that say that somebody of this centre answered, or wrote the answer down."""
    return {
        "token_digest": None,
        "answered_at": now(),
        "answered_by": uow.actor.user_id,
        "answered_through": AnsweredThrough.STAFF.value,
    }
