"""What the mutations of one referral share: which one, in which version, and how it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.referrals.inputs import ReferralInput
from cma_graphql.graph.referrals.types import Referral
from cma_graphql.graph.writing import reread, write


@strawberry.type(description="What a mutation of a referral answers.")
class ReferralPayload(Payload):
    """The part that payloads with a referral share."""

    referral: Referral | None = strawberry.field(
        default=None, description="The referral as it is now; null where it was refused, or is out of sight."
    )


P = TypeVar("P", bound=ReferralPayload)


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: ReferralInput, **said: Any
) -> P:
    """Call a service in a unit of work; answer its referral as it is afterwards."""
    key = read_id("referral", given.id)
    outcome = await write(info, service, given, referral_id=key, version=given.expected_version, **said)
    return payload(referral=await reread(info, Referral, key), replayed=outcome.replayed)
