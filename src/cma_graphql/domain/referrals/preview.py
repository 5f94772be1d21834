"""What a draft would share, before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.cases.policy import reached
from cma_graphql.domain.referrals.models import ReferralState
from cma_graphql.domain.referrals.selectors import referrals_by_id
from cma_graphql.domain.referrals.shared import Section, sections_of
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True)
class Preview:
    """Whose data would be shared, and which."""

    client_id: UUID
    sections: Sequence[Section]


async def preview_of(reads: Reads, keys: CentreKeys, referral_id: UUID) -> Preview | None:
    """Gather what the recipient of a draft would see; None where the actor sees no such draft.

    Raises Forbidden where the actor sees the draft, but not the client's identity.
    """
    (draft,) = await referrals_by_id(reads, [referral_id])
    if draft is None or draft["state"] != ReferralState.DRAFT:
        return None
    permission = Permission.CLIENT_READ_IDENTITY
    if draft["case_id"] not in (await reached(reads, [permission], [draft["case_id"]]))[permission]:
        raise Forbidden(permission.name)
    sections = await sections_of(
        reads,
        keys,
        case_id=draft["case_id"],
        client_id=draft["client_id"],
        categories=draft["shared_categories"],
    )
    return Preview(draft["client_id"], sections)
