"""Referrals in from organisations: recorded, declined."""

from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.clients.details import ClientDetails, read_details
from cma_graphql.domain.referrals.details import (
    REASON_LENGTH,
    REFERENCE_LENGTH,
    OtherSide,
    read_note,
    read_other_side,
)
from cma_graphql.domain.referrals.events import (
    ReferralReceived,
    ReferralRejected,
)
from cma_graphql.domain.referrals.intake import categories_of, sections_of_person
from cma_graphql.domain.referrals.models import (
    Referral,
    ReferralDirection,
    ReferralParty,
    ReferralState,
    ReferralUrgency,
)
from cma_graphql.domain.referrals.rules import answered_by_staff, require_kind
from cma_graphql.domain.referrals.shared import write_sections
from cma_graphql.domain.referrals.telling import Taken, change, take_referral, tell
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def receive_referral(
    uow: UnitOfWork,
    *,
    source: OtherSide,
    person: ClientDetails,
    reason: str,
    consent_note: str,
    urgency: ReferralUrgency = ReferralUrgency.ROUTINE,
    received_on: date | None = None,
    notes: str | None = None,
    other_reference: str | None = None,
) -> UUID:
    """Record that an organisation hands a person to this centre: an intake, until it is admitted or declined.

    The person is described as a client is, and is no client yet. Raises Forbidden, Invalid, InvalidInput.
    """
    uow.actor.require(Permission.CLIENT_CREATE)
    faults = Faults()
    kept: ClientDetails = {}
    try:
        kept = read_details(person, required=("first_name", "last_name"), inside="person.")
    except (Invalid, InvalidInput) as refusal:
        faults.take(refusal)
    said = read_note(faults, "notes", notes)
    columns = read_other_side(faults, source, inside="source.")
    columns |= {
        "reason": faults.read("reason", multiline, reason, max_length=REASON_LENGTH),
        "consent_note": faults.read("consent_note", multiline, consent_note, max_length=REASON_LENGTH),
    }
    if other_reference is not None:
        columns["other_reference"] = faults.read(
            "other_reference", one_line, other_reference, max_length=REFERENCE_LENGTH
        )
    if received_on is not None and received_on > today():
        faults.add("received_on", "past", "A referral came in today or before.", until=today().isoformat())
    faults.raise_any()
    sections = sections_of_person(kept, said)
    referral = Referral(
        id=new_id(),
        direction=ReferralDirection.IN.value,
        party=ReferralParty.ORGANISATION.value,
        state=ReferralState.SENT.value,
        urgency=urgency.value,
        received_on=received_on or today(),
        shared_categories=categories_of(sections),
        hands_over=True,
        **columns,
    )
    referral.shared = await uow.seal(referral, "shared", write_sections(sections))
    changes = uow.add(referral)
    await tell(uow, ReferralReceived, Taken(referral, None), changes, before=None)
    return referral.id


async def decline_referral(uow: UnitOfWork, *, referral_id: UUID, version: int, reason: str) -> UUID:
    """Refuse somebody whom an organisation handed in, for a reason.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid.
    """
    taken = await take_referral(uow, Permission.CASE_CREATE, referral_id, version)
    require_kind(taken.referral, ReferralDirection.IN, ReferralParty.ORGANISATION)
    require_step(taken.referral, ReferralState.REJECTED)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    return await change(
        uow,
        ReferralRejected,
        taken,
        state=ReferralState.REJECTED.value,
        answer_note=why,
        ended_at=now(),
        **answered_by_staff(uow),
    )
