"""Calls the resolvers of a position; arguments, which are the same for all its objects, are read once."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from enum import Enum
from typing import Any

from graphql import ValueNode, VariableNode
from graphql.execution.values import get_argument_values
from graphql.language import ListValueNode, ObjectValueNode
from strawberry.exceptions import WrongNumberOfResultsReturned
from strawberry.types.arguments import convert_arguments

from cma_graphql.execution.info import PositionInfo, info_for
from cma_graphql.execution.plan import Position
from cma_graphql.execution.run import Run

NOT_AT_ONCE = "GraphQL execution failed to complete synchronously."
"""What graphql-core says of an operation that has to wait where there is no event loop."""

_UNCHANGEABLE = (str, int, float, bool, type(None), Enum)


async def call_batch(position: Position, sources: Sequence[Any], run: Run) -> Sequence[Any]:
    """Call a batched resolver once for all objects. Its error is everyone's."""
    run.go_on()
    info = info_for(position, run)
    try:
        values = [*await position.function(list(sources), info, **_converted(position, run))]
        if len(values) != len(sources):
            raise WrongNumberOfResultsReturned(expected=len(sources), received=len(values))  # noqa: TRY301 - where errors are noted
    except Exception as error:  # noqa: BLE001 - whatever a resolver raises is its fields' error
        return [error] * len(sources)
    return values


def call_methods(position: Position, sources: Sequence[Any], run: Run) -> list[Any]:
    """Call a resolver for each object; what it raises stands in the place of its value."""
    run.go_on()
    function, name = position.function, position.wants_info
    try:
        given = _converted(position, run)
    except Exception as error:  # noqa: BLE001 - an argument that cannot be read is the field's error
        return [error] * len(sources)
    if position.together is not None and sources:
        with suppress(Exception):  # each by itself then, to tell whose it was
            answered: list[Any] = position.together(sources, info_for(position, run))
            return answered
    values: list[Any] = []
    for row, source in enumerate(sources):
        try:
            if name is not None:
                values.append(function(source, **given, **{name: info_for(position, run, row)}))
            else:
                values.append(function(source, **given) if given else function(source))
        except Exception as error:  # noqa: BLE001 - each object's own
            values.append(error)
    return values


def call_resolvers(position: Position, sources: Sequence[Any], run: Run) -> list[Any]:
    """Resolve a field for each object as strawberry does, extensions and all."""
    run.go_on()
    try:
        given = _arguments(position, run)
    except Exception as error:  # noqa: BLE001 - the same
        return [error] * len(sources)
    values: list[Any] = []
    for row, source in enumerate(sources):
        try:
            values.append(position.function(source, PositionInfo(position, run, row), **given))
        except Exception as error:  # noqa: BLE001 - the same
            values.append(error)
    return values


def is_awaitable(value: Any) -> bool:
    """Tell whether a value is still to be waited for."""
    return hasattr(type(value), "__await__")


async def settle(values: Sequence[Any]) -> Sequence[Any]:
    """Wait for those values that are awaitable, all at once; an error stands in the place of its value.

    Whoever is cancelled here cancels them all, and goes on once they have ended. Raises RuntimeError, and waits for
    none, where several wait and there is no event loop.
    """
    waiting = [index for index, value in enumerate(values) if is_awaitable(value)]
    if not waiting:
        return values
    settled = list(values)
    if len(waiting) == 1:
        (index,) = waiting
        try:
            settled[index] = await values[index]
        except Exception as error:  # noqa: BLE001 - the same
            settled[index] = error
        return settled
    try:
        asyncio.get_running_loop()
    except RuntimeError:  # gather would make a loop that nobody closes, or fail by what else the thread has done
        for index in waiting:
            if isinstance(values[index], Coroutine):
                values[index].close()
        raise RuntimeError(NOT_AT_ONCE) from None
    results = await asyncio.gather(*(values[index] for index in waiting), return_exceptions=True)
    for index, result in zip(waiting, results, strict=True):
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
        settled[index] = result
    return settled


def _arguments(position: Position, run: Run) -> dict[str, Any]:
    """Read a field's arguments as graphql-core does."""
    definition, details = position.definition, position.details[0]
    if position.fixed is not None:
        return position.fixed
    executor = run.executor
    if not definition.args and not details.node.arguments:
        given: dict[str, Any] = {}
    else:
        given = get_argument_values(
            definition,
            details.node,
            executor.variable_values,
            details.fragment_variable_values,
            executor.hide_suggestions,
        )
    values = [argument.value for argument in details.node.arguments or ()]
    if not any(map(_has_variable, values)) and all(isinstance(each, _UNCHANGEABLE) for each in given.values()):
        position.fixed = given
    return given


def _converted(position: Position, run: Run) -> dict[str, Any]:
    """Read a field's arguments as strawberry's resolvers take them."""
    field = position.declared
    assert field is not None  # noqa: S101 - methods and batches are strawberry's
    given = _arguments(position, run)
    if field.arguments:
        schema = run.executor.schema._strawberry_schema  # noqa: SLF001 - as strawberry finds it
        given = convert_arguments(
            given,
            field.arguments,
            scalar_registry=schema.schema_converter.scalar_registry,
            config=schema.config,
            info=info_for(position, run),
        )
    for extension in field.extensions:
        given = extension.map_arguments(given)
    return given


def _has_variable(node: ValueNode) -> bool:
    return any(isinstance(each, VariableNode) for each in _values_in(node))


def _values_in(node: ValueNode) -> Iterator[ValueNode]:
    yield node
    if isinstance(node, ListValueNode):
        for item in node.values:
            yield from _values_in(item)
    elif isinstance(node, ObjectValueNode):
        for field in node.fields:
            yield from _values_in(field.value)
