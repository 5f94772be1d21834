"""A SQLAlchemy Core select, compiled once to text and parameter order, run on asyncpg, its rows as records.

Decision 15: what would cost work at every run is refused when the statement is compiled. `in_()` becomes
post-compile parameters (say `= any_(…)`), and Enum or JSON columns compared with a parameter would need a
Python function per value.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, LargeBinary, Select, Uuid, and_, bindparam, true
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import any_
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from cma_graphql.access.actor import Actor, Sight
from cma_graphql.persistence.base import ACTOR_CENTRE, CentreRow, SoftDeleted
from cma_graphql.persistence.key_lists import as_many_as_expected, for_one_key, looks_up

Record = asyncpg.Record
AnySelect = Select[*tuple[Any, ...]]
"""A select of whatever columns."""
_OF_A_PERSON = frozenset({"actor_user", "actor_client", "actor_teams"})
DIALECT = asyncpg_dialect()  # type: ignore[no-untyped-call]
KEYS: Any = bindparam("keys", type_=ARRAY(Uuid()))
"""The keys that a statement is asked for: say `column == any_(KEYS)`."""
_ONE_KEY = "key_alone"


class StatementRefused(TypeError):
    """A select that cannot be run as it was compiled."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """The text of a select and the names of its parameters, in the order PostgreSQL wants them."""

    text: str
    parameters: tuple[str, ...]
    constants: Mapping[str, object]
    personal: bool = False
    """Whether the answer depends on who asks, beyond the centre and how far they see."""
    looks_up: bool = False
    """Whether KEYS are looked up and nothing else, so that one that comes twice changes nothing."""

    def arguments(self, given: Mapping[str, object]) -> list[object]:
        """Put the parameters' values into order; a missing one raises KeyError."""
        return [given[name] if name in given else self.constants[name] for name in self.parameters]


def compile_select(select: AnySelect) -> Compiled:
    """Compile a select, refusing what could not be run without further work."""
    compiled = select.compile(dialect=DIALECT)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - narrows the type; a select compiles to this
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise StatementRefused("Say `column == any_(parameter)` instead of `in_()`.")
    worked = [name for name, bind in compiled.binds.items() if needs_python(bind.type)]
    if worked:
        raise StatementRefused(f"Parameters need Python work: {worked}")
    constants = {
        name: bind.value for name, bind in compiled.binds.items() if not bind.required and bind.value is not None
    }
    parameters = tuple(compiled.positiontup or ())
    return Compiled(
        str(compiled),
        parameters,
        constants,
        personal=not _OF_A_PERSON.isdisjoint(parameters),
        looks_up=KEYS.key in parameters and looks_up(str(compiled), parameters.index(KEYS.key) + 1),
    )


def _of_one_key(compiled: Compiled) -> Compiled:
    """Answer a statement that looks KEYS up as it is for one key; any other as it is."""
    if not compiled.looks_up:
        return compiled
    text = for_one_key(compiled.text, compiled.parameters.index(KEYS.key) + 1)
    parameters = tuple(_ONE_KEY if name == KEYS.key else name for name in compiled.parameters)
    return Compiled(text, parameters, compiled.constants, compiled.personal)


def needs_python(kind: TypeEngine[Any]) -> bool:
    """Tell whether a parameter's values would need a function of SQLAlchemy; lists and bytes only seem to."""
    if isinstance(kind, ARRAY):
        return needs_python(kind.item_type)
    bare = kind.dialect_impl(DIALECT)
    return not isinstance(bare, LargeBinary) and bare.bind_processor(DIALECT) is not None


class Span(StrEnum):
    """How many centres one statement reads: one's own, but for actors above the centres (decision 4)."""

    CENTRE = "CENTRE"
    """The actor's: `centre_id = $n`."""
    CENTRES = "CENTRES"
    """Those it is asked about: `centre_id = any($n)`; row security opens few tables to it."""
    NETWORK = "NETWORK"
    """All of them, for the list of centres alone; or what belongs to none: catalogues."""


Spared = frozenset[str]
"""Columns of a select, by their names there, that nobody will ask its rows for."""
NOTHING_SPARED: Spared = frozenset()


