"""Who calls: an actor made of the Authorization header."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.actor import Actor, anonymous, system_of
from cma_graphql.core.access_tokens import Refusal, TokenRefused
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.tokens import TokenKind, token_digest, token_kind
from cma_graphql.domain.auth.machinery import SignIn, person_of
from cma_graphql.domain.auth.models import ServiceKey
from cma_graphql.domain.auth.standing import Standing, read_key_standing, read_session_standing
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import write

_USE_IS_WRITTEN_AFTER = timedelta(hours=1)
_LONGEST_HEADER = 4_096
# Tokens end all the time, and anybody can send rubbish; what somebody made on purpose is worth a row.
_SUSPICIOUS = frozenset({Refusal.UNKNOWN_KEY, Refusal.SIGNATURE, Refusal.AUDIENCE, Refusal.ISSUER, Refusal.CLAIMS})


@dataclass(frozen=True, slots=True)
class Verified:
    """What a good header stands for: who, from which session or key, and until when by itself."""

    standing: Standing
    key: UUID | bytes
    """The session's id, or the key's digest."""
    ends_at: datetime


async def actor_for(sign_in: SignIn, authorization: str | None, facts: RequestFacts) -> Actor:
    """Answer who calls; nobody where there is no header. Raises Unauthenticated for a header that is not good.

    A session or key that was ended, a membership deactivated, a centre suspended: refused within a second.
    """
    if authorization is None:
        return anonymous(request_id=facts.request_id, remote_address=facts.remote_address, user_agent=facts.user_agent)
    return (await verify(sign_in, authorization, facts)).standing.actor(facts)


async def verify(sign_in: SignIn, authorization: str, facts: RequestFacts) -> Verified:
    """Answer what an Authorization header stands for. Raises Unauthenticated for one that is not good."""
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.casefold() != "bearer" or not token or len(authorization) > _LONGEST_HEADER:
        raise Unauthenticated
    if token_kind(token) is TokenKind.SERVICE_KEY:
        digest = token_digest(token)
        standing = await _of_key(sign_in, digest, facts)
        return Verified(standing, digest, standing.ends_at)
    return await _of_session(sign_in, token, facts)


async def _of_session(sign_in: SignIn, token: str, facts: RequestFacts) -> Verified:
    try:
        claims = sign_in.tokens.verify(token)
    except TokenRefused as refused:
        if refused.reason in _SUSPICIOUS:
            await sign_in.security.note(person_of(facts), "token.refused", {"reason": refused.reason.value})
        raise
    standing = sign_in.standings.get(claims.session_id)
    if standing is None:
        read_at = now()
        standing = await read_session_standing(sign_in.database, claims)
        if standing is None:
            raise Unauthenticated
        sign_in.standings.keep(claims.session_id, standing, read_at=read_at)
    if not standing.is_of(claims):
        raise Unauthenticated
    return Verified(standing, claims.session_id, min(claims.expires_at, standing.ends_at))


async def _of_key(sign_in: SignIn, digest: bytes, facts: RequestFacts) -> Standing:
    standing = sign_in.standings.get(digest)
    if standing is None:
        read_at = now()
        standing, row = await read_key_standing(sign_in.database, digest)
        if standing is None or row is None:
            await _note_refused_key(sign_in, row, facts)
            raise Unauthenticated
        last = row["last_used_at"]
        if last is None or read_at - last >= _USE_IS_WRITTEN_AFTER:
            await write(sign_in.database, sign_in.keys, system_of(standing.centre_id), _note_use, key=standing)
        sign_in.standings.keep(digest, standing, read_at=read_at)
    return standing


async def _note_use(uow: UnitOfWork, *, key: Standing) -> None:
    await uow.run_update(ServiceKey, ServiceKey.id == key.user_id, last_used_at=now())


async def _note_refused_key(sign_in: SignIn, row: Record | None, facts: RequestFacts) -> None:
    if row is None:
        await sign_in.security.note(person_of(facts), "service_key.unknown")
    else:
        actor = person_of(facts, centre_id=row["centre_id"], user_id=row["key_id"])
        await sign_in.security.note(actor, "service_key.refused")
