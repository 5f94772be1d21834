"""Sessions: how they are opened, listed and ended."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.core.access_tokens import AccessClaims
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, InvalidCredentials, NotFound, Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import TokenKind, new_token, token_digest
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import REFRESH_LIFETIME, SESSION_LIFETIME, SignIn
from cma_graphql.domain.auth.models import AuthenticationMethod, SessionEnd
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.security_log import security_entry
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write

_KEPT_AFTER_END = timedelta(days=30)
"""The security log speaks of sessions; somebody may ask what one was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session and its tokens, to be handed to whoever signed in and to nobody else."""

    session_id: UUID
    user_id: UUID
    centre_id: UUID
    access_token: str = field(repr=False)
    access_token_expires_at: datetime
    refresh_token: str = field(repr=False)
    refresh_token_expires_at: datetime


def require_person(actor: Actor) -> None:
    """Let people pass; raise Unauthenticated for nobody, Forbidden for a program."""
    if actor.kind is ActorKind.SERVICE:
        raise Forbidden("PERSON", "A program signs in with its key alone: it has no session, profile or password.")
    if actor.kind not in {ActorKind.STAFF, ActorKind.CLIENT, ActorKind.PLATFORM}:
        raise Unauthenticated


def require_session(actor: Actor) -> UUID:
    """Answer a person's session; raise Unauthenticated where there is none, Forbidden for a program."""
    require_person(actor)
    if actor.session_id is None:
        raise Unauthenticated
    return actor.session_id


async def open_session(
    uow: UnitOfWork,
    *,
    sign_in: SignIn,
    facts: RequestFacts,
    method: AuthenticationMethod,
    ends_at: datetime | None = None,
    switched: bool = False,
) -> Opened:
    """Open a session for the actor of the unit of work, at its centre; `ends_at` at the latest.

    Raises InvalidCredentials where membership or centre do not allow it any more.
    """
    actor, at, session_id = uow.actor, now(), new_id()
    token = new_token(TokenKind.REFRESH)
    latest = ends_at or at + SESSION_LIFETIME
    token_ends = min(at + REFRESH_LIFETIME, latest)
    row = await uow.one(
        doors.open_session,
        session_id=session_id,
        user_id=actor.user_id,
        centre_id=actor.centre_id,
        authenticated_by=method.value,
        remote_address=facts.remote_address,
        user_agent=facts.user_agent,
        at=at,
        ends_at=latest,
        token_digest=token_digest(token),
        token_expires_at=token_ends,
    )
    if row is None or not row["answer"]:
        raise InvalidCredentials
    kind = "session.switched" if switched else "session.opened"
    uow.add(security_entry(actor, kind, {"method": method.value, "opened_session": str(session_id)}))
    return handed_out(
        sign_in,
        session_id=session_id,
        user_id=actor.user_id,
        centre_id=actor.centre_id,
        token=token,
        token_ends=token_ends,
    )


def handed_out(
    sign_in: SignIn, *, session_id: UUID, user_id: UUID, centre_id: UUID, token: str, token_ends: datetime
) -> Opened:
    """Answer a session with a fresh access token and this refresh token."""
    claims = AccessClaims(
        user_id=user_id, centre_id=None if centre_id == PLATFORM_CENTRE else centre_id, session_id=session_id
    )
    access, access_ends = sign_in.tokens.issue(claims)
    return Opened(
        session_id=session_id,
        user_id=user_id,
        centre_id=centre_id,
        access_token=access,
        access_token_expires_at=access_ends,
        refresh_token=token,
        refresh_token_expires_at=token_ends,
    )


async def end_session(uow: UnitOfWork, *, session_id: UUID, because: SessionEnd) -> bool:
    """End one of the actor's sessions; answer whether there was one to end."""
    row = await uow.one(
        doors.revoke_session,
        session_id=session_id,
        user_id=uow.actor.user_id,
        because=because.value,
        at=now(),
    )
    ended = row is not None and row["answer"] is True
    if ended:
        uow.add(
            security_entry(uow.actor, "session.ended", {"because": because.value, "ended_session": str(session_id)})
        )
    return ended


async def end_sessions(
    uow: UnitOfWork,
    *,
    user_id: UUID,
    because: SessionEnd,
    centre_id: UUID | None = None,
    but: UUID | None = None,
) -> list[UUID]:
    """End all sessions of a person, of one centre where it is given, but one where it is given; answer which."""
    rows = await uow.all(
        doors.revoke_sessions, user_id=user_id, centre_id=centre_id, but=but, because=because.value, at=now()
    )
    if rows:
        uow.add(security_entry(uow.actor, "session.ended_all", {"because": because.value, "number": len(rows)}))
    return [row["answer"] for row in rows]


async def log_out(sign_in: SignIn, actor: Actor) -> None:
    """End the actor's own session. Ending it twice is no error."""
    session_id = require_session(actor)
    await write(sign_in.database, sign_in.keys, actor, end_session, session_id=session_id, because=SessionEnd.LOGOUT)
    sign_in.standings.forget(session_id)


async def revoke_own_session(sign_in: SignIn, actor: Actor, *, session_id: UUID) -> None:
    """End one of the person's own sessions; raise NotFound where there is none to end."""
    require_person(actor)
    outcome = await write(
        sign_in.database, sign_in.keys, actor, end_session, session_id=session_id, because=SessionEnd.REVOKED
    )
    if not outcome.returned:
        raise NotFound("id")
    sign_in.standings.forget(session_id)


async def own_sessions(reads: Reads) -> Sequence[Record]:
    """Answer the person's sessions that can still be renewed, the last used first."""
    require_person(reads.actor)
    return await reads.all(doors.live_sessions, user_id=reads.actor.user_id, at=now())


async def forget_expired(sign_in: SignIn) -> int:
    """Delete what signing in kept and needs no more: sessions and links 30 days after their end. Answer how many."""
    platform = system_of(PLATFORM_CENTRE, request_id="maintenance")
    outcome = await write(sign_in.database, sign_in.keys, platform, _forget, before=now() - _KEPT_AFTER_END)
    return int(outcome.returned)


async def _forget(uow: UnitOfWork, *, before: datetime) -> int:
    row = await uow.one(doors.forget, before=before)
    return int(row["answer"]) if row is not None else 0
