"""Calls the resolvers of a position; arguments, which are the same for all its objects, are read once."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

from graphql.execution.values import get_argument_values
from strawberry.exceptions import WrongNumberOfResultsReturned

from cma_graphql.execution.coercing import is_unchangeable
from cma_graphql.execution.converting import converters_of
from cma_graphql.execution.info import PositionInfo, info_for
from cma_graphql.execution.literals import arguments_of, has_variable
from cma_graphql.execution.plan import Position
from cma_graphql.execution.run import Run

NOT_AT_ONCE = "GraphQL execution failed to complete synchronously."
"""What graphql-core says of an operation that has to wait where there is no event loop."""


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


def call_chains(position: Position, sources: Sequence[Any], run: Run) -> list[Any]:
    """Resolve a field for each object through its extensions, which were put around its resolver beforehand."""
    run.go_on()
    try:
        given = _converted(position, run)
    except Exception as error:  # noqa: BLE001 - the same
        return [error] * len(sources)
    values: list[Any] = []
    for row, source in enumerate(sources):
        try:
            values.append(position.function(source, info_for(position, run, row), **given))
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
    """Read a field's arguments as graphql-core does; they are what graphql-core reads, wherever they are unusual."""
    if position.fixed is not None:
        return position.fixed
    definition, details = position.definition, position.details[0]
    if not definition.args:
        position.fixed = {}
        return position.fixed
    read, executor = position.read, run.executor
    if read is None:
        read = position.read = arguments_of(definition, details.node)
    given: dict[str, Any] | None = None
    with suppress(Exception):  # graphql-core comes upon it as well, and tells of it
        given = read(executor.variable_values.coerced)
    if given is None:
        given = get_argument_values(
            definition,
            details.node,
            executor.variable_values,
            details.fragment_variable_values,
            executor.hide_suggestions,
        )
    if is_unchangeable(given) and not has_variable(details.node):
        position.fixed = given
    return given


def _converted(position: Position, run: Run) -> dict[str, Any]:
    """Read a field's arguments as strawberry's resolvers take them."""
    if position.fixed_converted is not None:
        return position.fixed_converted
    field = position.declared
    assert field is not None  # noqa: S101 - strawberry's
    given = _arguments(position, run)
    if field.arguments:
        convert = position.convert
        if convert is None:
            convert = position.convert = converters_of(run.executor.schema).of_arguments(field.arguments)
        given = convert(given, info_for(position, run))
    for extension in field.extensions:
        given = extension.map_arguments(given)
    if position.fixed is not None and is_unchangeable(given):
        position.fixed_converted = given
    return given