class Statement:
    """A select built by a function of the actor's sight and of the statement's shape, compiled once for each."""

    def __init__(self, build: Callable[..., AnySelect], *, spans: Sequence[Span] = ()) -> None:
        self.build = build
        self.spans = tuple(spans)
        """The spans it can have, its shape's first part; none: it is always the actor's centre's."""
        self.__name__ = build.__name__
        self.__doc__ = build.__doc__
        self.__module__ = build.__module__
        self.compiled = lru_cache(maxsize=512)(self._compile)
        self.sparing = lru_cache(maxsize=512)(self._compile_sparing)
        self._chosen = lru_cache(maxsize=512)(self._choose)

    def said(
        self,
        sight: Sight,
        shape: Sequence[Hashable],
        given: Mapping[str, Any],
        *,
        spared: Spared = frozenset(),
    ) -> tuple[Compiled, list[object]]:
        """Answer what to say to the database for these parameters, and its arguments in their order."""
        keys = given.get(KEYS.key)
        if keys is None or len(keys) != 1:
            compiled = self.sparing(spared, sight, *shape) if spared else self.compiled(sight, *shape)
            if keys is not None and compiled.looks_up:
                given = {**given, KEYS.key: as_many_as_expected(keys)}
            return compiled, compiled.arguments(given)
        compiled = self._chosen(spared, sight, *shape)
        return compiled, compiled.arguments({**given, _ONE_KEY: keys[0]})

    def _choose(self, spared: Spared, sight: Sight, *shape: Hashable) -> Compiled:
        return _of_one_key(self.sparing(spared, sight, *shape) if spared else self.compiled(sight, *shape))

    def _compile(self, sight: Sight, *shape: Hashable) -> Compiled:
        return compile_select(self.build(sight, *shape))

    def _compile_sparing(self, spared: Spared, sight: Sight, *shape: Hashable) -> Compiled:
        """Compile the select without these of its columns; what it sorts and chooses by is as before."""
        whole = self.build(sight, *shape)
        kept = [column for column in whole.selected_columns if column.key not in spared]
        return compile_select(whole.with_only_columns(*kept, maintain_column_froms=True))


STATEMENTS: list[Statement] = []
"""Every statement of the product, for the architecture tests that compile them all."""


def statement(build: Callable[..., AnySelect]) -> Statement:
    """Declare a select. `build` takes the actor's sight first, then what its shape depends on."""
    made = Statement(build)
    STATEMENTS.append(made)
    return made


def spanning(*spans: Span) -> Callable[[Callable[..., AnySelect]], Statement]:
    """Declare a select that reads as many centres as it is told, or the network's own tables: `build(sight, span)`."""

    def declare(build: Callable[..., AnySelect]) -> Statement:
        made = Statement(build, spans=spans)
        STATEMENTS.append(made)
        return made

    return declare


CENTRES: Any = bindparam("centres", type_=ARRAY(Uuid()))
"""The centres that a statement of Span.CENTRES is asked about."""


def of_centre(entity: type[CentreRow], span: Span = Span.CENTRE) -> ColumnElement[bool]:
    """Confine a table to the actor's centre, by a predicate beside row security (decisions 1 and 10)."""
    predicate: ColumnElement[bool]
    match span:
        case Span.CENTRE:
            predicate = entity.centre_id == ACTOR_CENTRE
        case Span.CENTRES:
            predicate = entity.centre_id == any_(CENTRES)
        case Span.NETWORK:
            predicate = true()
    return predicate


def live(
    entity: type[CentreRow], sight: Sight, *, deleted: bool = False, span: Span = Span.CENTRE
) -> ColumnElement[bool]:
    """Answer what every select of a table begins with: its centre, not deleted, within the actor's sight.

    `deleted=True` asks for the deleted ones instead, for restoring them.
    """
    conditions = [of_centre(entity, span)]
    if issubclass(entity, SoftDeleted):
        column = entity.deleted_at
        conditions.append(column.is_not(None) if deleted else column.is_(None))
    rule = entity.record_rule(sight)
    if rule is not None:
        conditions.append(rule)
    return and_(*conditions)


