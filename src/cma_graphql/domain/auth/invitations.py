"""Inviting people to a centre by a letter, and accepting: alike for people whom the network knows and for others."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind, Sight
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, LimitReached, NotFound, TransitionRefused
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.core.ids import new_person_id
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.domain.auth import doors, letters
from cma_graphql.domain.auth.events import MembershipInvitationSent
from cma_graphql.domain.auth.links import make_link
from cma_graphql.domain.auth.machinery import INVITATIONS_OF_PERSON, SignIn
from cma_graphql.domain.auth.models import LinkPurpose
from cma_graphql.domain.auth.selectors import client_of_centre
from cma_graphql.domain.centres.selectors import centres_by_id
from cma_graphql.domain.users.details import read_name
from cma_graphql.domain.users.members import add_membership, audience_of
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.throttle import Attempt
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def invite_member(
    uow: UnitOfWork,
    *,
    sign_in: SignIn,
    email: str,
    first_name: str,
    last_name: str,
    roles: Sequence[Role],
    client_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> UUID:
    """Make somebody an invited member of the centre and send them a link once that is committed.

    An address that the network knows answers like any other: the membership keeps the names it was given here
    until it is accepted. Raises Forbidden, NotFound (`client_id`), InvalidInput (those of add_membership).
    """
    uow.actor.require(Permission.USER_MANAGE)
    if (await centres_by_id(uow, [uow.actor.centre_id]))[0] is None:
        raise NotFound("centre_id")
    faults = Faults()
    address = faults.read("email", normalise_email, email)
    first = faults.read("first_name", read_name, first_name)
    last = faults.read("last_name", read_name, last_name)
    faults.raise_any()
    if client_id is not None:
        await _require_client(uow, client_id)
    row = await uow.one(
        doors.make_user,
        new_user_id=new_person_id(),
        email=address,
        email_key=email_key(address or ""),
        first_name=first,
        last_name=last,
        at=now(),
    )
    assert row is not None  # noqa: S101 - the function answers a row always
    member = await add_membership(
        uow,
        user_id=row["answer"],
        email=email,
        first_name=first_name,
        last_name=last_name,
        roles=roles,
        client_id=client_id,
        **(details or {}),
    )
    await _send_link(uow, sign_in, member)
    return member.id


async def _require_client(uow: UnitOfWork, client_id: UUID) -> None:
    # Who manages people sees every client of the centre; above the centres nobody sees any.
    if uow.actor.at_platform or uow.actor.sight is not Sight.EVERYTHING:
        raise Forbidden(Permission.CLIENT_READ.name)
    if await uow.one(client_of_centre, client_id=client_id) is None:
        raise NotFound("client_id")


async def resend_invitation(uow: UnitOfWork, *, sign_in: SignIn, user_id: UUID) -> UUID:
    """Send an invited person another link; the earlier one is good no more.

    Raises Forbidden, NotFound, TransitionRefused for a member that is not invited, LimitReached.
    """
    uow.actor.require(Permission.USER_MANAGE)
    member = await uow.lock(Membership, user_id)
    if member.status != MembershipStatus.INVITED:
        raise TransitionRefused(source=member.status, target=MembershipStatus.INVITED.value, allowed=())
    wait = await sign_in.throttle.begin(Attempt(INVITATIONS_OF_PERSON, f"{uow.actor.centre_id}:{member.id}"))
    if wait > 0:
        raise LimitReached("invitations", INVITATIONS_OF_PERSON.free, retry_after=wait)
    await _send_link(uow, sign_in, member)
    uow.record(
        MembershipInvitationSent(subject_id=member.id, client_id=member.client_id, version=member.version),
        before=audience_of(member),
        after=audience_of(member),
    )
    return member.id


async def _send_link(uow: UnitOfWork, sign_in: SignIn, member: Membership) -> None:
    token = await make_invitation(uow, member.id)
    actor = uow.actor
    letter = letters.invitation(
        member.email,
        url=sign_in.public_url,
        token=token,
        inviter=await _name_of(uow),
        centre=await _centre_of(uow),
    )
    uow.add(security_entry(actor, "membership.invited", {"member": str(member.id)}))

    async def post() -> None:
        sign_in.later(sign_in.post(actor, letter, about="invitation"), what="letter")

    uow.afterwards.append(post)


async def make_invitation(uow: UnitOfWork, user_id: UUID) -> str:
    """Make the link by which a person accepts the membership of the actor's centre; answer its token."""
    token = new_token(TokenKind.INVITATION)
    await make_link(uow, purpose=LinkPurpose.INVITATION, user_id=user_id, centre_id=uow.actor.centre_id, token=token)
    return token


async def _name_of(uow: UnitOfWork) -> str:
    actor: Actor = uow.actor
    row = (await memberships_by_id(uow, [actor.user_id]))[0] if actor.kind is ActorKind.STAFF else None
    return f"{row['first_name']} {row['last_name']}" if row is not None else "The network's administration"


async def _centre_of(uow: UnitOfWork) -> str:
    centre = (await centres_by_id(uow, [uow.actor.centre_id]))[0]
    return str(centre["name"]) if centre is not None else "the network"
