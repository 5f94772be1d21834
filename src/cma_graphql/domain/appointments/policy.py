"""Who may book for whom, and change which appointments."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach, Role, reach_of
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.domain.cases import policy as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients import policy as clients
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.reads import Reads

WRITE = Permission.APPOINTMENT_WRITE
BOOKABLE = tuple(
    role
    for role in Role
    if role not in {Role.CLIENT, Role.SERVICE} and reach_of(frozenset({role}), WRITE) is not Reach.NONE
)
"""The roles whose holders advise, and so have appointments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentFacts:
    """What of an appointment its rules look at."""

    case_id: UUID | None
    client_id: UUID
    advisor_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRights:
    """What an actor may do with one appointment, as far as rights go."""

    change: bool
    override: bool


def require_staff(actor: Actor) -> None:
    """Raise Forbidden for a client of the portal: what they want of an appointment the centre does for them."""
    actor.require(WRITE)
    if actor.kind is ActorKind.CLIENT:
        raise Forbidden(WRITE.name, "The centre books and changes appointments: ask your advisor.")


def require_may_override(actor: Actor) -> None:
    """Raise Forbidden where somebody other than a manager would book outside the hours that the diary has."""
    if actor.reach(WRITE) is not Reach.CENTRE:
        raise Forbidden(WRITE.name, "A manager books outside the hours that the centre and the advisor have.")


def require_bookable(member: Membership) -> None:
    """Raise Invalid for somebody who has no appointments: not at work at the centre, or no advisor."""
    if member.status != MembershipStatus.ACTIVE:
        raise Invalid("advisor_id", "not-active", "This person does not work at the centre at present.")
    if not any(role.value in member.roles for role in BOOKABLE):
        raise Invalid("advisor_id", "no-advisor", "This person gives no advice, and so has no appointments.")


def may_be_booked(status: str, roles: Sequence[str]) -> bool:
    """Tell whether somebody in this state, with these roles, has appointments."""
    return status == MembershipStatus.ACTIVE and any(role.value in roles for role in BOOKABLE)


async def require_reach(reads: Reads, *, case: Case | None, client_id: UUID) -> None:
    """Raise Forbidden where the actor's right to book does not take in a case, or a client, whom they see."""
    if case is not None:
        await cases.require_reach(reads, WRITE, case)
    else:
        await clients.require_reach(reads, WRITE, client_id)


async def rights_over(reads: Reads, appointments: Sequence[AppointmentFacts]) -> list[AppointmentRights]:
    """Answer what the actor may do with each of these visible appointments, by three statements at most."""
    actor = reads.actor
    reach = actor.reach(WRITE)
    override = reach is Reach.CENTRE
    portal = actor.kind is ActorKind.CLIENT
    case_ids = [each.case_id for each in appointments if each.case_id is not None]
    client_ids = [each.client_id for each in appointments if each.case_id is None]
    if reach not in {Reach.OWN, Reach.TEAM}:
        may = reach is not Reach.NONE and not portal
        return [AppointmentRights(change=may, override=override) for _ in appointments]
    of_clients = await clients.reached(reads, [WRITE], list(dict.fromkeys(client_ids))) if client_ids else {WRITE: ()}
    of_cases = await cases.reached(reads, [WRITE], case_ids) if reach is Reach.OWN and case_ids else {WRITE: ()}
    seen = frozenset(case_ids) if reach is Reach.TEAM else frozenset(of_cases[WRITE])
    return [
        AppointmentRights(
            change=each.advisor_id == actor.user_id
            or (each.case_id in seen if each.case_id is not None else each.client_id in of_clients[WRITE]),
            override=override,
        )
        for each in appointments
    ]