def actor_parameters(actor: Actor) -> dict[str, object]:
    """Answer the parameters that come from the actor, never from a caller."""
    return {
        "actor_centre": actor.centre_id,
        "actor_user": actor.user_id,
        "actor_client": actor.client_id,
        "actor_teams": list(actor.team_ids),
    }


class Reads(Protocol):
    """What selectors read through: a request's reader or a unit of work."""

    @property
    def actor(self) -> Actor:
        """Whose transaction it is."""

    async def all(self, statement: Statement, *shape: Hashable, **parameters: object) -> Sequence[Record]:
        """Run a statement and answer all its rows."""

    async def one(self, statement: Statement, *shape: Hashable, **parameters: object) -> Record | None:
        """Run a statement and answer its first row, or None."""


class ReadsAnyColumns(Reads, Protocol):
    """A request's reader."""

    async def read(
        self, statement: Statement, shape: Sequence[Hashable], parameters: Mapping[str, object], *, spared: Spared
    ) -> Sequence[Record]:
        """Run a statement and answer all its rows, without the columns that are spared."""


@dataclass(frozen=True, slots=True)
class Sparing:
    """Reads through a reader, some columns left out."""

    reader: ReadsAnyColumns
    spared: Spared

    @property
    def actor(self) -> Actor:
        """Whose reads these are."""
        return self.reader.actor

    async def all(self, statement: Statement, *shape: Hashable, **parameters: object) -> Sequence[Record]:
        """Run a statement and answer all its rows."""
        return await self.reader.read(statement, shape, parameters, spared=self.spared)

    async def one(self, statement: Statement, *shape: Hashable, **parameters: object) -> Record | None:
        """Run a statement and answer its first row, or None."""
        rows = await self.all(statement, *shape, **parameters)
        return rows[0] if rows else None


async def aligned(reads: Reads, statement: Statement, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer the records with these keys, in their order, None for those that are not there for the actor."""
    wanted = list(dict.fromkeys(keys))
    found = {row["key"]: row for row in await reads.all(statement, keys=wanted)} if wanted else {}
    return [found.get(key) for key in keys]


async def aligned_optional(reads: Reads, statement: Statement, keys: Sequence[UUID | None]) -> list[Record | None]:
    """Answer like `aligned` where some keys are absent."""
    present = [key for key in keys if key is not None]
    found = dict(zip(present, await aligned(reads, statement, present), strict=True))
    return [None if key is None else found[key] for key in keys]


async def grouped(reads: Reads, statement: Statement, keys: Sequence[UUID], *, by: str) -> list[list[Record]]:
    """Answer the records under each of these parents, in the parents' order; for lists bounded by a rule."""
    wanted = list(dict.fromkeys(keys))
    found: dict[UUID, list[Record]] = {key: [] for key in wanted}
    if wanted:
        for row in await reads.all(statement, keys=wanted):
            found[row[by]].append(row)
    return [found[key] for key in keys]


Place = tuple[UUID, UUID]
"""A record's centre and its key there: a person has one key at all centres."""


async def _rows_at(reads: Reads, statement: Statement, places: Sequence[Place]) -> Sequence[Record]:
    own = reads.actor.centre_id
    if reads.actor.at_platform:
        centres, keys = {centre for centre, _ in places}, {key for _, key in places}
        return await reads.all(statement, Span.CENTRES, centres=list(centres), keys=list(keys)) if places else []
    wanted = {key for centre, key in places if centre == own}
    return await reads.all(statement, Span.CENTRE, keys=list(wanted)) if wanted else []


async def aligned_at(reads: Reads, statement: Statement, places: Sequence[Place | None]) -> list[Record | None]:
    """Answer the records at these places, in their order, None where there is none for the actor."""
    rows = await _rows_at(reads, statement, [place for place in places if place is not None])
    found = {(row["centre_id"], row["key"]): row for row in rows}
    return [None if place is None else found.get(place) for place in places]


async def grouped_at(reads: Reads, statement: Statement, places: Sequence[Place], *, by: str) -> list[list[Record]]:
    """Answer the records under the parents at these places; for lists bounded by a rule."""
    found: dict[Place, list[Record]] = {}
    for row in await _rows_at(reads, statement, places):
        found.setdefault((row["centre_id"], row[by]), []).append(row)
    return [found.get(place, []) for place in places]
