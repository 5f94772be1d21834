"""Subscriptions to referrals."""

from collections.abc import AsyncGenerator

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.referrals.inputs import ReferralEventFilterArgument
from cma_graphql.graph.referrals.live_types import REFERRALS, ReferralUpdate


@strawberry.type
class ReferralSubscriptions:
    """What can be followed of referrals."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the referrals that the viewer sees, in order: begun, sent, opened, accepted, "
        "rejected, taken back, expired, completed, come in. `Removed` names a referral, or a case with its referrals, "
        "that has left the viewer's sight.",
    )
    async def referral_events(
        self, filter: ReferralEventFilterArgument = None, after: AfterCursor = None
    ) -> AsyncGenerator[ReferralUpdate]:
        """Follow all referrals in sight."""
        names = None if filter is None or filter.names is None else frozenset(name.value for name in filter.names)
        return Watch(REFERRALS, after=after, names=names)  # type: ignore[return-value]
