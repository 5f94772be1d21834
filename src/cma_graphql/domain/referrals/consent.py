"""The consent that a referral rests on."""

from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_of_clients
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def require_consent_to_referral(uow: UnitOfWork, client_id: UUID) -> UUID:
    """Answer the client's consent to referral; raise Invalid (`consent-missing`) where there is none in force.

    The client is locked, so that a consent withdrawn at this moment is withdrawn before the referral or after it.
    """
    await uow.lock(Client, client_id, field=None)
    (consents,) = await consents_of_clients(uow, [client_id])
    for consent in consents:
        if consent["purpose"] == ConsentPurpose.REFERRAL and consent["withdrawn_at"] is None:
            key: UUID = consent["key"]
            return key
    raise Invalid(
        "",
        "consent-missing",
        "Record the client's consent to a referral first.",
        purpose=ConsentPurpose.REFERRAL.value,
    )
