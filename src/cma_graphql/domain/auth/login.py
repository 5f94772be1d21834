"""Signing in with an e-mail address and a password: whatever is wrong, the answer and its time are the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cma_graphql.access.actor import ActorKind, anonymous
from cma_graphql.core.errors import InvalidCredentials
from cma_graphql.core.passwords import hash_password, needs_rehash, verify_password
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import SignIn, person_of, read_email_key
from cma_graphql.domain.auth.models import AuthenticationMethod
from cma_graphql.domain.auth.sessions import Opened, open_session
from cma_graphql.domain.auth.standing import kind_of, roles_at
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write

_LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a person would be signed in, and as what."""

    centre_id: UUID
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class _Rehashed:
    """A password's hash of old costs, and the same password's with today's."""

    old: str = field(repr=False)
    new: str = field(repr=False)


async def log_in(
    sign_in: SignIn, facts: RequestFacts, *, email: str, password: str, centre_id: UUID | None = None
) -> Opened:
    """Sign a person in, at a centre or where they were last; the platform counts as one.

    Raises InvalidCredentials for an unknown person, a wrong password, no membership that is active at a centre
    that is: after exactly one Argon2 verification each. Raises LimitReached after several attempts.
    """
    key = read_email_key(email)
    # Half characters, say, are nobody's address either, and are counted all the same.
    attempts = sign_in.attempts_of(key or ascii(email[:_LONGEST_ADDRESS]), facts)
    await sign_in.hold_back(person_of(facts), *attempts)
    rows = await _find(sign_in, key)
    kept: str | None = rows[0]["password_hash"] if rows else None
    place = _choose(rows, centre_id)
    matches = await verify_password(kept, password)
    if not matches or place is None or kept is None:
        await _note_failure(sign_in, facts, rows, place, attempts[0].digest)
        raise InvalidCredentials
    rehashed = _Rehashed(kept, await hash_password(password)) if needs_rehash(kept) else None
    person = person_of(facts, centre_id=place.centre_id, user_id=rows[0]["user_id"], kind=place.kind)
    outcome = await write(
        sign_in.database, sign_in.keys, person, _open, sign_in=sign_in, facts=facts, rehashed=rehashed
    )
    await sign_in.throttle.succeeded(*attempts)
    opened: Opened = outcome.returned
    return opened


async def _find(sign_in: SignIn, key: str | None) -> Sequence[Record]:
    if key is None:
        return ()
    async with sign_in.database.read(anonymous()) as reader:
        return await reader.all(doors.find_sign_in, email_key=key)


def _choose(rows: Sequence[Record], wanted: UUID | None) -> _Place | None:
    for row in rows:
        if row["usable"] and (wanted is None or row["centre_id"] == wanted):
            roles = roles_at(row["centre_id"], row["roles"])
            if roles:
                return _Place(row["centre_id"], kind_of(row["centre_id"], roles))
    return None


async def _note_failure(
    sign_in: SignIn, facts: RequestFacts, rows: Sequence[Record], place: _Place | None, digest: str
) -> None:
    """Write the failure at the centre it concerns; at the platform where it concerns nobody we know."""
    where = place.centre_id if place is not None else next((row["centre_id"] for row in rows if row["centre_id"]), None)
    if not rows or where is None:
        await sign_in.security.note(person_of(facts), "sign_in.failed", {"account": digest, "known": bool(rows)})
    else:
        actor = person_of(facts, centre_id=where, user_id=rows[0]["user_id"])
        await sign_in.security.note(
            actor, "sign_in.failed", {"account": digest, "known": True, "may_sign_in": place is not None}
        )


async def _open(uow: UnitOfWork, *, sign_in: SignIn, facts: RequestFacts, rehashed: _Rehashed | None) -> Opened:
    if rehashed is not None:
        await uow.all(
            doors.set_password,
            user_id=uow.actor.user_id,
            new_hash=rehashed.new,
            expected_hash=rehashed.old,
            at=None,
        )
    return await open_session(uow, sign_in=sign_in, facts=facts, method=AuthenticationMethod.PASSWORD)
