"""Watches the sessions and keys behind connections that stay open: whoever may not look any more is told so.

A connection that is used for hours cannot wait for its next request to learn that its session was ended. All watched
sessions of a centre are read in one statement, more often than once a second, so that a process with thousands of
connections asks no more than one with a few.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.logging import get_logger
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.authenticate import Verified, verify
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.auth.standing import read_key_standing, read_session_standings

PERIOD_SECONDS = 0.7
"""How often standings are read: with the reading itself, what was ended is noticed within a second."""
_MOST_AT_ONCE = 2_000

_log = get_logger("sessions")

Wait = Callable[[float], Awaitable[object]]
"""Waits so many seconds; another than asyncio's for tests alone."""


class Watched:
    """One connection's session or key, while it is watched."""

    def __init__(self, watch: "SessionWatch", verified: Verified, ended: Callable[[], None]) -> None:
        self._watch = watch
        self._ended = ended
        self._standing = verified.standing
        self.key = verified.key
        self.ends_at: datetime = verified.ends_at
        """When the token ends, or what it stands for."""

    @property
    def whose(self) -> tuple[UUID, UUID]:
        """The centre, and the person or key."""
        return self._standing.centre_id, self._standing.user_id

    def log_fields(self) -> Mapping[str, str]:
        """Say for the access log what kind of actor it is and of which centre; nothing personal."""
        return {"actor_kind": self._standing.kind.value, "centre_id": str(self._standing.centre_id)}

    async def renew(self, facts: RequestFacts) -> bool:
        """Take over a newer token's end; answer False, and change nothing, where it is not of the same session.

        Raises Unauthenticated for a token that is not good, Unavailable.
        """
        verified = await self._watch.verified(facts)
        if verified.key != self.key:
            return False
        self.ends_at = verified.ends_at
        return True

    def end(self) -> None:
        """Say that it is over, once."""
        self.forget()
        self._ended()

    def forget(self) -> None:
        """Watch it no longer."""
        self._watch.forget(self)


class SessionWatch:
    """Reads what all watched sessions and keys are good for, again and again; opened with the application."""

    def __init__(self, sign_in: SignIn, *, period: float = PERIOD_SECONDS, wait: Wait = asyncio.sleep) -> None:
        self._sign_in = sign_in
        self._period = period
        self._wait = wait
        self._watched: dict[UUID | bytes, set[Watched]] = {}
        self._task: asyncio.Task[None] | None = None
        self._failing = False

    async def verified(self, facts: RequestFacts) -> Verified:
        """Verify the header of a request, which has to have one. Raises Unauthenticated, Unavailable."""
        if facts.authorization is None:
            raise Unauthenticated
        return await verify(self._sign_in, facts.authorization, facts)

    async def enter(self, facts: RequestFacts, ended: Callable[[], None]) -> Watched:
        """Verify, then call `ended`, once, when the token ends or its session or key is good for nothing any more.

        Raises Unauthenticated for a header that is not good or not there, Unavailable.
        """
        verified = await self.verified(facts)
        watched = Watched(self, verified, ended)
        self._watched.setdefault(watched.key, set()).add(watched)
        return watched

    def forget(self, watched: Watched) -> None:
        """Watch one no longer."""
        others = self._watched.get(watched.key)
        if others is not None:
            others.discard(watched)
            if not others:
                del self._watched[watched.key]

    def __len__(self) -> int:
        return sum(map(len, self._watched.values()))

    async def open(self) -> Self:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="session watch")
        return self

    async def close(self) -> None:
        """Look no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> None:
        """End what has ended by now. Where the database does not answer nobody's session is ended for it."""
        self._end_expired()
        by_centre: dict[UUID, list[UUID]] = {}
        digests: list[bytes] = []
        for key, connections in self._watched.items():
            if isinstance(key, bytes):
                digests.append(key)
            else:
                by_centre.setdefault(next(iter(connections)).whose[0], []).append(key)
        for centre_id, session_ids in by_centre.items():
            for begin in range(0, len(session_ids), _MOST_AT_ONCE):
                await self._look_at_sessions(centre_id, session_ids[begin : begin + _MOST_AT_ONCE])
        for digest in digests:
            await self._look_at_key(digest)

    def _end_expired(self) -> None:
        present = now()
        self._end_all(each for some in self._watched.values() for each in some if each.ends_at <= present)

    async def _look_at_sessions(self, centre_id: UUID, session_ids: list[UUID]) -> None:
        read_at = now()
        standings = await read_session_standings(self._sign_in.database, centre_id, session_ids)
        for session_id in session_ids:
            standing = standings.get(session_id)
            if standing is None:
                self._sign_in.standings.forget(session_id)
                self._end_all(self._watched.get(session_id, ()))
            else:
                self._sign_in.standings.keep(session_id, standing, read_at=read_at)

    async def _look_at_key(self, digest: bytes) -> None:
        read_at = now()
        standing, _ = await read_key_standing(self._sign_in.database, digest)
        if standing is None:
            self._sign_in.standings.forget(digest)
            self._end_all(self._watched.get(digest, ()))
        else:
            self._sign_in.standings.keep(digest, standing, read_at=read_at)

    def _end_all(self, ended: Iterable[Watched]) -> None:
        for each in list(ended):
            each.end()

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - while connections stand the watch may not end; logged once
                if not self._failing:
                    _log.error("standings cannot be read", exc_info=error)
                self._failing = True
            else:
                self._failing = False
            await self._wait(self._period)
