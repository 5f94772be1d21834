"""A unit of work: one transaction that may write. Services are given one; they never commit it."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Text, bindparam, inspect, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm.attributes import flag_modified

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Conflict, NotFound
from cma_graphql.core.events import Audience, Change, Changes, Event, Publicity
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    BlindIndex,
    CentreRow,
    EnumText,
    Row,
    Sealed,
    SoftDeleted,
    Tracked,
)
from cma_graphql.persistence.kept import Kept
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.logs import CentreCounter
from cma_graphql.persistence.reads import Compiled, Record, Statement, actor_parameters
from cma_graphql.persistence.recording import Recorded, append
from cma_graphql.persistence.search_words import to_index, write_words
from cma_graphql.persistence.transaction import Transaction, compile_change

R = TypeVar("R", bound=CentreRow)
Afterwards = Callable[[], Awaitable[None]]

_KEPT_BY_US = frozenset({"centre_id", "id", "created_at", "created_by", "updated_at", "updated_by", "version"})


def publicity_of(row: Row | type[Row], column: str) -> Publicity:
    """Tell how much of a column's value an event or an audit row may carry: its type decides."""
    return _publicity(row if isinstance(row, type) else type(row), column)


@cache
def _publicity(entity: type[Row], column: str) -> Publicity:
    kind = inspect(entity).columns[column].type
    if isinstance(kind, Sealed | BlindIndex):
        return Publicity.SEALED
    if isinstance(kind, EnumText):
        return Publicity.OPEN
    return Publicity.TEXT if isinstance(kind, Text | JSONB) else Publicity.OPEN


@cache
def _told_columns(entity: type[Row]) -> tuple[tuple[str, Publicity], ...]:
    """Answer the columns that a new record's event tells of."""
    keys = [column.key for column in inspect(entity).column_attrs]
    return tuple((key, _publicity(entity, key)) for key in keys if key not in _KEPT_BY_US)


@cache
def _counting() -> Compiled:
    """Compile what takes so many numbers of a counter."""
    given: Any = bindparam("count", type_=BigInteger())
    return compile_change(
        insert(CentreCounter)
        .values(centre_id=ACTOR_CENTRE, name=bindparam("counter"), value=given)
        .on_conflict_do_update(index_elements=["centre_id", "name"], set_={"value": CentreCounter.value + given})
        .returning(CentreCounter.value)
    )


