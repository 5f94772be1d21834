"""Takes a referral for a change, its case first (decision 37), and tells of the change to those who see it."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.core.events import STAFF, Audience, Changes, Event
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.referrals.models import Referral, ReferralParty
from cma_graphql.persistence.unit_of_work import UnitOfWork

_WHOLE_CENTRE = Audience(restricted=True)
"""Those who see the whole centre, and nobody else."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A locked referral, and its case, locked before it; None for one that came in and was not admitted."""

    referral: Referral
    case: Case | None


async def take_referral(
    uow: UnitOfWork, permission: Permission, referral_id: UUID, version: int | None = None
) -> Taken:
    """Lock a referral that the actor may change, after its case. Raises Forbidden, NotFound, Conflict, Invalid.

    What becomes of a referral is written down after the end of its case, too.
    """
    uow.actor.require(permission)
    found = await uow.get(Referral, referral_id, field="id")
    case = None
    if found.case_id is not None:
        case = await take_case_of(uow, permission, found.case_id, field="id", ended=True)
    return Taken(await lock_referral(uow, referral_id, version=version), case)


async def lock_referral(uow: UnitOfWork, referral_id: UUID, *, version: int | None = None) -> Referral:
    """Lock a referral that may have come in: whoever waited while it was admitted looks once more.

    It has a case now, which the waiting statement's snapshot does not: to that statement it seems gone. Raises
    NotFound, Conflict.
    """
    try:
        return await uow.lock(Referral, referral_id, version=version)
    except NotFound:
        return await uow.lock(Referral, referral_id, version=version)


def audience_without_case(party: str) -> Audience:
    """Tell who sees a referral that came in, as long as it has no case: the record rule, as the event log keeps it."""
    return _WHOLE_CENTRE if party == ReferralParty.CENTRE else STAFF


async def audience_of_referral(uow: UnitOfWork, referral: Referral, case: Case | None) -> Audience:
    """Tell who sees a referral besides those who see the whole centre."""
    return audience_without_case(referral.party) if case is None else await audience_of(uow, case)


async def tell(
    uow: UnitOfWork,
    event: type[Event],
    taken: Taken,
    changes: Changes,
    *,
    before: Audience | None,
) -> None:
    """Record what happened to a referral; `before`: who saw it, None for a new one."""
    await uow.flush()
    referral = taken.referral
    uow.record(
        event(
            subject_id=referral.id,
            case_id=referral.case_id,
            client_id=referral.client_id,
            version=referral.version,
        ),
        changes=changes,
        before=before,
        after=await audience_of_referral(uow, referral, taken.case),
    )


async def change(uow: UnitOfWork, event: type[Event], taken: Taken, **columns: object) -> UUID:
    """Change a referral whose audience stays what it is, and tell of it; answer its id."""
    before = await audience_of_referral(uow, taken.referral, taken.case)
    changes = uow.change(taken.referral, **columns)
    if changes:
        await tell(uow, event, taken, changes, before=before)
    return taken.referral.id
