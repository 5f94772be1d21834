"""What is told of referrals as they change."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.referrals.sighted import referrals_and_audiences
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, about, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.referrals.types import Referral

_SETTLING = frozenset({"referral", "case"})


@strawberry.type(description="Something happened to a referral.")
class ReferralEvent(Happened):
    """One event, with the referral as it is when the event is delivered."""

    @relation(description="The referral as it is now; null where the viewer does not see it any more.")
    async def referral(happened: list["ReferralEvent"], info: Info) -> list[Referral | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's referral, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


ReferralUpdate = Annotated[
    ReferralEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("ReferralUpdate", description="What a subscription to referrals answers."),
]


REFERRALS = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=referrals_and_audiences,
    made=ReferralEvent.of,
    tells=about("referral"),
)
