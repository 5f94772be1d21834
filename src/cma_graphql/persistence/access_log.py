"""Writes the access log in the background: one row a request, in groups, within 200 ms (decision 21).

What waits in memory is lost when the process is killed or the machine fails: at most the last 200 ms, and what a
database that was away had not taken yet. What has to be on record before it is answered (exports) is written at
once by `AccessRecorder.write`, for which its caller waits. Of the others, rows that find no place, or that the
database will not take, are counted and logged, never waited for.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import structlog
from sqlalchemy import bindparam, insert
from sqlalchemy.sql.compiler import SQLCompiler

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.logs import AccessEntry
from cma_graphql.persistence.reads import DIALECT

GROUPED_FOR_SECONDS = 0.1
"""How long rows are collected; with the writing itself they are there within 200 ms."""
CAPACITY = 10_000
"""How many rows may wait, in this process."""
_PAUSE_SECONDS = 1.0
_LONGEST_NAME = 200
_WRITE_TIMEOUT_MS = 10_000

_COLUMNS = (
    AccessEntry.centre_id,
    AccessEntry.id,
    AccessEntry.occurred_at,
    AccessEntry.actor_kind,
    AccessEntry.actor_id,
    AccessEntry.session_id,
    AccessEntry.request_id,
    AccessEntry.operation,
    AccessEntry.client_ids,
    AccessEntry.sensitive_fields,
)

Wait = Callable[[float], Awaitable[object]]
"""Waits so many seconds; another than asyncio's for tests alone."""

_log = structlog.get_logger(source=__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """What one request was shown."""

    id: UUID
    occurred_at: datetime
    actor: Actor
    operation: str
    client_ids: tuple[UUID, ...]
    fields: tuple[str, ...]

    def row(self) -> tuple[Any, ...]:
        """Answer the columns of its row, in the order of _COLUMNS."""
        actor = self.actor
        return (
            actor.centre_id,
            self.id,
            self.occurred_at,
            actor.kind.value,
            actor.user_id,
            actor.session_id,
            actor.request_id,
            self.operation,
            self.client_ids,
            self.fields,
        )


class AccessRecorder(AbstractAsyncContextManager["AccessRecorder"]):
    """Takes notes of what was shown, and writes them in groups; opened and closed with the application."""

    def __init__(
        self,
        database: Database,
        *,
        grouped_for: float = GROUPED_FOR_SECONDS,
        capacity: int = CAPACITY,
        wait: Wait = asyncio.sleep,
    ) -> None:
        self._database = database
        self._grouped_for = grouped_for
        self._capacity = capacity
        self._wait = wait
        self._waiting: deque[Access] = deque()
        self._something = asyncio.Event()
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unreported: Counter[str] = Counter()
        self.written = 0
        """How many rows have been written."""
        self.dropped = 0
        """How many were not, for want of place or because the database would not take them."""

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return len(self._waiting)

    def note(self, actor: Actor, operation: str | None, client_ids: Collection[UUID], fields: Collection[str]) -> None:
        """Note what a request was shown; whoever was shown no client and no sensitive field leaves no row.

        Never waits and never fails: a full queue counts the row as dropped.
        """
        if not client_ids and not fields:
            return
        if len(self._waiting) >= self._capacity or self._closing.is_set():
            self._drop(1, "full")
            return
        self._waiting.append(_access(actor, operation, client_ids, fields))
        self._something.set()

    async def write(self, actor: Actor, operation: str, client_ids: Collection[UUID], fields: Collection[str]) -> None:
        """Write at once what an actor is about to be shown; once this returns, the row is committed.

        Raises Unavailable or DeadlineExceeded where it is not: then nothing may be shown.
        """
        if not client_ids and not fields:
            return
        try:
            await self._write(actor.centre_id, [_access(actor, operation, client_ids, fields)])
        except TryAgain:
            raise Unavailable from None
        self.written += 1

    async def open(self) -> Self:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="access log")
        return self

    async def close(self) -> None:
        """Write what waits, once, and end; what cannot be written then is dropped."""
        self._closing.set()
        self._something.set()
        if self._task is not None:
            await self._task
            self._task = None
        await self._flush()
        if self._waiting:
            self._drop(len(self._waiting), "closed")
            self._waiting.clear()
        self._report()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self) -> None:
        while not self._closing.is_set():
            await self._something.wait()
            self._something.clear()
            await self._or_closing(self._grouped_for)
            if not await self._flush():
                self._something.set()
                await self._or_closing(_PAUSE_SECONDS)

    async def _or_closing(self, seconds: float) -> None:
        """Wait, but no longer than until the recorder is closed."""
        waits = {asyncio.ensure_future(self._wait(seconds)), asyncio.ensure_future(self._closing.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _flush(self) -> bool:
        """Write everything that waits, a transaction a centre; answer whether the database took part at all."""
        group, self._waiting = self._waiting, deque()
        by_centre: dict[UUID, list[Access]] = {}
        for access in group:
            by_centre.setdefault(access.actor.centre_id, []).append(access)
        back: list[Access] = []
        for centre_id, accesses in by_centre.items():
            try:
                await self._write(centre_id, accesses)
            except (Unavailable, TryAgain):
                back.extend(accesses)
            except Exception as fault:  # noqa: BLE001 - one centre's fault may not end every centre's log
                self._drop(len(accesses), type(fault).__name__)
            else:
                self.written += len(accesses)
        self._give_back(back)
        self._report()
        return not back

    async def _write(self, centre_id: UUID, accesses: Sequence[Access]) -> None:
        async with self._database.writing(system_of(centre_id), timeout_ms=_WRITE_TIMEOUT_MS) as transaction:
            await transaction.execute_many(_insertion(), [access.row() for access in accesses])

    def _give_back(self, accesses: Sequence[Access]) -> None:
        """Put rows that could not be written before those noted meanwhile, as far as there is place."""
        place = self._capacity - len(self._waiting)
        self._waiting.extendleft(reversed(accesses[-place:] if place > 0 else ()))
        if len(accesses) > place:
            self._drop(len(accesses) - max(place, 0), "full")

    def _drop(self, count: int, reason: str) -> None:
        self.dropped += count
        self._unreported[reason] += count

    def _report(self) -> None:
        """Log what was dropped since the last report: a line a group, not a line a row."""
        if self._unreported:
            _log.error("access log rows dropped", reasons=dict(self._unreported), total=self.dropped)
            self._unreported.clear()


@cache
def _insertion() -> str:
    """Compile the statement that writes rows, once: the driver takes them as they are, in one round trip."""
    compiled = (
        insert(AccessEntry).values({column.key: bindparam(column.key) for column in _COLUMNS}).compile(dialect=DIALECT)
    )
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - narrows the type
    assert compiled.positiontup == [column.key for column in _COLUMNS]  # noqa: S101 - the rows' order
    return str(compiled)


def _access(actor: Actor, operation: str | None, client_ids: Collection[UUID], fields: Collection[str]) -> Access:
    return Access(
        id=new_id(),
        occurred_at=now(),
        actor=actor,
        operation=(operation or "")[:_LONGEST_NAME],
        client_ids=tuple(sorted(client_ids)),
        fields=tuple(sorted(fields)),
    )
