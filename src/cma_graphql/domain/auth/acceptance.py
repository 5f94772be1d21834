"""Accepting an invitation: the link shows who it was sent to, a password makes sure that it is they."""

from dataclasses import dataclass, field
from uuid import UUID

from cma_graphql.access.actor import anonymous
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, TransitionRefused
from cma_graphql.core.faults import Faults
from cma_graphql.core.passwords import hash_password, verify_password
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.links import bad_link, find_link, use_link
from cma_graphql.domain.auth.machinery import SignIn, person_of
from cma_graphql.domain.auth.models import AuthenticationMethod, LinkPurpose
from cma_graphql.domain.auth.passwords import check_new_password
from cma_graphql.domain.auth.sessions import Opened, open_session
from cma_graphql.domain.auth.standing import kind_of, roles_at
from cma_graphql.domain.users.details import member_name_key, read_name
from cma_graphql.domain.users.events import MembershipUpdated
from cma_graphql.domain.users.members import activate_membership, audience_of
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acceptance:
    """What an acceptance writes."""

    token: str = field(repr=False)
    new_hash: str | None = field(repr=False)
    email: str
    first_name: str
    last_name: str
    renamed: bool


async def accept_invitation(
    sign_in: SignIn,
    facts: RequestFacts,
    *,
    token: str,
    password: str,
    first_name: str | None = None,
    last_name: str | None = None,
) -> Opened:
    """Accept an invitation and sign in at its centre.

    A person without a password yet chooses theirs. One who has a password confirms with it: a letter that was
    passed on opens nobody's other centres. Names, where given, replace the person's.
    Raises Invalid (`token` with the rule `link`; `password` with `password-wrong` or the rules of
    core/passwords), LimitReached after several wrong guesses.
    """
    person = await find_link(sign_in, facts, LinkPurpose.INVITATION, token)
    faults = Faults()
    first = faults.read("first_name", read_name, person["first_name"] if first_name is None else first_name)
    last = faults.read("last_name", read_name, person["last_name"] if last_name is None else last_name)
    faults.raise_any()
    method, new_hash = await _check_password(sign_in, facts, person, password)
    acceptance = _Acceptance(
        token=token,
        new_hash=new_hash,
        email=person["email"],
        first_name=first or "",
        last_name=last or "",
        renamed=(first, last) != (person["first_name"], person["last_name"]),
    )
    actor = person_of(
        facts,
        centre_id=person["centre_id"],
        user_id=person["user_id"],
        kind=kind_of(person["centre_id"], await _roles_of(sign_in, person["user_id"], person["centre_id"])),
    )
    outcome = await write(
        sign_in.database, sign_in.keys, actor, _accept, sign_in=sign_in, facts=facts, method=method, given=acceptance
    )
    opened: Opened = outcome.returned
    return opened


async def _check_password(
    sign_in: SignIn, facts: RequestFacts, person: Record, password: str
) -> tuple[AuthenticationMethod, str | None]:
    """Answer how the person proves who they are, and the hash of a password that they choose here."""
    if person["password_hash"] is None:
        check_new_password(person, password, field="password")
        return AuthenticationMethod.INVITATION, await hash_password(password)
    actor = person_of(facts, centre_id=person["centre_id"], user_id=person["user_id"])
    attempts = sign_in.attempts_of(person["email_key"], facts)
    await sign_in.hold_back(actor, *attempts)
    if not await verify_password(person["password_hash"], password):
        await sign_in.security.note(actor, "invitation.refused")
        raise Invalid(
            "password", "password-wrong", "You have a sign-in already: confirm with the password that belongs to it."
        )
    await sign_in.throttle.succeeded(*attempts)
    return AuthenticationMethod.PASSWORD, None


async def _roles_of(sign_in: SignIn, user_id: UUID, centre_id: UUID) -> frozenset[Role]:
    async with sign_in.database.read(anonymous()) as reader:
        rows = await reader.all(doors.memberships_everywhere, user_id=user_id)
    held: list[str] = next((row["roles"] for row in rows if row["centre_id"] == centre_id), [])
    return roles_at(centre_id, held)


async def _accept(
    uow: UnitOfWork, *, sign_in: SignIn, facts: RequestFacts, method: AuthenticationMethod, given: _Acceptance
) -> Opened:
    user_id = uow.actor.user_id
    await use_link(uow, LinkPurpose.INVITATION, given.token)
    if given.new_hash is not None:
        await uow.all(doors.set_password, user_id=user_id, new_hash=given.new_hash, expected_hash=None, at=now())
    if given.renamed:
        await uow.all(
            doors.set_profile,
            user_id=user_id,
            first_name=given.first_name,
            last_name=given.last_name,
            name_key=member_name_key(given.first_name, given.last_name),
            by=user_id,
            at=now(),
        )
    try:
        await activate_membership(uow, user_id=user_id)
    except TransitionRefused:
        raise bad_link() from None
    await _take_names(uow, given)
    uow.add(security_entry(uow.actor, "invitation.accepted"))
    return await open_session(uow, sign_in=sign_in, facts=facts, method=method)


async def _take_names(uow: UnitOfWork, given: _Acceptance) -> None:
    """Copy the person's own names and address over what the invitation was written with."""
    member = await uow.get(Membership, uow.actor.user_id)
    changes = uow.change(
        member,
        first_name=given.first_name,
        last_name=given.last_name,
        email=given.email,
        name_key=member_name_key(given.first_name, given.last_name),
    )
    if changes:
        await uow.flush()
        uow.record(
            MembershipUpdated(subject_id=member.id, client_id=member.client_id, version=member.version),
            changes=changes,
            before=audience_of(member),
            after=audience_of(member),
        )
