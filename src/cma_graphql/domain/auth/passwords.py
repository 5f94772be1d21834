"""Changing a password, and choosing a new one by a link where the old one is lost."""

from uuid import UUID

from cma_graphql.access.actor import Actor, anonymous
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached, Unauthenticated
from cma_graphql.core.faults import read_field
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.core.passwords import check_password, hash_password, verify_password
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import TokenKind, new_token
from cma_graphql.domain.auth import doors, letters
from cma_graphql.domain.auth.links import end_links, find_link, make_link, use_link
from cma_graphql.domain.auth.machinery import (
    RESETS_OF_ACCOUNT,
    RESETS_OF_ADDRESS,
    SignIn,
    person_of,
    read_email_key,
)
from cma_graphql.domain.auth.models import LinkPurpose, SessionEnd
from cma_graphql.domain.auth.sessions import end_sessions, require_person
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.throttle import Attempt
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


async def change_password(
    sign_in: SignIn, actor: Actor, facts: RequestFacts, *, current_password: str, new_password: str
) -> None:
    """Change the actor's own password, end their other sessions and the links by which it could be reset.

    Raises Invalid (`current_password` with the rule `password-wrong`; `new_password` with those of
    core/passwords and `password-unchanged`), LimitReached after several wrong guesses.
    """
    require_person(actor)
    async with sign_in.database.read(actor) as reader:
        row = await reader.one(doors.find_user, user_id=actor.user_id)
    if row is None:
        raise Unauthenticated
    attempts = sign_in.attempts_of(row["email_key"], facts)
    await sign_in.hold_back(actor, *attempts)
    if not await verify_password(row["password_hash"], current_password):
        await sign_in.security.note(actor, "password.change_refused")
        raise Invalid("current_password", "password-wrong", "This is not your present password.")
    await sign_in.throttle.succeeded(*attempts)
    check_new_password(row, new_password, field="new_password")
    if new_password == current_password:
        raise Invalid("new_password", "password-unchanged", "Choose another password than the present one.")
    outcome = await write(
        sign_in.database,
        sign_in.keys,
        actor,
        _change,
        old_hash=row["password_hash"],
        new_hash=await hash_password(new_password),
    )
    sign_in.standings.forget(*outcome.returned)
    letter = letters.password_changed(row["email"], url=sign_in.public_url)
    sign_in.later(sign_in.post(actor, letter, about="password.changed"), what="letter")


def check_new_password(person: Record, password: str, *, field: str) -> None:
    """Refuse what should not become this person's password, naming the input field."""
    read_field(
        field, check_password, password, email=person["email"], names=(person["first_name"], person["last_name"])
    )


async def _change(uow: UnitOfWork, *, old_hash: str, new_hash: str) -> list[UUID]:
    row = await uow.one(
        doors.set_password, user_id=uow.actor.user_id, new_hash=new_hash, expected_hash=old_hash, at=now()
    )
    if row is None or not row["answer"]:
        raise Invalid("current_password", "password-wrong", "This is not your present password.")
    uow.add(security_entry(uow.actor, "password.changed"))
    await end_links(uow, purpose=LinkPurpose.PASSWORD_RESET, user_id=uow.actor.user_id)
    return await end_sessions(
        uow, user_id=uow.actor.user_id, because=SessionEnd.PASSWORD_CHANGE, but=uow.actor.session_id
    )


async def request_reset(sign_in: SignIn, facts: RequestFacts, *, email: str) -> None:
    """Send a link for a new password to whoever has this address; answer alike, and as fast, for everybody else.

    Raises LimitReached where one address asks for very many, whoever they are for.
    """
    wait = await sign_in.throttle.begin(Attempt(RESETS_OF_ADDRESS, sign_in.address_digest(facts.remote_address)))
    if wait > 0:
        raise LimitReached(
            "password-resets", RESETS_OF_ADDRESS.free, "Too many requests. Try again later.", retry_after=wait
        )
    key = read_email_key(email)
    if key is not None:
        sign_in.later(_send_reset(sign_in, facts, key), what="password.reset_requested")


async def _send_reset(sign_in: SignIn, facts: RequestFacts, key: str) -> None:
    digest = sign_in.email_digest(key)
    if await sign_in.throttle.begin(Attempt(RESETS_OF_ACCOUNT, digest)) > 0:
        await sign_in.security.note(person_of(facts), "password.reset_slowed_down", {"account": digest})
        return
    async with sign_in.database.read(anonymous()) as reader:
        rows = await reader.all(doors.find_sign_in, email_key=key)
    usable = next((row for row in rows if row["usable"] and row["password_hash"] is not None), None)
    if usable is None:
        await sign_in.security.note(
            person_of(facts), "password.reset_refused", {"account": digest, "known": bool(rows)}
        )
        return
    actor = person_of(facts, centre_id=usable["centre_id"], user_id=usable["user_id"])
    token = new_token(TokenKind.RESET)
    await write(sign_in.database, sign_in.keys, actor, _make_reset, token=token)
    letter = letters.password_reset(usable["email"], url=sign_in.public_url, token=token)
    await sign_in.post(actor, letter, about="password.reset")


async def _make_reset(uow: UnitOfWork, *, token: str) -> None:
    await make_link(uow, purpose=LinkPurpose.PASSWORD_RESET, user_id=uow.actor.user_id, centre_id=None, token=token)
    uow.add(security_entry(uow.actor, "password.reset_requested"))


async def reset_password(sign_in: SignIn, facts: RequestFacts, *, token: str, new_password: str) -> None:
    """Set a new password by a link from a letter and end all of the person's sessions; it signs nobody in.

    Raises Invalid (`token` with the rule `link`; `new_password` with the rules of core/passwords).
    """
    person = await find_link(sign_in, facts, LinkPurpose.PASSWORD_RESET, token)
    check_new_password(person, new_password, field="new_password")
    actor = person_of(facts, centre_id=await _home_of(sign_in, person["user_id"]), user_id=person["user_id"])
    outcome = await write(
        sign_in.database, sign_in.keys, actor, _reset, token=token, new_hash=await hash_password(new_password)
    )
    sign_in.standings.forget(*outcome.returned)
    await sign_in.throttle.succeeded(sign_in.attempts_of(person["email_key"], facts)[0])
    letter = letters.password_changed(person["email"], url=sign_in.public_url)
    sign_in.later(sign_in.post(actor, letter, about="password.changed"), what="letter")


async def _reset(uow: UnitOfWork, *, token: str, new_hash: str) -> list[UUID]:
    await use_link(uow, LinkPurpose.PASSWORD_RESET, token)
    await uow.all(doors.set_password, user_id=uow.actor.user_id, new_hash=new_hash, expected_hash=None, at=now())
    uow.add(security_entry(uow.actor, "password.reset"))
    return await end_sessions(uow, user_id=uow.actor.user_id, because=SessionEnd.PASSWORD_RESET)


async def _home_of(sign_in: SignIn, user_id: UUID) -> UUID:
    """Answer a centre of the person's, under which what they did is logged."""
    async with sign_in.database.read(anonymous()) as reader:
        rows = await reader.all(doors.memberships_everywhere, user_id=user_id)
    return next((row["centre_id"] for row in rows if row["usable"]), PLATFORM_CENTRE)