class UnitOfWork:
    """What a service works with: locked records, additions, numbers, events. Committed by whoever opened it."""

    def __init__(self, connection: Transaction, actor: Actor, keys: CentreKeys) -> None:
        self.connection = connection
        self._actor = actor
        self._parameters = actor_parameters(actor)
        self._kept = Kept(connection, actor.sight, self._parameters)
        self._recorded: list[Recorded] = []
        self._last: int | None = None
        self.keys = keys
        self.afterwards: list[Afterwards] = []
        """What to do once the transaction has committed, and only then: sending an e-mail, say."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._actor

    @property
    def last(self) -> int | None:
        """The number of the last event that was appended, if any."""
        return self._last

    # Reading

    async def all(self, statement: Statement, *shape: Hashable, **parameters: object) -> Sequence[Record]:
        """Run a selector's statement inside this transaction, after what is pending."""
        await self.flush()
        compiled, arguments = statement.said(self._actor.sight, shape, {**parameters, **self._parameters})
        return await self.connection.fetch(compiled.text, arguments)

    async def one(self, statement: Statement, *shape: Hashable, **parameters: object) -> Record | None:
        """Run a selector's statement and answer its first row, or None."""
        rows = await self.all(statement, *shape, **parameters)
        return rows[0] if rows else None

    async def get(self, entity: type[R], record_id: UUID, *, field: str | None = None) -> R:
        """Load a record that the actor sees; raise NotFound, naming the input field it came from."""
        return await self._load(entity, record_id, field=field, locked=False, deleted=False)

    async def lock(
        self,
        entity: type[R],
        record_id: UUID,
        *,
        version: int | None = None,
        field: str | None = "id",
        deleted: bool = False,
    ) -> R:
        """Load a record that the actor sees and keep others from changing it until the commit.

        FOR NO KEY UPDATE: a stronger lock deadlocks with the foreign-key checks of inserted children
        (decision 11). Raise NotFound, or Conflict where `version` is not the record's present one.
        """
        row = await self._load(entity, record_id, field=field, locked=True, deleted=deleted)
        current: int | None = getattr(row, "version", None)
        if version is not None and current is not None and current != version:
            raise Conflict(
                table=entity.__tablename__,
                record_id=record_id,
                current_version=current,
                centre_id=self._actor.centre_id,
            )
        return row

    async def lock_all(self, entity: type[R], record_ids: Sequence[UUID]) -> list[R]:
        """Lock records that the actor sees, in the order of their ids, by one statement; those not there are left out.

        The order keeps two who lock some of the same from waiting for one another (decision 11).
        """
        if not record_ids:
            return []
        await self.flush()
        return await self._kept.lock_all(entity, record_ids)

    async def _load(self, entity: type[R], record_id: UUID, *, field: str | None, locked: bool, deleted: bool) -> R:
        await self.flush()
        row = await self._kept.load(entity, record_id, locked=locked, deleted=deleted)
        if row is None:
            raise NotFound(field)
        return row

    # Writing

    def add(self, row: Row) -> Changes:
        """Add a record to the actor's centre; answer its columns as changes from nothing."""
        self.add_lines([row])
        return {
            name: Change(None, value, publicity)
            for name, publicity in _told_columns(type(row))
            if (value := getattr(row, name)) not in (None, [], {})
        }

    def add_lines(self, rows: Iterable[Row]) -> None:
        """Add records of which nobody is told by themselves: lines of a history, say."""
        stamp = now()
        for row in rows:
            self._add(row, stamp)

    def _add(self, row: Row, stamp: datetime) -> None:
        if isinstance(row, CentreRow) or hasattr(row, "centre_id"):
            row.centre_id = self._actor.centre_id
        if isinstance(row, Tracked):
            row.created_at = row.updated_at = stamp
            row.created_by = row.updated_by = self._actor.user_id
            row.version = 1
        self._kept.add(row)

    def change(self, row: Row, **values: object) -> Changes:
        """Set columns of a record; answer those that really changed. None of them: nothing is written."""
        changes: dict[str, Change] = {}
        for name, value in values.items():
            old = getattr(row, name)
            if old != value:
                changes[name] = Change(old, value, publicity_of(row, name))
                setattr(row, name, value)
        if changes:
            self.touch(row)
        return changes

    def touch(self, row: Row) -> None:
        """Count a record's version up though no column of its own changed: one of its lines did."""
        if isinstance(row, Tracked):
            row.updated_at = now()
            row.updated_by = self._actor.user_id
            flag_modified(row, "updated_at")  # written even where the clock has not moved since the last change

    def soft_delete(self, row: Row) -> Changes:
        """Delete a record so that its history stays."""
        if not isinstance(row, SoftDeleted):
            raise TypeError(f"{type(row).__name__} is not softly deleted")
        return self.change(row, deleted_at=now(), deleted_by=self._actor.user_id)

    async def flush(self) -> None:
        """Send what is pending and the words it is found by; raise AlreadyExists where a unique value is taken."""
        pending = self._kept.pending()
        if pending:
            indexed = to_index(pending)
            await self._kept.write(pending)
            if indexed:
                await write_words(self.connection, self._actor.centre_id, indexed)

    async def next_number(self, counter: str) -> int:
        """Take the next number of a counter of the centre: gap-free, since it commits with its use."""
        (number,) = await self.next_numbers(counter, 1)
        return number

    async def next_numbers(self, counter: str, count: int) -> range:
        """Take so many numbers of a counter at once; every one of them has to be used.

        None of them locks the counter all the same: whoever takes a number waits until this commits.
        """
        await self.flush()
        number = await self.connection.value(_counting(), **self._parameters, counter=counter, count=count)
        if number is None:
            raise LookupError(counter)
        return range(int(number) - count + 1, int(number) + 1)

    async def seal(self, row: CentreRow, column: str, text: str | None) -> bytes | None:
        """Seal a value for one column of one record; None stays None."""
        if text is None:
            return None
        ring = await self.keys.of(self)
        sealed: bytes = ring.newest.seal(text, table=row.__tablename__, column=column, row_id=row.id)
        return sealed

    async def unseal(self, row: CentreRow, column: str) -> str | None:
        """Open a sealed column of a loaded record."""
        sealed = getattr(row, column)
        if sealed is None:
            return None
        ring = await self.keys.of(self)
        opened: str = ring.opening(sealed).unseal(sealed, table=row.__tablename__, column=column, row_id=row.id)
        return opened

    def record(
        self,
        event: Event,
        *,
        changes: Changes | None = None,
        before: Audience | None = None,
        after: Audience | None = None,
    ) -> None:
        """Record what happened: it becomes an event row and an audit row when the transaction commits.

        `before` and `after` are who could see the record then and who can now; None: nobody, for a record
        that did not exist before or does not any more.
        """
        self._recorded.append(Recorded(event, changes or {}, before, after))

    async def append_so_far(self) -> None:
        """Send what is pending, append the events recorded so far, and let go of both: for writes of any size.

        From here until the commit nobody else of the centre commits anything, since its next event number is taken.
        So a service that calls this has taken every lock and every number that it needs, or two would wait for one
        another (decision 11), and keeps no record of what it has added: all of them are forgotten.
        """
        await self._append()
        self._kept.forget()

    async def finish(self) -> int | None:
        """Send everything and append the events, last; answer the centre's new sequence number, if any."""
        await self._append()
        return self.last

    async def _append(self) -> None:
        await self.flush()
        if self._recorded:
            self._last = await append(self.connection, self._actor, self._recorded)
            self._recorded = []

    async def run_update(self, entity: type[Row], *conditions: Any, **values: object) -> int:
        """Update many rows of the centre at once; answer how many there were. The centre's predicate is added."""
        if issubclass(entity, CentreRow) and entity.searched.keys() & values.keys():
            raise TypeError(f"{entity.__name__} is found by the words of what you change: use `change`")
        await self.flush()
        table: Any = entity
        return await self.connection.count(
            update(entity).where(table.centre_id == self._actor.centre_id, *conditions).values(**values)
        )
