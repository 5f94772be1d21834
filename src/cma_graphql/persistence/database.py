"""The one place that begins, scopes and commits transactions, and gives connections back.

A read is one REPEATABLE READ, READ ONLY transaction; a write is one unit of work. Each has a pool of its own, and both
begin together with their scope in one round trip (decisions 9 and 34). A request holds at most one of their connections
at a time (decision 8).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import lru_cache, partial
from typing import Self
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.core.errors import Unavailable
from cma_graphql.persistence.connections import prepare
from cma_graphql.persistence.failures import DRIVER_FAULTS, in_our_words, raise_in_our_words
from cma_graphql.persistence.pool import Connection, Pool
from cma_graphql.persistence.reads import NOTHING_SPARED, Reads, Record, Spared, Sparing, Statement, actor_parameters
from cma_graphql.persistence.transaction import Transaction

CALLER_LOOKED_FOR_MS = 1_000
_ISOLATION = {
    "READ ONLY": "REPEATABLE READ READ ONLY",
    "READ WRITE": "READ COMMITTED READ WRITE",
}


def begin_and_scope(actor: Actor, *, mode: str, timeout_ms: int) -> str:
    """Compose BEGIN and the scope of a transaction, one simple query.

    The one exception to *no SQL from strings*: made of UUIDs, an int and fixed words only (decision 9).
    SET LOCAL, because only it is transaction-local on every server and pooler. The server looks for the
    caller once a second, since a terminated connection would otherwise keep its statement and its locks
    until the statement ends by itself. Raises TypeError for anything but UUIDs and an int.
    """
    if type(timeout_ms) is not int:
        raise TypeError("timeout_ms")
    client = None if actor.client_id is None else _number(actor.client_id)
    return _composed(_number(actor.centre_id), client, actor.at_platform, mode, timeout_ms)


@lru_cache(maxsize=4_096)
def _composed(centre: int, client: int | None, platform: bool, mode: str, timeout_ms: int) -> str:  # noqa: FBT001 - a part of the key
    """Compose it of numbers. A setting that is not set locally is empty, for none is ever set for longer."""
    return ";".join(
        [
            f"BEGIN ISOLATION LEVEL {_ISOLATION[mode]}",
            f"SET LOCAL app.centre_id = '{UUID(int=centre)}'",
            *([] if client is None else [f"SET LOCAL app.client_id = '{UUID(int=client)}'"]),
            *(["SET LOCAL app.platform = 'on'"] if platform else []),
            f"SET LOCAL client_connection_check_interval = {CALLER_LOOKED_FOR_MS}",
            f"SET LOCAL statement_timeout = {timeout_ms}",
        ]
    )


def _number(key: UUID) -> int:
    """Take a key as its number: what a subclass would say of itself is not asked."""
    if not isinstance(key, UUID):
        raise TypeError("key")
    return int(key)


def _nobody_listens(_centre_id: UUID, _seq: int) -> None:
    """Do nothing: the log is there for whoever reads it."""


class Reader:
    """One request's reads: a transaction opened by the first of them, every later one in the same snapshot."""

    def __init__(self, database: "Database", actor: Actor, *, timeout_ms: int, shown_as: Actor | None = None) -> None:
        """Take whose reads these are; `shown_as` is the actor that selectors are shown, where it is another object."""
        self._database = database
        self._actor = actor
        self._shown_as = shown_as or actor
        self._timeout_ms = timeout_ms
        self._connection: Connection | None = None
        self._lock = asyncio.Lock()  # graphql-core runs siblings at once; a connection runs one statement
        self._parameters = actor_parameters(actor)
        self._sight = actor.sight
        self.statements = 0
        """How many statements have run, BEGIN and COMMIT not counted."""
        self.personal = False
        """Whether any of them answered this actor other than a colleague of the same roles."""

    @property
    def actor(self) -> Actor:
        """Whose reads these are."""
        return self._shown_as

    @property
    def database(self) -> "Database":
        """Where the connection comes from."""
        return self._database

    async def all(self, statement: Statement, *shape: Hashable, **parameters: object) -> Sequence[Record]:
        """Run a statement and answer all its rows."""
        return await self.read(statement, shape, parameters)

    async def read(
        self,
        statement: Statement,
        shape: Sequence[Hashable],
        parameters: Mapping[str, object],
        *,
        spared: Spared = NOTHING_SPARED,
    ) -> Sequence[Record]:
        """Run a statement and answer all its rows, without the columns that are spared."""
        given = {**parameters, **self._parameters}
        compiled, arguments = statement.said(self._sight, shape, given, spared=spared)
        async with self._lock:
            try:
                connection = self._connection or await self._begin()
                self.statements += 1
                self.personal |= compiled.personal
                try:
                    rows: Sequence[Record] = await connection.fetch(compiled.text, *arguments)
                except BaseException:
                    # Cancelled or failed: the transaction is of no further use, nor is what it holds.
                    self._discard()
                    raise
            except DRIVER_FAULTS as fault:
                raise_in_our_words(fault)
            return rows

    async def one(self, statement: Statement, *shape: Hashable, **parameters: object) -> Record | None:
        """Run a statement and answer its first row, or None."""
        rows = await self.all(statement, *shape, **parameters)
        return rows[0] if rows else None

    def sparing(self, spared: Spared) -> Reads:
        """Answer what reads the same snapshot without these columns."""
        return Sparing(self, spared) if spared else self

    async def _begin(self) -> Connection:
        connection = await self._database.acquire_for_reading()
        self._connection = connection
        try:
            await connection.execute(begin_and_scope(self._actor, mode="READ ONLY", timeout_ms=self._timeout_ms))
        except BaseException:
            self._discard()
            raise
        return connection

    def _discard(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._database.give_up(connection)

    async def close(self) -> None:
        """End the transaction and give the connection back; a reader that was never used costs nothing."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is None:
                return
            ended = False
            try:
                await connection.execute("COMMIT")
                ended = not connection.is_in_transaction()
            except DRIVER_FAULTS:
                pass  # a read has nothing to lose; the next one takes a fresh connection
            finally:
                # A connection inside a transaction keeps the old snapshot and the old centre (decision 9).
                if not ended:
                    self._database.give_up(connection)
            if ended:
                await self._database.give_back(connection)


class Database:
    """The application's connections: a pool for reads, and one for units of work."""

    def __init__(
        self, dsn: str, *, read_pool_size: int, write_pool_size: int, connect_timeout_seconds: float = 5.0
    ) -> None:
        self._dsn = dsn
        self._sizes = {"read": read_pool_size, "write": write_pool_size}
        self._connect_timeout = connect_timeout_seconds
        self._pools: dict[str, Pool] = {}
        self.committed: Callable[[UUID, int], None] = _nobody_listens
        """Told, after each commit with events, the centre and the number of the last; it neither waits nor fails."""

    async def open(self) -> Self:
        """Make the pools. Connections are made when they are needed, so a database that is away does no harm."""
        for name, size in self._sizes.items():
            self._pools[name] = Pool(partial(self._connect, name), size=size, patience=self._connect_timeout)
        return self

    async def _connect(self, name: str) -> Connection:
        connection: Connection = await asyncpg.connect(
            self._dsn, timeout=self._connect_timeout, server_settings={"application_name": f"cma-{name}"}
        )
        try:
            await prepare(connection)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    async def acquire_for_reading(self) -> Connection:
        """Take a connection of the read pool; raise Unavailable where none comes in time."""
        return await self._acquire("read")

    async def _acquire(self, name: str) -> Connection:
        pool = self._pools.get(name)
        if pool is None:
            raise Unavailable
        connection: Connection = await pool.acquire()
        return connection

    async def give_back(self, connection: Connection) -> None:
        """Return a connection to the read pool."""
        self._pools["read"].release(connection)

    def give_up(self, connection: Connection) -> None:
        """Cut a connection whose state is not known; the pool takes its place back and makes another when asked."""
        self._pools["read"].cut(connection)

    def reader(self, actor: Actor, *, timeout_ms: int = 10_000, shown_as: Actor | None = None) -> Reader:
        """Make a reader for one request; whoever makes it closes it."""
        return Reader(self, actor, timeout_ms=timeout_ms, shown_as=shown_as)

    @asynccontextmanager
    async def read(self, actor: Actor, *, timeout_ms: int = 10_000) -> AsyncGenerator[Reader]:
        """Open a reader and close it at the end of the block."""
        reader = self.reader(actor, timeout_ms=timeout_ms)
        try:
            yield reader
        finally:
            await reader.close()

    @asynccontextmanager
    async def writing(self, actor: Actor, *, timeout_ms: int) -> AsyncGenerator[Transaction]:
        """Begin a transaction that may write, commit it at the end of the block, roll it back on any error."""
        with in_our_words():
            connection = await self._acquire("write")
            try:
                await connection.execute(begin_and_scope(actor, mode="READ WRITE", timeout_ms=timeout_ms))
                yield Transaction(connection)
                await _commit(connection)
            except asyncio.CancelledError:
                self._pools["write"].cut(connection)
                raise
            except BaseException:
                with suppress(*DRIVER_FAULTS):
                    await connection.execute("ROLLBACK")
                raise
            finally:
                self._end_writing(connection)

    def _end_writing(self, connection: Connection) -> None:
        """Return a connection to the write pool; one that is still inside a transaction is cut (decision 9)."""
        if connection.is_closed() or connection.is_in_transaction():
            self._pools["write"].cut(connection)
        else:
            self._pools["write"].release(connection)

    async def ping(self) -> None:
        """Ask the database for an answer; raise Unavailable where none comes."""
        with in_our_words():
            connection = await self.acquire_for_reading()
            try:
                await connection.execute("SELECT 1")
            finally:
                await self.give_back(connection)

    def pool_sizes(self) -> dict[str, int]:
        """Tell how many connections each pool holds and how many of them are in use, for metrics."""
        told: dict[str, int] = {}
        for name in self._sizes:
            pool = self._pools.get(name)
            size, used = (0, 0) if pool is None else (pool.open, pool.used)
            told |= {f"{name}_open": size, f"{name}_used": used}
        return told


async def _commit(connection: Connection) -> None:
    """Commit. PostgreSQL answers the COMMIT of a failed transaction by rolling it back without an error."""
    if await connection.execute("COMMIT") != "COMMIT":
        raise RuntimeError("A service went on after a failed statement: nothing was committed.")
