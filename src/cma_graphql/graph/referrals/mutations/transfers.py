"""Transfers between the centres of the network."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import TransitionRefused
from cma_graphql.domain.casework.send_referral import offer_transfer
from cma_graphql.domain.casework.transfers.carrying import Network, person_offered
from cma_graphql.domain.casework.transfers.taking import claim_transfer, refuse_transfer
from cma_graphql.domain.clients.duplicates import PossibleDuplicate
from cma_graphql.domain.referrals.models import ReferralState
from cma_graphql.graph.clients.duplicates import shown
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.referrals.inputs import TransferAcceptInput, TransferOfferInput, TransferRejectInput
from cma_graphql.graph.referrals.mutations.answering import ReferralPayload, answer
from cma_graphql.graph.referrals.mutations.carrying import carried

_AT_BOTH_CENTRES = 2 * WRITE
_WHOLE_RECORD = 10 * WRITE
"""What it costs to copy a client, a case, and everything that is in it."""
_CALLED_OFF = frozenset({ReferralState.WITHDRAWN, ReferralState.EXPIRED})


@strawberry.type(description="The transfer, offered.")
class TransferOfferPayload(ReferralPayload):
    """What transferOffer answers."""


@strawberry.type(description="The transfer, with the client and the case that were made of it.")
class TransferAcceptPayload(ReferralPayload):
    """What transferAccept answers."""


@strawberry.type(description="The transfer, rejected.")
class TransferRejectPayload(ReferralPayload):
    """What transferReject answers."""


@strawberry.type
class TransferMutations:
    """How records change hands between centres."""

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Offer a case to the centre that its draft names; for managers. The client has consented to "
        "referral. The case becomes REFERRED until the other centre has answered: its manager sees the categories of "
        "data that the draft names, and nothing else.",
        call=_AT_BOTH_CENTRES,
    )
    async def transfer_offer(
        self, info: Info, input: Annotated[TransferOfferInput, strawberry.argument(description="The draft.")]
    ) -> TransferOfferPayload:
        """Offer a transfer."""
        return await carried(info, await answer(info, TransferOfferPayload, offer_transfer, input))

    @mutation(
        requires=Permission.CASE_CREATE,
        description="Accept a case that another centre offers; for managers. The client with their household, the "
        "case, its debts, its assets and its statement become new records of this centre; the other centre's case is "
        "closed and keeps its history. It is refused with the rule `possible-duplicate` where this centre may know "
        "the person already, until `acceptPossibleDuplicate` says that somebody has looked.",
        call=_WHOLE_RECORD,
    )
    async def transfer_accept(
        self, info: Info, input: Annotated[TransferAcceptInput, strawberry.argument(description="The offer.")]
    ) -> TransferAcceptPayload:
        """Accept a transfer."""
        context = info.context
        context.require(Permission.CASE_CREATE)
        await context.end_reading()
        network = Network(context.database, context.keys)
        client = input.client_id
        try:
            payload = await answer(
                info,
                TransferAcceptPayload,
                claim_transfer,
                input,
                person=await person_offered(network, context.actor, read_id("referral", input.id)),
                client_id=None if client is None else read_id("client", client, field="client_id"),
                accept_possible_duplicate=input.accept_possible_duplicate,
            )
        except PossibleDuplicate as refusal:
            raise shown(refusal) from None
        payload = await carried(info, payload)
        if payload.referral is not None and payload.referral.state in _CALLED_OFF:
            # The other centre was faster: its record decides, and ours says now what became of the offer.
            raise TransitionRefused(source=payload.referral.state, target=ReferralState.ACCEPTED.value, allowed=())
        return payload

    @mutation(
        requires=Permission.CASE_CREATE,
        description="Reject a case that another centre offers, for a reason; for managers. The case goes on there.",
        call=_AT_BOTH_CENTRES,
    )
    async def transfer_reject(
        self, info: Info, input: Annotated[TransferRejectInput, strawberry.argument(description="The offer.")]
    ) -> TransferRejectPayload:
        """Reject a transfer."""
        return await carried(
            info, await answer(info, TransferRejectPayload, refuse_transfer, input, reason=input.reason)
        )
