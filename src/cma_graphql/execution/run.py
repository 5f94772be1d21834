"""One execution of a plan: where its objects came from, and what went wrong.

Nothing here costs anything while all goes well: paths are made up from the origins of rows only for errors, and for
resolvers that ask for theirs.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from graphql.pyutils import Path

from cma_graphql.execution.plan import Position, Rows


class Runs(Protocol):
    """What a run needs of the executor besides graphql-core's own attributes."""

    schema: Any
    fragment_definitions: Any
    root_value: Any
    operation: Any
    variable_values: Any
    context_value: Any
    is_awaitable: Any
    abort_signal: Any
    async_helpers: Any
    operation_extensions: Any
    hide_suggestions: bool
    type_resolver: Any

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin work of the operation's own, which ends with it."""

    def ensure_valid_runtime_type(self, *given: Any) -> Any:
        """Check what an interface or union was resolved to."""


class Nulled(Exception):
    """The whole answer is null already: there is nothing more to wait for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error of one value, not yet located."""

    position: Position
    row: int
    indices: tuple[int, ...]
    """Where in the value's own lists it is."""
    error: Exception


class Place(NamedTuple):
    """Where one object stands: its path in the answer, and what sorts it among all others in the document's order."""

    path: tuple[str | int, ...]
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """The values that the rows of one type came from."""

    values: Sequence[Any]
    """For each row above, its object or list of objects, None where there is none."""
    chosen: Sequence[int] | None = None
    """Which of these objects are of the type, where there are several types."""


@dataclass(slots=True)
class Late:
    """A leaf's value that is still to be waited for, an awaitable or an asynchronous iterable, and where it goes."""

    position: Position
    row: int
    indices: tuple[int, ...]
    value: Any
    container: Any
    key: str | int


class Run:
    """The state of one execution."""

    __slots__ = ("_is_over", "_places", "executor", "faults", "info_class", "late", "origins")

    def __init__(self, executor: Runs) -> None:
        self.executor = executor
        self.info_class = executor.schema._strawberry_schema.config.info_class  # noqa: SLF001 - as strawberry finds it
        self.faults: list[Fault] = []
        self.late: list[Late] = []
        self.origins: dict[int, Origin] = {}
        self._is_over = False
        self._places: dict[int, list[Place]] = {}

    def fail(self, position: Position, row: int, indices: tuple[int, ...], error: Exception) -> None:
        """Note an error of one value."""
        fault = Fault(position, row, indices, error)
        self.faults.append(fault)
        self._is_over = self._is_over or nulled_above(fault) is None

    def go_on(self) -> None:
        """Raise Nulled where an error has already made the whole answer null."""
        if self._is_over:
            raise Nulled

    def places(self, rows: Rows) -> list[Place]:
        """Answer where each row stands."""
        found = self._places.get(rows.number)
        if found is None:
            found = self._places[rows.number] = self._find_places(rows)
        return found

    def _find_places(self, rows: Rows) -> list[Place]:
        position = rows.position
        if position is None:
            return [Place((), ())]
        origin = self.origins[rows.number]
        found = []
        for value, above in zip(origin.values, self.places(position.rows), strict=True):
            if value is None:
                continue
            path, order = (*above.path, position.key), (*above.order, position.order)
            if len(position.required) == 1:
                found.append(Place(path, order))
            else:
                found += [
                    Place((*path, index), (*order, index)) for index, item in enumerate(value) if item is not None
                ]
        return found if origin.chosen is None else [found[index] for index in origin.chosen]

    def path(self, position: Position, row: int) -> Path:
        """Answer the path of a field of one row, as graphql-core writes it."""
        types = _types_along(position)
        path: Path | None = None
        for key in (*self.places(position.rows)[row].path, position.key):
            path = Path(path, key, None if isinstance(key, int) else next(types))
        assert path is not None  # noqa: S101 - a field has a name
        return path


def _types_along(position: Position) -> Any:
    names: list[str] = []
    above: Position | None = position
    while above is not None:
        names.append(above.rows.type.name)
        above = above.rows.position
    return reversed(names)


def nulled_above(fault: Fault) -> tuple[Position, int] | None:
    """Answer which position, and how many indices into its value, an error makes null; None: the whole answer."""
    position: Position | None = fault.position
    level = len(fault.indices)
    while position is not None:
        while level >= 0 and position.required[level]:
            level -= 1
        if level >= 0:
            return position, level
        position = position.rows.position
        level = 0 if position is None else len(position.required) - 1
    return None
