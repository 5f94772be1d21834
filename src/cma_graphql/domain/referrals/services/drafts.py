"""Referrals out: begun, changed while they are drafts, taken back."""

from collections.abc import Mapping
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import LimitReached
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.referrals.details import (
    REASON_LENGTH,
    Asked,
    OtherSide,
    read_asked,
    read_other_side,
)
from cma_graphql.domain.referrals.events import (
    ReferralDrafted,
    ReferralUpdated,
    ReferralWithdrawn,
)
from cma_graphql.domain.referrals.models import (
    OrganisationKind,
    Referral,
    ReferralDirection,
    ReferralParty,
    ReferralState,
)
from cma_graphql.domain.referrals.rules import (
    OtherCentre,
    require_kind,
    require_manager,
    require_step_of_transfer,
)
from cma_graphql.domain.referrals.selectors import MOST_OF_CASE, count_of_case
from cma_graphql.domain.referrals.telling import Taken, change, take_referral, tell
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def draft_referral(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    asked: Asked,
    organisation: OtherSide | None = None,
    centre: OtherCentre | None = None,
) -> UUID:
    """Begin a referral of a case to an organisation, or its transfer to another centre; nobody is told yet.

    Trainees may, too: what they propose is sent by others. Raises Forbidden, NotFound, Invalid, InvalidInput,
    LimitReached.
    """
    case = await take_case_of(uow, Permission.CASE_UPDATE, case_id)
    if await count_of_case(uow, case.id) >= MOST_OF_CASE:
        raise LimitReached("referrals", MOST_OF_CASE, f"A case has at most {MOST_OF_CASE} referrals.")
    faults = Faults()
    columns = {**_recipient(uow, faults, organisation, centre), **read_asked(faults, asked)}
    faults.raise_any()
    referral = Referral(
        id=new_id(),
        direction=ReferralDirection.OUT.value,
        party=(ReferralParty.ORGANISATION if centre is None else ReferralParty.CENTRE).value,
        state=ReferralState.DRAFT.value,
        case_id=case.id,
        client_id=case.client_id,
        **{**columns, **({} if centre is None else {"hands_over": True})},
    )
    changes = uow.add(referral)
    await tell(uow, ReferralDrafted, Taken(referral, case), changes, before=None)
    return referral.id


def _recipient(
    uow: UnitOfWork, faults: Faults, organisation: OtherSide | None, centre: OtherCentre | None
) -> Mapping[str, object]:
    if (organisation is None) == (centre is None):
        faults.add("recipient", "one-of", "Say one recipient: an organisation, or a centre of the network.")
        return {}
    if organisation is not None:
        return read_other_side(faults, organisation, inside="recipient.organisation.")
    if centre is not None and centre.id == uow.actor.centre_id:
        faults.add("recipient.centre_code", "own-centre", "A case is not transferred to its own centre.")
    return {
        "organisation_name": "" if centre is None else centre.name,
        "organisation_kind": OrganisationKind.DEBT_ADVICE.value,
        "other_centre_id": None if centre is None else centre.id,
    }


async def update_referral(
    uow: UnitOfWork, *, referral_id: UUID, version: int, asked: Asked, organisation: OtherSide | None = None
) -> UUID:
    """Say anew what a draft asks, and of an organisation who it is.

    Raises Forbidden, NotFound, Conflict, TransitionRefused (it was sent), Invalid, InvalidInput.
    """
    taken = await take_referral(uow, Permission.CASE_UPDATE, referral_id, version)
    require_step(taken.referral, ReferralState.SENT)
    faults = Faults()
    columns = read_asked(faults, asked)
    if organisation is not None:
        if taken.referral.party == ReferralParty.CENTRE:
            faults.add("organisation", "another-kind", "A transfer goes to its centre: withdraw it, and begin another.")
        columns |= read_other_side(faults, organisation, inside="organisation.")
    faults.raise_any()
    if taken.referral.party == ReferralParty.CENTRE:
        columns["hands_over"] = True
    return await change(uow, ReferralUpdated, taken, **columns)


async def withdraw_referral(uow: UnitOfWork, *, referral_id: UUID, version: int, reason: str) -> UUID:
    """Take a referral back that is a draft, waits for an answer, or was accepted by an organisation.

    A transfer is taken back by a manager, until it was accepted. Its link is good no more. Raises Forbidden,
    ApprovalRequired, NotFound, Conflict, TransitionRefused, Invalid.
    """
    uow.actor.require(Permission.CASE_UPDATE)
    seen = await uow.get(Referral, referral_id, field="id")
    drafted = seen.state == ReferralState.DRAFT
    taken = await take_referral(
        uow, Permission.CASE_UPDATE if drafted else Permission.CORRESPONDENCE_SEND, referral_id, version
    )
    referral = taken.referral
    if referral.direction != ReferralDirection.OUT:
        require_kind(referral, ReferralDirection.OUT, ReferralParty(referral.party))
    require_step(referral, ReferralState.WITHDRAWN)
    transfer = referral.party == ReferralParty.CENTRE
    if transfer and not drafted:
        require_manager(uow)
        require_step_of_transfer(referral)
    why = read_field("reason", multiline, reason, max_length=REASON_LENGTH)
    return await change(
        uow,
        ReferralWithdrawn,
        taken,
        state=ReferralState.WITHDRAWN.value,
        token_digest=None,
        answer_note=why,
        ended_at=now(),
        settled_at=now() if transfer and drafted else None,
    )
