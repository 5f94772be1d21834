"""How large a document may be: depth, aliases, directives, root fields and fields, counted through fragments.

A fragment spread twice counts twice. Each definition is read once and each fragment summed up once, so a document whose
fragments double at every step costs no more to count than to read; sums stop growing at `_SATURATED`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from cma_graphql.graph.refusals import Refusal, RequestRefused

_INTROSPECTION = frozenset({"__schema", "__type"})
_SATURATED = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may ask for; each figure has its setting."""

    body_bytes: int = 1_000_000
    tokens: int = 5_000
    fields: int = 1_000
    depth: int = 12
    aliases: int = 50
    directives: int = 50
    root_fields: int = 20
    cost: int = 20_000
    values: int = 5_000
    deadline_ms: int = 10_000


@dataclass(slots=True)
class Counts:
    """What one operation or fragment selects, its fragments spelled out."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    root_fields: int = 0
    fields: int = 0
    introspects: bool = False


@dataclass(slots=True)
class _Definition:
    """What one definition selects by itself, and which fragments it spreads where."""

    own: Counts = field(default_factory=Counts)
    spreads: list["_Spread"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Spread:
    name: str
    level: int
    """Fields above the spread."""
    counts_depth: bool
    """False inside introspection, which is exempt from depth."""


_LIMITS: Sequence[tuple[str, str, str, str]] = (
    # what is counted (in Counts), whose maximum (in Limits), its setting, and how a person is told
    ("depth", "depth", "CMA_MAX_DEPTH", "levels of fields"),
    ("aliases", "aliases", "CMA_MAX_ALIASES", "aliases"),
    ("directives", "directives", "CMA_MAX_DIRECTIVES", "directives"),
    ("root_fields", "root_fields", "CMA_MAX_ROOT_FIELDS", "root fields"),
    ("fields", "fields", "CMA_MAX_FIELDS", "fields"),
)


def refuse_limit(limit: str, setting: str, maximum: int, message: str, actual: int | None = None) -> Refusal:
    """Make the error for a limit that is exceeded, naming the limit, its maximum and its setting."""
    extensions: dict[str, object] = {"limit": limit, "maximum": maximum, "setting": setting}
    if actual is not None and actual < _SATURATED:
        extensions["actual"] = actual
    return Refusal("LIMIT_REACHED", message, extensions=extensions)


def exceeded(counted: Counts, limits: Limits) -> list[Refusal]:
    """Give one error for each limit that an operation exceeds."""
    refusals = []
    for name, limit, setting, noun in _LIMITS:
        actual, maximum = getattr(counted, name), getattr(limits, limit)
        if actual > maximum:
            told = str(actual) if actual < _SATURATED else "far too many"
            message = f"The operation has {told} {noun}; at most {maximum} are allowed."
            refusals.append(refuse_limit(limit, setting, maximum, message, actual))
    return refusals


def refuse_cost(cost: int, maximum: int) -> Refusal:
    """Make the error for an operation that costs more than it may."""
    told = str(cost) if cost < _SATURATED else "far too much"
    message = f"The operation costs {told}; at most {maximum} is allowed. Ask for smaller pages, or for less at once."
    return refuse_limit("cost", "CMA_MAX_COST", maximum, message, cost)


def require_few_values(variables: Mapping[str, Any], maximum: int) -> None:
    """Raise RequestRefused where variables hold more values than a number, those of lists and objects among them.

    Each is coerced by itself, which nothing can stop: a body of a megabyte holds the event loop for half a second.
    """
    found = len(variables)
    waiting: list[Any] = [value for value in variables.values() if isinstance(value, dict | list)]
    while waiting and found <= maximum:
        value = waiting.pop()
        found += len(value)
        waiting += [
            each for each in (value.values() if isinstance(value, dict) else value) if isinstance(each, dict | list)
        ]
    if found > maximum:
        message = f"The variables hold more than {maximum} values."
        raise RequestRefused([refuse_limit("values", "CMA_MAX_VALUES", maximum, message)])


def count(document: DocumentNode) -> list[Counts]:
    """Count every operation of a document through its fragments. Cycles and unknown fragments count nothing."""
    definitions = {
        definition.name.value: _read(definition)
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    sums = _sum_fragments(definitions)
    return [
        _sum(_read(definition), sums)
        for definition in document.definitions
        if isinstance(definition, OperationDefinitionNode)
    ]


def _read(definition: OperationDefinitionNode | FragmentDefinitionNode) -> _Definition:
    """Read one definition, without following its spreads."""
    read = _Definition()
    own = read.own
    own.directives += len(definition.directives or ())
    own.directives += sum(len(variable.directives or ()) for variable in definition.variable_definitions or ())
    waiting: list[tuple[SelectionNode, int, bool]] = [
        (selection, 0, True) for selection in definition.selection_set.selections
    ]
    while waiting:
        selection, level, counts_depth = waiting.pop()
        own.directives += len(selection.directives or ())
        if isinstance(selection, FragmentSpreadNode):
            read.spreads.append(_Spread(selection.name.value, level, counts_depth))
            continue
        if isinstance(selection, FieldNode):
            own.fields += 1
            own.aliases += selection.alias is not None
            own.root_fields += level == 0
            introspects = selection.name.value in _INTROSPECTION
            own.introspects |= introspects
            counts_depth &= not introspects
            level += 1
            if counts_depth:
                own.depth = max(own.depth, level)
            below = selection.selection_set
        else:
            below = selection.selection_set if isinstance(selection, InlineFragmentNode) else None
        if below is not None:
            waiting += [(each, level, counts_depth) for each in below.selections]
    return read


def _sum(definition: _Definition, sums: Mapping[str, Counts]) -> Counts:
    """Add what the spread fragments select to what a definition selects by itself."""
    own = definition.own
    total = Counts(own.depth, own.aliases, own.directives, own.root_fields, own.fields, own.introspects)
    for spread in definition.spreads:
        below = sums.get(spread.name)
        if below is None:
            continue
        total.aliases = min(total.aliases + below.aliases, _SATURATED)
        total.directives = min(total.directives + below.directives, _SATURATED)
        total.fields = min(total.fields + below.fields, _SATURATED)
        total.introspects |= below.introspects
        if spread.level == 0:
            total.root_fields = min(total.root_fields + below.root_fields, _SATURATED)
        if spread.counts_depth:
            total.depth = min(max(total.depth, spread.level + below.depth), _SATURATED)
    return total


def _sum_fragments(definitions: Mapping[str, _Definition]) -> dict[str, Counts]:
    """Sum up each fragment once, those it spreads before itself; without recursion, as chains may be long."""
    sums: dict[str, Counts] = {}
    for first, definition in definitions.items():
        if first in sums:
            continue
        path, on_path = [(first, iter(definition.spreads))], {first}
        while path:
            name, spreads = path[-1]
            following = next(
                (
                    spread.name
                    for spread in spreads
                    if spread.name in definitions and spread.name not in sums and spread.name not in on_path
                ),
                None,
            )
            if following is not None:
                path.append((following, iter(definitions[following].spreads)))
                on_path.add(following)
                continue
            sums[name] = _sum(definitions[name], sums)
            path.pop()
            on_path.discard(name)
    return sums
