"""Admits somebody whom an organisation handed in: as a client with a case, by the services that make those."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import NotFound
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.clients.services.create import create_client
from cma_graphql.domain.referrals.events import ReferralAccepted
from cma_graphql.domain.referrals.intake import person_of_sections
from cma_graphql.domain.referrals.models import (
    AnsweredThrough,
    Referral,
    ReferralDirection,
    ReferralParty,
    ReferralState,
)
from cma_graphql.domain.referrals.rules import require_kind
from cma_graphql.domain.referrals.shared import read_sections
from cma_graphql.domain.referrals.telling import Taken, audience_without_case, lock_referral, tell
from cma_graphql.domain.referrals.transitions import require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def admit_referral(
    uow: UnitOfWork,
    *,
    referral_id: UUID,
    version: int,
    case_type_id: UUID,
    title: str,
    client_id: UUID | None = None,
    accept_possible_duplicate: bool = False,
    advisor_id: UUID | None = None,
    unassigned: bool = False,
) -> UUID:
    """Take somebody on who was handed in: a new client, or the one that is named, with a new case.

    From then on whoever sees the case sees the referral. Raises Forbidden, ApprovalRequired (trainees), NotFound,
    Conflict, TransitionRefused, Invalid, InvalidInput, LimitReached; PossibleDuplicate where the centre may know the
    person already and nobody has said that they looked.
    """
    uow.actor.require(Permission.CASE_CREATE)
    seen = await uow.get(Referral, referral_id, field="id")
    require_kind(seen, ReferralDirection.IN, ReferralParty.ORGANISATION)
    referral = await lock_referral(uow, referral_id, version=version)
    require_step(referral, ReferralState.ACCEPTED)
    if client_id is None:
        text = await uow.unseal(referral, "shared")
        if text is None:
            raise NotFound("id")
        client_id = await create_client(
            uow,
            details=person_of_sections(read_sections(text)),
            accept_possible_duplicate=accept_possible_duplicate,
        )
    case_id = await open_case(
        uow,
        client_id=client_id,
        case_type_id=case_type_id,
        title=title,
        description=referral.reason,
        advisor_id=advisor_id,
        unassigned=unassigned,
    )
    before = audience_without_case(referral.party)
    changes = uow.change(
        referral,
        state=ReferralState.ACCEPTED.value,
        case_id=case_id,
        client_id=client_id,
        answered_at=now(),
        answered_by=uow.actor.user_id,
        answered_through=AnsweredThrough.STAFF.value,
    )
    case = await uow.lock(Case, case_id, field=None)
    await tell(uow, ReferralAccepted, Taken(referral, case), changes, before=before)
    return referral.id
