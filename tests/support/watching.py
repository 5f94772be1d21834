"""A database that tells how its connections are used: who holds how many, and in what state they come back."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from cma_graphql.access.actor import Actor
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.pool import Connection
from cma_graphql.persistence.transaction import Transaction

REQUEST: ContextVar[str] = ContextVar("request", default="nobody")
"""Which request the present task belongs to; tasks that it starts inherit it."""


class WatchedDatabase(Database):
    """Counts the connections that each request holds at once, and those given back inside a transaction."""

    def __init__(self, dsn: str, *, read_pool_size: int = 1, write_pool_size: int = 1, patience: float = 5.0) -> None:
        super().__init__(
            dsn,
            read_pool_size=read_pool_size,
            write_pool_size=write_pool_size,
            connect_timeout_seconds=patience,
        )
        self.held: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.acquired = 0
        self.given_back: list[bool] = []
        """For each connection of the read pool that came back: whether it was inside a transaction."""
        self.given_up = 0
        self._holders: dict[int, str] = {}

    def _takes(self, request: str) -> None:
        self.acquired += 1
        self.held[request] += 1
        self.most[request] = max(self.most[request], self.held[request])

    async def acquire_for_reading(self) -> Connection:
        """Take one, noting for whom."""
        connection = await super().acquire_for_reading()
        self._takes(REQUEST.get())
        self._holders[id(connection)] = REQUEST.get()
        return connection

    async def give_back(self, connection: Connection) -> None:
        """Return one, noting its state."""
        self.given_back.append(connection.is_in_transaction())
        self._lets_go(connection)
        await super().give_back(connection)

    def give_up(self, connection: Connection) -> None:
        """Cut one."""
        self.given_up += 1
        self._lets_go(connection)
        super().give_up(connection)

    def _lets_go(self, connection: Connection) -> None:
        self.held[self._holders.pop(id(connection))] -= 1

    @asynccontextmanager
    async def writing(self, actor: Actor, *, timeout_ms: int) -> AsyncGenerator[Transaction]:
        """Begin a writing transaction, noting for whom."""
        async with super().writing(actor, timeout_ms=timeout_ms) as connection:
            self._takes(REQUEST.get())
            try:
                yield connection
            finally:
                self.held[REQUEST.get()] -= 1
