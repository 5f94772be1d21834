"""What follows a decision about a transfer at the other centre: at once, and by the worker where that breaks off."""

from typing import TypeVar

from cma_graphql.domain.casework.transfers.carrying import Network, carry, transfer_of
from cma_graphql.domain.referrals.models import ReferralParty
from cma_graphql.domain.referrals.selectors import referrals_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.referrals.mutations.answering import ReferralPayload
from cma_graphql.graph.referrals.types import Referral
from cma_graphql.graph.writing import reread

P = TypeVar("P", bound=ReferralPayload)


async def carried(info: Info, payload: P) -> P:
    """Carry the payload's transfer on, in transactions of its centres' own; answer it as it is afterwards.

    Of a referral to an organisation nothing follows.
    """
    referral = payload.referral
    if referral is None:
        return payload
    context = info.context
    (record,) = await referrals_by_id(context.reader, [referral.key])
    if record is None or record["party"] != ReferralParty.CENTRE:
        return payload
    await context.end_reading()
    await carry(Network(context.database, context.keys), transfer_of(context.actor.centre_id, record))
    payload.referral = await reread(info, Referral, referral.key)
    return payload
