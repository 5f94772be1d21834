"""The statements that load and write one record of a model: built of its columns, compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ARRAY, Uuid, and_, bindparam, insert, inspect, select, update
from sqlalchemy.orm.instrumentation import ClassManager
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.persistence.base import CentreRow, Row
from cma_graphql.persistence.reads import Compiled, compile_select, live
from cma_graphql.persistence.transaction import compile_change

_KEPT_STATEMENTS = 2_000
_KEY: Any = bindparam("record_key", type_=Uuid())
_KEYS: Any = bindparam("record_keys", type_=ARRAY(Uuid()))
_HERE = "here_"
"""Begins the names of parameters that say which record is updated: its key, and the version it had."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a model's statements are made of. Its columns go by the names of their attributes."""

    table: Any
    manager: ClassManager[Any]
    """Makes records without calling their constructor."""
    columns: Mapping[str, Any]
    primary: tuple[str, ...]
    version: str | None
    """The column that counts the changes of a record, where the model has one."""
    filled: frozenset[str]
    """Those that the database fills where nothing is said."""
    rank: int
    """Where the table stands among all, so that what is referred to comes before what refers to it."""


@cache
def mapped(entity: type[Row]) -> Mapped:
    """Tell what a model's statements are made of."""
    mapper = inspect(entity)
    columns = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
    version = mapper.version_id_col
    return Mapped(
        table=entity.__table__,
        manager=mapper.class_manager,
        columns=columns,
        primary=tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key),
        version=None if version is None else mapper.get_property_by_column(version).key,
        filled=frozenset(key for key, column in columns.items() if column.server_default is not None),
        rank=_ranks()[entity.__tablename__],
    )


@cache
def _ranks() -> Mapping[str, int]:
    return {table.name: rank for rank, table in enumerate(Row.metadata.sorted_tables)}


@lru_cache(maxsize=_KEPT_STATEMENTS)
def loading(entity: type[CentreRow], sight: Sight, *, locked: bool, deleted: bool) -> Compiled:
    """Compile what selects one record that an actor with this sight sees, by `record_key`.

    Locked by FOR NO KEY UPDATE: a stronger lock deadlocks with the foreign-key checks of inserted children
    (decision 11).
    """
    query = _select(entity).where(live(entity, sight, deleted=deleted), entity.id == _KEY)
    return compile_select(query.with_for_update(key_share=True, of=entity) if locked else query)


@lru_cache(maxsize=_KEPT_STATEMENTS)
def locking_all(entity: type[CentreRow], sight: Sight) -> Compiled:
    """Compile what locks the records with these `record_keys` that an actor with this sight sees, in their order."""
    return compile_select(
        _select(entity)
        .where(live(entity, sight), entity.id == any_(_KEYS))
        .order_by(entity.id)
        .with_for_update(key_share=True, of=entity)
    )


def _select(entity: type[Row]) -> Any:
    return select(*(getattr(entity, key) for key in mapped(entity).columns))


@lru_cache(maxsize=_KEPT_STATEMENTS)
def insertion(entity: type[Row], keys: tuple[str, ...]) -> Compiled:
    """Compile what inserts a record with these columns; it answers those that the database fills."""
    made = mapped(entity)
    statement = insert(made.table).values(
        {made.columns[key].name: bindparam(key, type_=made.columns[key].type) for key in keys}
    )
    answered = [made.columns[key] for key in filled_by_database(entity, keys)]
    return compile_change(statement.returning(*answered) if answered else statement)


def filled_by_database(entity: type[Row], keys: tuple[str, ...]) -> tuple[str, ...]:
    """Tell which columns the database fills where only these are given."""
    filled = mapped(entity).filled.difference(keys)
    return tuple(key for key in mapped(entity).columns if key in filled)


@lru_cache(maxsize=_KEPT_STATEMENTS)
def updating(entity: type[Row], keys: tuple[str, ...]) -> Compiled:
    """Compile what writes these columns of a record, where it still has the version that it had."""
    made = mapped(entity)
    place = (*made.primary, *([] if made.version is None else [made.version]))
    return compile_change(
        update(made.table)
        .where(and_(*(made.columns[key] == bindparam(_HERE + key, type_=made.columns[key].type) for key in place)))
        .values({made.columns[key].name: bindparam(key, type_=made.columns[key].type) for key in keys})
    )


def in_its_place(entity: type[Row], values: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the parameters that say which record is updated."""
    made = mapped(entity)
    place = (*made.primary, *([] if made.version is None else [made.version]))
    return {_HERE + key: values[key] for key in place}
