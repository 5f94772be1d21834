"""How somebody becomes a member of a centre."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import AlreadyExists, Invalid, TransitionRefused
from cma_graphql.core.events import STAFF, Audience
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.users.details import member_name_key, read_details, read_name
from cma_graphql.domain.users.events import MembershipActivated, MembershipCreated
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.users.roles import check_roles, require_may_grant
from cma_graphql.persistence.unit_of_work import UnitOfWork


def audience_of(member: Membership) -> Audience:
    """Tell who may hear of a membership: all staff of a colleague; of a client, who sees the whole centre."""
    return STAFF if member.client_id is None else Audience(restricted=True, client_id=member.client_id)


async def add_membership(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    email: str,
    first_name: str,
    last_name: str,
    roles: Sequence[Role],
    client_id: UUID | None = None,
    status: MembershipStatus = MembershipStatus.INVITED,
    phone: str | None = None,
    hire_date: date | None = None,
    qualification_level: str | None = None,
    capacity_points: int | None = None,
) -> Membership:
    """Make a person, who exists already, a member of the actor's centre; invited unless said.

    Raises Forbidden, NotFound (no such centre), Invalid (`email` with the rule `unique`: a member already),
    InvalidInput.
    """
    uow.actor.require(Permission.USER_MANAGE)
    await uow.get(Centre, uow.actor.centre_id, field="centre_id")
    faults = Faults()
    address = faults.read("email", normalise_email, email)
    first = faults.read("first_name", read_name, first_name)
    last = faults.read("last_name", read_name, last_name)
    held = check_roles(faults, roles, centre_id=uow.actor.centre_id, client_id=client_id)
    details = read_details(
        faults,
        {
            "phone": phone,
            "hire_date": hire_date,
            "qualification_level": qualification_level,
            "capacity_points": capacity_points,
        },
    )
    faults.raise_any()
    require_may_grant(uow.actor, user_id, (), held)
    member = Membership(
        id=user_id,
        roles=held,
        status=status.value,
        email=address,
        first_name=first,
        last_name=last,
        name_key=member_name_key(first or "", last or ""),
        client_id=client_id,
        **details,
    )
    changes = uow.add(member)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("email", "unique", "This person is a member of the centre already.") from None
    uow.record(
        MembershipCreated(subject_id=user_id, client_id=client_id, version=member.version),
        changes=changes,
        after=audience_of(member),
    )
    return member


async def activate_membership(uow: UnitOfWork, *, user_id: UUID) -> UUID:
    """Let an invited person act, once the invitation is accepted. Raises NotFound, TransitionRefused."""
    member = await uow.lock(Membership, user_id)
    if member.status != MembershipStatus.INVITED:
        raise TransitionRefused(source=member.status, target=MembershipStatus.ACTIVE.value, allowed=())
    changes = uow.change(member, status=MembershipStatus.ACTIVE.value)
    await uow.flush()
    uow.record(
        MembershipActivated(subject_id=member.id, client_id=member.client_id, version=member.version),
        changes=changes,
        before=audience_of(member),
        after=audience_of(member),
    )
    return member.id
