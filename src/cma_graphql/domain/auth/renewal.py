"""Renewing a session: a refresh token is exchanged for its successor, once."""

from cma_graphql.core.clock import now
from cma_graphql.core.errors import SessionEnded
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import TokenKind, derived_token, token_digest, token_kind
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.machinery import REFRESH_GRACE, REFRESH_LIFETIME, SignIn, person_of
from cma_graphql.domain.auth.sessions import Opened, handed_out
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write


async def renew_session(sign_in: SignIn, facts: RequestFacts, *, refresh_token: str) -> Opened:
    """Exchange a refresh token for new tokens; raise SessionEnded where it is good for nothing any more.

    A token is good once. What it is exchanged for follows from it and from a key of ours, so that a repetition
    within the grace, after a lost answer or from a second tab, gets the very same successor: there is never more
    than one live token in a family. A repetition later, or once the successor was used, ends the session: two
    parties hold the same token, and nobody knows which is the thief.
    """
    if token_kind(refresh_token) is not TokenKind.REFRESH or not refresh_token.isascii():
        raise SessionEnded
    successor = derived_token(
        TokenKind.REFRESH,
        sign_in.keys.vault.blind_index(PLATFORM_CENTRE, "refresh_tokens.successor", refresh_token),
    )
    outcome = await write(
        sign_in.database,
        sign_in.keys,
        person_of(facts),
        _rotate,
        given=token_digest(refresh_token),
        successor=token_digest(successor),
    )
    row: Record = outcome.returned
    if row["outcome"] == "UNKNOWN":
        await sign_in.security.note(person_of(facts), "session.unknown_token")
        raise SessionEnded
    actor = person_of(facts, centre_id=row["centre_id"], user_id=row["user_id"], session_id=row["session_id"])
    if row["outcome"] not in {"ROTATED", "REPEATED"}:
        sign_in.standings.forget(row["session_id"])
        await sign_in.security.note(actor, "session.not_renewed", {"because": row["outcome"]})
        raise SessionEnded
    await sign_in.security.note(actor, "session.renewed", {"repeated": row["outcome"] == "REPEATED"})
    return handed_out(
        sign_in,
        session_id=row["session_id"],
        user_id=row["user_id"],
        centre_id=row["centre_id"],
        token=successor,
        token_ends=row["expires_at"],
    )


async def _rotate(uow: UnitOfWork, *, given: bytes, successor: bytes) -> Record | None:
    at = now()
    return await uow.one(
        doors.rotate,
        given_digest=given,
        new_digest=successor,
        at=at,
        new_expires_at=at + REFRESH_LIFETIME,
        grace=REFRESH_GRACE,
    )
