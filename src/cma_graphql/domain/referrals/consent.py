"""The consent that a referral rests on, when it is sent and for as long as it waits."""

from uuid import UUID

from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_by_id, consents_of_clients
from cma_graphql.domain.referrals.models import Referral
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


async def rests_on_consent(uow: UnitOfWork, referral: Referral) -> bool:
    """Tell whether the consent on which a referral was sent stands, as does its client; locked like the consent above.

    One that the client gave afterwards was given to something else.
    """
    if referral.client_id is None or referral.consent_id is None:
        return False
    try:
        await uow.lock(Client, referral.client_id, field=None)
    except NotFound:
        return False
    (consent,) = await consents_by_id(uow, [referral.consent_id])
    return consent is not None and consent["withdrawn_at"] is None
