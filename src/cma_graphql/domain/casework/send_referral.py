"""Sends a referral to an organisation, and offers a transfer to another centre."""

from datetime import timedelta
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.tokens import token_digest
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.casework.guards import require_step_is_open
from cma_graphql.domain.casework.refer import hand_over
from cma_graphql.domain.referrals.consent import require_consent_to_referral
from cma_graphql.domain.referrals.events import ReferralRenewed, ReferralSent
from cma_graphql.domain.referrals.links import LINK_LIFETIME
from cma_graphql.domain.referrals.models import Referral, ReferralDirection, ReferralParty, ReferralState
from cma_graphql.domain.referrals.rules import require_kind, require_manager
from cma_graphql.domain.referrals.shared import sections_of, write_sections
from cma_graphql.domain.referrals.telling import Taken, change
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork

_RENEWABLE = frozenset({ReferralState.SENT, ReferralState.EXPIRED})
OFFER_LIFETIME = timedelta(days=14)
"""How long another centre has for an answer."""


async def send_referral(uow: UnitOfWork, *, referral_id: UUID, version: int, token: str) -> UUID:
    """Send a draft to its organisation, which is given the link of this token; the case follows if it hands it over.

    What is shared is kept as it is now. The client consents to referral. Raises Forbidden, ApprovalRequired
    (trainees), NotFound, Conflict, TransitionRefused, Invalid, InvalidInput.
    """
    return await _send(
        uow,
        referral_id,
        version,
        ReferralParty.ORGANISATION,
        expires_at=now() + LINK_LIFETIME,
        token_digest=token_digest(token),
    )


async def renew_link(uow: UnitOfWork, *, referral_id: UUID, version: int, token: str) -> UUID:
    """Give the organisation the link of this token, and as much time again; the former link is good no more.

    For one that waits for an answer, where the link was lost, and one that nobody answered in time. It shows what was
    sent, nothing newer, to which the client consents still. A case that the referral handed over is REFERRED still,
    any other is not at its end. Raises Forbidden, ApprovalRequired (trainees), NotFound, Conflict, TransitionRefused,
    Invalid.
    """
    uow.actor.require(Permission.CORRESPONDENCE_SEND)
    seen = await uow.get(Referral, referral_id, field="id")
    require_kind(seen, ReferralDirection.OUT, ReferralParty.ORGANISATION)
    assert seen.case_id is not None  # noqa: S101 - narrows: one that goes out has a case
    assert seen.client_id is not None  # noqa: S101 - and a client
    case = await take_case_of(uow, Permission.CORRESPONDENCE_SEND, seen.case_id, field="id", ended=True)
    consent_id = await require_consent_to_referral(uow, seen.client_id)
    referral = await uow.lock(Referral, referral_id, version=version)
    if referral.state not in _RENEWABLE:
        raise Invalid(
            "id",
            "no-link",
            "A new link is given to a referral that waits for its answer, or that nobody answered in time.",
            state=referral.state,
        )
    if case.status not in ({CaseStatus.REFERRED} if referral.hands_over else {*OPEN, CaseStatus.RESOLVED}):
        raise Invalid(
            "id", "case-went-on", "The case has gone on meanwhile: begin a new referral of it.", status=case.status
        )
    return await change(
        uow,
        ReferralRenewed,
        Taken(referral, case),
        state=ReferralState.SENT.value,
        consent_id=consent_id,
        expires_at=now() + LINK_LIFETIME,
        token_digest=token_digest(token),
        ended_at=None,
    )


async def offer_transfer(uow: UnitOfWork, *, referral_id: UUID, version: int) -> UUID:
    """Offer a case to the centre that a draft names: a manager approves it by that. The case is referred.

    The other centre is told by a unit of work of its own (casework/transfers). Raises like `send_referral`, and
    ApprovalRequired for all but managers.
    """
    require_manager(uow)
    return await _send(uow, referral_id, version, ReferralParty.CENTRE, expires_at=now() + OFFER_LIFETIME)


async def _send(uow: UnitOfWork, referral_id: UUID, version: int, party: ReferralParty, **columns: object) -> UUID:
    uow.actor.require(Permission.CORRESPONDENCE_SEND)
    seen = await uow.get(Referral, referral_id, field="id")
    require_kind(seen, ReferralDirection.OUT, party)
    assert seen.case_id is not None  # noqa: S101 - narrows: one that goes out has a case
    assert seen.client_id is not None  # noqa: S101 - and a client
    case = await take_case_of(uow, Permission.CORRESPONDENCE_SEND, seen.case_id, field="id")
    consent_id = await require_consent_to_referral(uow, seen.client_id)
    referral = await uow.lock(Referral, referral_id, version=version)
    require_step(referral, ReferralState.SENT)
    if referral.hands_over:
        await require_step_is_open(uow, case, CaseStatus.REFERRED)
    sections = await sections_of(
        uow, uow.keys, case_id=case.id, client_id=case.client_id, categories=referral.shared_categories
    )
    if not sections:
        raise Invalid("categories", "required", "Choose what is shared: at least one category.")
    await change(
        uow,
        ReferralSent,
        Taken(referral, case),
        state=ReferralState.SENT.value,
        shared=await uow.seal(referral, "shared", write_sections(sections)),
        consent_id=consent_id,
        sent_at=now(),
        sent_by=uow.actor.user_id,
        **columns,
    )
    if referral.hands_over:
        await hand_over(uow, case, referral)
    return referral.id
