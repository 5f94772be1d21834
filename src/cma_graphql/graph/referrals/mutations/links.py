"""What recipients do by their link, without a sign-in."""

from typing import Annotated

import strawberry

from cma_graphql.domain.referrals.answering import accept_by_link, open_offer, reject_by_link
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.referrals.inputs import ReferralLinkAcceptInput, ReferralLinkRejectInput, ReferralOpenInput
from cma_graphql.graph.referrals.types import ReferralOffer

_LINK = strawberry.argument(description="The link.")


@strawberry.type(description="What a mutation by a link answers.")
class ReferralLinkPayload(Payload):
    """The part that payloads of links share."""

    offer: ReferralOffer | None = strawberry.field(
        default=None, description="What the link shows; null where the link is not good any more."
    )


@strawberry.type(description="What is shared by the link.")
class ReferralOpenPayload(ReferralLinkPayload):
    """What referralOpen answers."""


@strawberry.type(description="The referral, accepted; take down what you need of it, for the link is used up.")
class ReferralLinkAcceptPayload(ReferralLinkPayload):
    """What referralLinkAccept answers."""


@strawberry.type(description="The referral, rejected; the link is used up.")
class ReferralLinkRejectPayload(ReferralLinkPayload):
    """What referralLinkReject answers."""


@strawberry.type
class ReferralLinkMutations:
    """What can be done by a link. A link that is unknown, used or too old is answered alike."""

    @mutation(
        requires=None,
        anonymous=True,
        description="Look at what a centre shares by a link. It is noted who was shown what, and when.",
    )
    async def referral_open(self, info: Info, input: Annotated[ReferralOpenInput, _LINK]) -> ReferralOpenPayload:
        """Open a link."""
        await info.context.end_reading()
        offer = await open_offer(info.context.sign_in, info.context.facts, token=input.token)
        return ReferralOpenPayload(offer=ReferralOffer.of(offer))

    @mutation(requires=None, anonymous=True, description="Take a client on by a link, which is used up by that.")
    async def referral_link_accept(
        self, info: Info, input: Annotated[ReferralLinkAcceptInput, _LINK]
    ) -> ReferralLinkAcceptPayload:
        """Accept by a link."""
        await info.context.end_reading()
        offer = await accept_by_link(info.context.sign_in, info.context.facts, token=input.token, note=input.note)
        return ReferralLinkAcceptPayload(offer=ReferralOffer.of(offer))

    @mutation(
        requires=None, anonymous=True, description="Refuse a client by a link, for a reason; the link is used up."
    )
    async def referral_link_reject(
        self, info: Info, input: Annotated[ReferralLinkRejectInput, _LINK]
    ) -> ReferralLinkRejectPayload:
        """Reject by a link."""
        await info.context.end_reading()
        offer = await reject_by_link(info.context.sign_in, info.context.facts, token=input.token, reason=input.reason)
        return ReferralLinkRejectPayload(offer=ReferralOffer.of(offer))
