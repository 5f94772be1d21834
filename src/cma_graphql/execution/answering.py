"""Makes the answer of a run: errors located and in order, and nulls where the specification puts them."""

from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.error import located_error

from cma_graphql.execution.run import Fault, Place, Run, nulled_above

Path = tuple[str | int, ...]


def answer(data: dict[str, Any] | None, run: Run) -> ExecutionResult:
    """Answer data and errors; data is None where the run was given up, since it would be null.

    Errors are in the document's order, those that took fewer waits first, as graphql-core comes upon them. Of
    several that make the same place null the first is told, and none below a place that is null already.
    """
    if not run.faults:
        return ExecutionResult(data, None)
    located = [(fault, _place(fault, run)) for fault in run.faults]
    located.sort(key=lambda each: (each[0].position.step, each[1].order))
    nulled: set[Path] = set()
    errors: list[GraphQLError] = []
    for fault, place in located:
        path = _nulled(fault, place)
        if any(path[:length] in nulled for length in range(len(path) + 1)):
            continue
        nulled.add(path)
        errors.append(located_error(fault.error, fault.position.nodes, list(place.path)))
        if not path:
            data = None
        elif data is not None:
            _make_null(data, path)
    return ExecutionResult(data, errors)


def _place(fault: Fault, run: Run) -> Place:
    position = fault.position
    above = run.places(position.rows)[fault.row]
    path, order = (*above.path, position.key), (*above.order, position.order)
    return Place((*path, *fault.indices), (*order, *fault.indices))


def _nulled(fault: Fault, place: Place) -> Path:
    """Answer the path of what an error makes null."""
    found = nulled_above(fault)
    if found is None:
        return ()
    position, level = found
    steps, above = 0, fault.position
    depth = len(fault.indices)
    while above is not position:
        steps += 1 + depth
        rows_above = above.rows.position
        assert rows_above is not None  # noqa: S101 - `position` is above
        above, depth = rows_above, len(rows_above.required) - 1
    return place.path[: len(place.path) - steps - (depth - level)]


def _make_null(data: Any, path: Path) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = None
