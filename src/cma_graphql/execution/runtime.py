"""What generated code falls back on for values that are not the usual ones: one at a time, as graphql-core does it.

Nulls where they are refused, exceptions in the place of values, awaitables, iterables that are no lists, interfaces
and unions: all of it ends up here, and nothing of it slows down the rest.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from graphql import GraphQLError, Undefined, is_abstract_type
from graphql.execution import Executor
from graphql.pyutils import inspect, is_iterable
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE

from cma_graphql.execution.calling import is_awaitable, settle
from cma_graphql.execution.info import PositionInfo
from cma_graphql.execution.plan import Position, Rows, Source
from cma_graphql.execution.run import Late, Origin, Run
from cma_graphql.execution.views import class_decides


async def together(run: Run, *jobs: Coroutine[Any, Any, None]) -> None:
    """Do several things at once: positions whose resolvers wait for something. The first failure ends it."""
    await asyncio.gather(*[run.executor.begin(job) for job in jobs])


# Leaves


def complete_rows(rows: Rows, sources: Sequence[Any], columns: Mapping[int, Sequence[Any]], run: Run) -> list[Any]:
    """Make the results of rows whose leaves are not all the usual ones; `columns` holds what methods answered."""
    made = []
    for row, source in enumerate(sources):
        result: dict[str, Any] = {}
        made.append(result)
        for position in rows.positions:
            if position.source is Source.CONSTANT:
                result[position.key] = rows.type.name
            elif position.number in columns:
                complete_leaf(position, row, columns[position.number][row], run, result)
            elif position.is_leaf and position.source is Source.ATTRIBUTE:
                complete_leaf(position, row, _attribute(position, source), run, result)
            else:
                result[position.key] = None
    return made


def complete_column(position: Position, values: Sequence[Any], made: Sequence[dict[str, Any]], run: Run) -> None:
    """Complete a leaf in all rows."""
    for row, (result, value) in enumerate(zip(made, values, strict=True)):
        complete_leaf(position, row, value, run, result)


def complete_leaf(position: Position, row: int, value: Any, run: Run, result: dict[str, Any]) -> None:
    """Complete one leaf and put it into its place."""
    result[position.key] = _leaf(position, row, (), value, run, result, position.key)


def _leaf(  # noqa: PLR0917 - what there is to know of one value
    position: Position, row: int, indices: tuple[int, ...], value: Any, run: Run, container: Any, key: str | int
) -> Any:
    """Answer a completed leaf, or None where it is to be waited for or failed."""
    level = len(indices)
    try:
        if isinstance(value, Exception):
            raise value  # noqa: TRY301 - where errors are noted
        if is_awaitable(value) or (level < len(position.required) - 1 and hasattr(type(value), "__aiter__")):
            run.late.append(Late(position, row, indices, value, container, key))
            return None
        if value is None or value is Undefined:
            if position.required[level]:
                raise _null(position)  # noqa: TRY301 - the same
            return None
        if level == len(position.required) - 1:
            return Executor.complete_leaf_value(position.kind, value)  # type: ignore[arg-type] # it is a leaf's
        if not is_iterable(value):
            raise _no_list(position)  # noqa: TRY301 - the same
        completed: list[Any] = []
        for index, item in enumerate(value):
            completed.append(None)
            completed[index] = _leaf(position, row, (*indices, index), item, run, completed, index)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this value's
        run.fail(position, row, indices, error)
        return None
    return completed


async def complete_late(run: Run) -> None:
    """Wait for leaves that turned out to be awaitable, and complete them."""
    while run.late:
        late, run.late = run.late, []
        values = await settle([each.value if is_awaitable(each.value) else _collected(each.value) for each in late])
        for each, value in zip(late, values, strict=True):
            completed = _leaf(each.position, each.row, each.indices, value, run, each.container, each.key)
            each.container[each.key] = completed


def give_up_late(run: Run) -> None:
    """Close coroutines that nobody will wait for."""
    for each in run.late:
        if asyncio.iscoroutine(each.value):
            each.value.close()


# Objects


def attributes(position: Position, sources: Sequence[Any]) -> list[Any]:
    """Read an attribute of each object; what reading it raises stands in its place."""
    return [_attribute(position, source) for source in sources]


def _attribute(position: Position, source: Any) -> Any:
    assert position.declared is not None  # noqa: S101 - attributes are strawberry's
    try:
        return getattr(source, position.declared.python_name)
    except Exception as error:  # noqa: BLE001 - the field's
        return error


async def complete_objects(position: Position, values: Sequence[Any], made: Sequence[dict[str, Any]], run: Run) -> None:
    """Complete the objects of a position, whatever they are, and put them into the rows above."""
    values = await settle(values)
    completing = _Objects(position, run)
    if len(position.required) == 1:
        objects: list[Any] = [await completing.one(value, row, ()) for row, value in enumerate(values)]
    else:
        objects = [await completing.several(value, row) for row, value in enumerate(values)]
    results = iter(await completing.results(objects))
    key = position.key
    for result, value in zip(made, objects, strict=True):
        if value is None:
            result[key] = None
        elif len(position.required) == 1:
            result[key] = next(results)
        else:
            result[key] = [None if item is None else next(results) for item in value]


class _Objects:
    """The objects of one position, sorted by their type."""

    def __init__(self, position: Position, run: Run) -> None:
        self._position = position
        self._run = run
        self._found: dict[str, tuple[list[Any], list[int]]] = {}
        self._count = 0

    async def several(self, value: Any, row: int) -> list[Any] | None:
        """Take a list; None where it is null or none."""
        position = self._position
        try:
            if isinstance(value, Exception):
                raise value  # noqa: TRY301 - where errors are noted
            if value is None or value is Undefined:
                if position.required[0]:
                    raise _null(position)  # noqa: TRY301 - the same
                return None
            if hasattr(type(value), "__aiter__"):
                value = await _collected(value)
            elif not is_iterable(value):
                raise _no_list(position)  # noqa: TRY301 - the same
            items = await settle(list(value))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the list's
            self._run.fail(position, row, (), error)
            return None
        return [await self.one(item, row, (index,)) for index, item in enumerate(items)]

    async def one(self, value: Any, row: int, indices: tuple[int, ...]) -> Any:
        """Take an object; None where it is null or of no type it could be."""
        position = self._position
        try:
            if isinstance(value, Exception):
                raise value  # noqa: TRY301 - where errors are noted
            if value is None or value is Undefined:
                if position.required[len(indices)]:
                    raise _null(position)  # noqa: TRY301 - the same
                return None
            name = await self._type_of(value, row)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the object's
            self._run.fail(position, row, indices, error)
            return None
        objects, numbers = self._found.setdefault(name, ([], []))
        objects.append(value)
        numbers.append(self._count)
        self._count += 1
        return value

    async def _type_of(self, value: Any, row: int) -> str:
        """Answer the name of an object's type. Raises what graphql-core does where it can have none."""
        position, run, kind = self._position, self._run, type(value)
        known = position.types_of.get(kind)
        is_cast = TYPE_CAST_ATTRIBUTE in getattr(value, "__dict__", ())
        if known is not None and not is_cast:
            return known
        declared: Any = position.kind
        info: Any = PositionInfo(position, run, row)
        if is_abstract_type(declared):
            resolved: Any = (declared.resolve_type or run.executor.type_resolver)(value, info, declared)
            if is_awaitable(resolved):
                resolved = await resolved
            declared = run.executor.ensure_valid_runtime_type(resolved, declared, position.details, info, value)
        if declared.is_type_of is not None:
            fits = declared.is_type_of(value, info)
            if is_awaitable(fits):
                fits = await fits
            if not fits:
                raise GraphQLError(f"Expected value of type '{declared}' but got: {inspect(value)}.", position.nodes)
        if not is_cast and class_decides(position.kind, declared, kind):
            position.types_of[kind] = declared.name
            if not is_abstract_type(position.kind):
                position.plain.add(kind)
        return str(declared.name)

    async def results(self, objects: Sequence[Any]) -> list[Any]:
        """Make the results of all objects, in their order."""
        results: list[Any] = [None] * self._count
        several = len(self._found) > 1
        for name, (found, numbers) in self._found.items():
            rows = self._position.below[name]
            self._run.origins[rows.number] = Origin(objects, numbers if several else None)
            made = rows.function(found, self._run)
            for number, result in zip(numbers, await made if rows.is_async else made, strict=True):
                results[number] = result
        return results


async def _collected(values: Any) -> list[Any]:
    return [value async for value in values]


def _null(position: Position) -> TypeError:
    return TypeError(f"Cannot return null for non-nullable field {position.rows.type}.{position.name}.")


def _no_list(position: Position) -> GraphQLError:
    return GraphQLError(f"Expected Iterable, but did not find one for field '{position.rows.type}.{position.name}'.")
