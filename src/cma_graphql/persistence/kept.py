"""The records that a unit of work has loaded or added: each of them once, and what of them is still to be written.

They are instances of the models, which note themselves what is set on them; none of SQLAlchemy's sessions has
anything to do with them (decision 59).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import NO_VALUE

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import CentreRow, Row
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.mapped import (
    filled_by_database,
    in_its_place,
    insertion,
    loading,
    locking_all,
    mapped,
    updating,
)
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.transaction import Transaction

R = TypeVar("R", bound=CentreRow)
State = InstanceState[Any]
_Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """A record that is to be written."""

    row: Row
    keys: frozenset[str]
    """The columns that differ from what was loaded; of a new record, none."""
    new: bool


class Kept:
    """The records of one unit of work."""

    def __init__(self, transaction: Transaction, sight: Sight, parameters: dict[str, object]) -> None:
        self._transaction = transaction
        self._sight = sight
        self._parameters = parameters
        self._states: dict[_Identity, State] = {}
        self._rows: dict[_Identity, Row] = {}
        self._added: dict[int, Row] = {}

    def __contains__(self, row: Row) -> bool:
        return id(row) in self._added or self._rows.get(_identity(type(row), row.__dict__)) is row

    def add(self, row: Row) -> None:
        """Keep a new record, to be written with the next ones."""
        self._added[id(row)] = row

    def forget(self) -> None:
        """Let go of every record, written or not."""
        self._states, self._rows, self._added = {}, {}, {}

    # Reading. Whatever is pending was written before, so that what is read does not overwrite it.

    async def load(self, entity: type[R], record_id: UUID, *, locked: bool, deleted: bool) -> R | None:
        """Load a record that the actor sees; a locked one as it is now, whatever it was when it was loaded before."""
        compiled = loading(entity, self._sight, locked=locked, deleted=deleted)
        parameters = {"record_key": record_id, **self._parameters}
        rows = await self._transaction.fetch(compiled.text, compiled.arguments(parameters))
        return self._keep(entity, rows[0], afresh=locked) if rows else None

    async def lock_all(self, entity: type[R], record_ids: Sequence[UUID]) -> list[R]:
        """Lock those of these records that the actor sees, in the order of their ids."""
        compiled = locking_all(entity, self._sight)
        parameters = {"record_keys": list(record_ids), **self._parameters}
        rows = await self._transaction.fetch(compiled.text, compiled.arguments(parameters))
        return [self._keep(entity, row, afresh=True) for row in rows]

    def _keep(self, entity: type[R], record: Record, *, afresh: bool) -> R:
        made = mapped(entity)
        values = dict(zip(made.columns, record, strict=True))
        identity = _identity(entity, values)
        row = self._rows.get(identity)
        if row is None:
            row = made.manager.new_instance()
            self._rows[identity] = row
            self._states[identity] = instance_state(row)
        elif not afresh:
            return row  # type: ignore[return-value]
        state = self._states[identity]
        state.dict.update(values)
        state.committed_state.clear()
        return row  # type: ignore[return-value]

    # Writing

    def pending(self) -> list[Pending]:
        """Tell which records are to be written, and which of their columns; none twice, and none unchanged."""
        found = [Pending(row, frozenset(), new=True) for row in self._added.values()]
        for identity, state in self._states.items():
            if state.committed_state:
                keys = _changed(state)
                if keys:
                    found.append(Pending(self._rows[identity], keys, new=False))
                else:
                    state.committed_state.clear()
        return found

    async def write(self, pending: Iterable[Pending]) -> None:
        """Write them: what is referred to first; of one table the changed ones first, in the order of their keys."""
        self._added = {}
        by_entity: dict[type[Row], list[Pending]] = {}
        for written in pending:
            by_entity.setdefault(type(written.row), []).append(written)
        for entity in sorted(by_entity, key=lambda entity: mapped(entity).rank):
            changed = [written for written in by_entity[entity] if not written.new]
            for written in sorted(changed, key=lambda written: _identity(entity, written.row.__dict__)[1:]):
                await self._update(entity, written)
            await self._insert(entity, [written.row for written in by_entity[entity] if written.new])

    async def _update(self, entity: type[Row], written: Pending) -> None:
        made, values = mapped(entity), written.row.__dict__
        if not written.keys.isdisjoint(made.primary):
            raise TypeError(f"The key of a {entity.__name__} does not change")
        parameters = {**values, **in_its_place(entity, values)}
        keys = written.keys
        if made.version is not None:
            keys |= {made.version}
            parameters[made.version] = values[made.version] + 1
        compiled = updating(entity, tuple(key for key in made.columns if key in keys))
        if await self._transaction.execute(compiled.text, compiled.arguments(parameters)) != 1:
            raise TryAgain  # another transaction has changed it, or taken it out of sight, since it was loaded
        if made.version is not None:
            values[made.version] = parameters[made.version]
        instance_state(written.row).committed_state.clear()

    async def _insert(self, entity: type[Row], rows: Sequence[Row]) -> None:
        """Insert records of one table, those with the same columns together, by one statement each."""
        made = mapped(entity)
        alike: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            said = row.__dict__
            keys = tuple(key for key in made.columns if key in said or key not in made.filled)
            alike.setdefault(keys, []).append(row)
        for keys, same in alike.items():
            await self._insert_alike(entity, keys, same)
        for row in rows:
            state = instance_state(row)
            state.committed_state.clear()
            identity = _identity(entity, row.__dict__)
            self._rows[identity], self._states[identity] = row, state

    async def _insert_alike(self, entity: type[Row], keys: tuple[str, ...], rows: Sequence[Row]) -> None:
        compiled = insertion(entity, keys)
        lines = [[row.__dict__.get(key) for key in compiled.parameters] for row in rows]
        filled = filled_by_database(entity, keys)
        if not filled:
            if len(lines) == 1:
                await self._transaction.execute(compiled.text, lines[0])
            else:
                await self._transaction.execute_many(compiled.text, lines)
            return
        for row, record in zip(rows, await self._transaction.fetch_many(compiled.text, lines), strict=True):
            row.__dict__.update(zip(filled, record, strict=True))


def _identity(entity: type[Row], values: dict[str, Any]) -> _Identity:
    return (entity, *[values[key] for key in mapped(entity).primary])


def _changed(state: State) -> frozenset[str]:
    """Tell which columns of a record differ from what was loaded, or were touched."""
    values = state.dict
    return frozenset(
        key
        for key, former in state.committed_state.items()
        if former is NO_VALUE or (key in values and values[key] != former)
    )
