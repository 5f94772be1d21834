"""What makes events for the measuring of live updates, as a server beside the measured one would.

For the product: a row of the event log, committed, then the bell on Valkey. For a peer: the finished payload in a
request, on a connection that is kept, which the peer publishes to its own subscribers. Both answer the instant from
which a delivery is timed, by the clock that all processes share: the end of the commit, and the request's sending.
"""

import json
import time
from collections.abc import Sequence
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any, Protocol, Self
from uuid import UUID

import asyncpg
from redis.asyncio import Redis

from cma_graphql.core.access_tokens import AccessClaims, AccessTokens, read_signing_keys
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.parts import AUDIENCE

_CHANNEL = "cma:events:"
_AUDIENCE: dict[str, Any] = {"user_ids": [], "team_id": None, "restricted": False, "client_id": None, "everyone": False}
_KEPT_NS = 1_000_000_000
"""Servers close a connection that has been idle for some seconds; after so long another one is made."""
_APPEND = """
WITH head AS (
  UPDATE event_heads SET seq = seq + cardinality($2::uuid[]) WHERE centre_id = $1 RETURNING seq
), added AS (
  INSERT INTO event_log (day, centre_id, seq, name, entity, subject_id, case_id, actor_kind, actor_id, version,
    request_id, occurred_at, changes, audience_before, audience_after)
  SELECT (now() AT TIME ZONE 'UTC')::date, $1, head.seq - cardinality($2::uuid[]) + number, 'case.updated', 'case',
    id, id, 'STAFF', $3, 1, 'benchmark', now(), '{}', $4, $4
  FROM head, unnest($2::uuid[]) WITH ORDINALITY AS subject (id, number)
)
SELECT seq FROM head"""
_OPEN = """
INSERT INTO sessions (id, user_id, centre_id, authenticated_by, remote_address, user_agent, created_at, last_used_at,
  expires_at)
SELECT unnest($1::uuid[]), $2, $3, 'PASSWORD', '127.0.0.1', 'benchmark', now(), now(), $4"""


class Announcer(Protocol):
    """Makes events of one kind for one server."""

    async def announce(self, many: int = 1) -> int:
        """Make so many events at one stroke; answer the instant from which their deliveries are timed."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class LoggedEvents:
    """Events of one centre, in the product's log."""

    def __init__(
        self,
        connection: "asyncpg.Connection[asyncpg.Record]",
        bell: Redis,
        centre_id: UUID,
        cases: Sequence[UUID],
        audience: Sequence[UUID],
    ) -> None:
        self._connection = connection
        self._bell = bell
        self._centre_id = centre_id
        self._cases = cases
        self._audience = {**_AUDIENCE, "user_ids": [str(user_id) for user_id in audience]}
        self._made = 0

    @classmethod
    async def open(
        cls, superuser: str, bell: str, centre_id: UUID, cases: Sequence[UUID], *, audience: Sequence[UUID] = ()
    ) -> Self:
        """Connect to the database and to Valkey; `audience` sees the events besides those who see the centre."""
        connection = await asyncpg.connect(superuser)
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        return cls(connection, Redis.from_url(bell), centre_id, cases, audience)

    async def announce(self, many: int = 1) -> int:
        """Append events in one transaction, and ring."""
        subjects = [self._cases[(self._made + number) % len(self._cases)] for number in range(many)]
        self._made += many
        seq = await self._connection.fetchval(_APPEND, self._centre_id, subjects, self._centre_id, self._audience)
        committed = time.perf_counter_ns()
        await self._bell.publish(f"{_CHANNEL}{self._centre_id}", seq)
        return committed

    async def close(self) -> None:
        """Disconnect."""
        await self._connection.close()
        await self._bell.aclose()


class PublishedEvents:
    """Events that a peer publishes."""

    def __init__(self, port: int, payload: dict[str, Any]) -> None:
        self._link = HTTPConnection("127.0.0.1", port, timeout=30)
        self._used_at = 0
        self._body = json.dumps(payload).encode()

    async def announce(self, many: int = 1) -> int:
        """Have the payload published. The answer is read before the next request, as one has to."""
        if time.perf_counter_ns() - self._used_at > _KEPT_NS:
            self._link.close()
            self._link.connect()
        sent = time.perf_counter_ns()
        for _ in range(many):
            self._link.request("POST", "/announce", self._body, {"content-type": "application/json"})
            self._link.getresponse().read()
        self._used_at = time.perf_counter_ns()
        return sent

    async def close(self) -> None:
        """Disconnect."""
        self._link.close()


async def sign_in(superuser: str, email: str, centre_id: UUID, *, many: int, keys: str, issuer: str) -> list[str]:
    """Open so many sessions of one person; answer their access tokens.

    By rows and keys rather than by so many passwords, each of which is checked slowly on purpose.
    """
    connection = await asyncpg.connect(superuser)
    try:
        user_id = await connection.fetchval("SELECT id FROM users WHERE email = $1", email)
        session_ids = [new_id() for _ in range(many)]
        await connection.execute(_OPEN, session_ids, user_id, centre_id, now() + timedelta(hours=12))
    finally:
        await connection.close()
    signing_keys = read_signing_keys(keys)
    tokens = AccessTokens(signing_keys, current=next(iter(signing_keys)), issuer=issuer, audience=AUDIENCE)
    return [
        tokens.issue(AccessClaims(user_id=user_id, centre_id=centre_id, session_id=session_id))[0]
        for session_id in session_ids
    ]
