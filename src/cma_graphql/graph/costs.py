"""What an operation costs, worked out from its document alone and the values of the variables that decide it.

Each definition is read once. What no variable decides is added up there and then; what is left of most operations is
one step or two, such as a page's size, which every request goes through in a few microseconds. Fragments count
wherever they are spread, but each is added up once: a document whose fragments double at every step costs no more to
price than to read.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    ValueNode,
    VariableNode,
    get_named_type,
    value_from_ast_untyped,
)

from cma_graphql.graph.cost_rules import Rule, rules_of
from cma_graphql.graph.cost_steps import Definition, Size, Step, Sum, Variables, measured

_SWITCHES = {"skip": False, "include": True}
"""What `if` has to be for a selection to count."""
_NOTHING = Rule()
"""The rule of `__typename`."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation costs."""

    operation: Definition
    fragments: tuple[tuple[str, Definition], ...]
    """Those whose cost a variable decides, each after those that it spreads."""
    defaults: Mapping[str, Any]
    """The values of variables that are not given."""

    def of(self, variables: Variables) -> int:
        """Answer the cost with these variables, which need not fit the operation."""
        total = self.operation.fixed
        if self.operation.steps:
            if self.defaults:
                variables = {**self.defaults, **variables}
            fragments: dict[str, Sum] = {}
            for name, fragment in self.fragments:
                fragments[name] = fragment.total(variables, fragments)
            total = self.operation.total(variables, fragments)
        return math.ceil(total[0] + total[1])


def costs_of(schema: GraphQLSchema, document: DocumentNode) -> dict[str, Cost]:
    """Answer the costs of a valid document's operations, by their names; empty is the name of one that has none."""
    reader = _Reader(schema)
    operations = []
    fragments = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.append(definition)
        elif isinstance(definition, FragmentDefinitionNode):
            fragments[definition.name.value] = reader.read(definition)
    varying = []
    for name in _in_order(fragments):
        fragments[name].fold(fragments)
        if fragments[name].steps:
            varying.append((name, fragments[name]))
    costs = {}
    for operation in operations:
        read = reader.read(operation)
        read.fold(fragments)
        name = operation.name.value if operation.name else ""
        costs[name] = Cost(read, tuple(varying) if read.steps else (), _defaults(operation) if read.steps else {})
    return costs


class _Reader:
    """Reads definitions, without following what they spread."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._rules = rules_of(schema)

    def read(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> Definition:
        """Read one definition."""
        if isinstance(definition, OperationDefinitionNode):
            kind: GraphQLNamedType | None = self._schema.get_root_type(definition.operation)
        else:
            kind = self._schema.get_type(definition.type_condition.name.value)
        steps: list[Step] = []
        waiting = [(selection, kind, -1) for selection in definition.selection_set.selections]
        while waiting:
            node, kind, above = waiting.pop()
            conditions = _conditions(node)
            if conditions is None or kind is None:
                continue
            step = Step(above, conditions)
            steps.append(step)
            if isinstance(node, FragmentSpreadNode):
                step.spread = node.name.value
                continue
            below, kind = self._below(node, kind, step)
            waiting += [(selection, kind, len(steps) - 1) for selection in below]
        return Definition(steps)

    def _below(
        self, node: SelectionNode, kind: GraphQLNamedType, step: Step
    ) -> tuple[Sequence[SelectionNode], GraphQLNamedType | None]:
        """Set a step's rule and size; answer what stands below it, and of which type that is."""
        if isinstance(node, InlineFragmentNode):
            named = node.type_condition
            return node.selection_set.selections, self._schema.get_type(named.name.value) if named else kind
        if not isinstance(node, FieldNode):
            raise TypeError(f"{type(node).__name__} is no selection.")
        definition = self._schema.get_field(kind, node.name.value)  # type: ignore[arg-type] # it has fields
        if definition is None:
            return (), None
        step.rule = self._rules.get((kind.name, node.name.value), _NOTHING)
        step.size = _size(node, step.rule)
        below = node.selection_set
        return below.selections if below is not None else (), get_named_type(definition.type)


def _in_order(fragments: Mapping[str, Definition]) -> Iterator[str]:
    """Answer the fragments' names, each after those that it spreads; without recursion, as chains may be long."""
    done: set[str] = set()
    for first in fragments:
        if first in done:
            continue
        done.add(first)
        path = [(first, iter(_spreads(fragments[first])))]
        while path:
            name, spreads = path[-1]
            following = next((each for each in spreads if each in fragments and each not in done), None)
            if following is not None:
                done.add(following)
                path.append((following, iter(_spreads(fragments[following]))))
            else:
                path.pop()
                yield name


def _spreads(definition: Definition) -> list[str]:
    return [step.spread for step in definition.steps if step.spread is not None]


def _conditions(node: SelectionNode) -> tuple[tuple[str, bool], ...] | None:
    """Answer the variables that decide whether a selection counts; None where the document says that it does not."""
    if not node.directives:
        return ()
    conditions = []
    for directive in node.directives:
        wanted = _SWITCHES.get(directive.name.value)
        if wanted is None:
            continue
        for argument in directive.arguments or ():
            value = argument.value
            if isinstance(value, VariableNode):
                conditions.append((value.name.value, wanted))
            elif isinstance(value, BooleanValueNode) and value.value is not wanted:
                return None
    return tuple(conditions)


def _size(node: FieldNode, rule: Rule) -> float | Size:
    """Answer the size of a field."""
    otherwise = rule.several if rule.page is None else rule.page
    if not rule.slicing or not node.arguments:
        return otherwise
    arguments = {argument.name.value: argument.value for argument in node.arguments}
    written: float | None = None
    variables = []
    for name, *path in rule.slicing:
        value, below = _walk(arguments.get(name), path)
        if isinstance(value, VariableNode):
            variables.append((value.name.value, below))
        elif value is not None and (given := value_from_ast_untyped(value)) is not None:
            written = max(written or 0, measured(given))
    if variables:
        return Size(otherwise, tuple(variables), written)
    return otherwise if written is None else written


def _walk(value: ValueNode | None, path: Sequence[str]) -> tuple[ValueNode | None, tuple[str, ...]]:
    """Go down into an argument's value; answer where a variable stands on the way, and what is left of the path."""
    for done, key in enumerate(path):
        if not isinstance(value, ObjectValueNode):
            return (value, tuple(path[done:])) if isinstance(value, VariableNode) else (None, ())
        value = next((each.value for each in value.fields if each.name.value == key), None)
    return value, ()


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
