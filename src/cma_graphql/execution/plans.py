"""The plans of a schema: made when they pay, kept within bounds, the most recently used.

An operation with lists is compiled when it is first seen: that costs less than validating it, and its rows pay it back
at once. Another is compiled when it is seen again.

A plan is kept under its document's text, the operation's name and the values of the variables that `@skip` and
`@include` ask for; never under an identity, which Python gives anew.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.execution.values import VariableValues

from cma_graphql.execution.codegen import generate
from cma_graphql.execution.counts import Counts, Way
from cma_graphql.execution.plan import Planner, Rows
from cma_graphql.execution.refusing import NotPlanned

_EXTENSION = "cma_graphql.execution.plans"
_MOST_VARIANTS = 16
"""How many choices of what `@skip` and `@include` leave in are kept of one operation."""
_TEXT = 200
"""How many characters of a document weigh as much as a field of a plan."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A compiled operation."""

    root: Rows
    code: str
    fields: int
    names: dict[str, Any] = field(repr=False)
    """What its code calls by name, itself among it."""

    def __del__(self) -> None:
        """Part what holds itself in circles, once no cache and no execution has the plan.

        It is old by then, and the collector that would find the circles looks among the old once in hours: operations
        that are never the same would take memory until it does.
        """
        for each in self.names.values():
            if isinstance(each, Rows):
                each.position = None
                each.positions.clear()
        self.names.clear()


@dataclass(slots=True)
class _Known:
    """What is known of one operation of a document."""

    switches: tuple[str, ...]
    """The variables that `@skip` and `@include` ask for."""
    weight: int
    plans: dict[tuple[Any, ...], Plan | Way] = field(default_factory=dict)


def make_plan(
    schema: GraphQLSchema,
    fragments: Mapping[str, FragmentDetails],
    operation: OperationDefinitionNode,
    variables: VariableValues,
    *,
    only_lists: bool = False,
) -> Plan:
    """Compile an operation; `only_lists` where it has lists. Raises NotPlanned for what is left to graphql-core."""
    planner = Planner(schema, fragments, operation, variables)
    try:
        root = planner.plan()
    except RecursionError:
        raise NotPlanned(Way.TOO_LARGE) from None
    if only_lists and not planner.has_lists:
        raise NotPlanned(Way.FIRST_SIGHT)
    code, names = generate(planner.all_rows)
    return Plan(root, code, planner.fields, names)


class Plans:
    """The plans of one schema."""

    def __init__(self, schema: GraphQLSchema, *, most_fields: int = 10_000) -> None:
        """Take the schema. `most_fields` is how many fields are kept planned in all: 10,000 take about 25 MB."""
        self._schema = schema
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._capacity = self._room = most_fields
        self.counts = Counts()

    def __len__(self) -> int:
        """Tell how many operations are known."""
        return len(self._known)

    @property
    def weight(self) -> int:
        """How much of the capacity is taken."""
        return self._capacity - self._room

    def find(
        self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails], variables: VariableValues
    ) -> Plan | Way:
        """Answer the plan of an operation, or why graphql-core is to execute it."""
        if operation.loc is None:
            return Way.NO_TEXT
        key = (operation.loc.source.body, operation.name.value if operation.name else "")
        known = self._known.get(key)
        first = known is None
        if known is None:
            known = self._known[key] = _Known(switches_in(operation, fragments), 1 + len(key[0]) // _TEXT)
            self._take(known.weight)
        else:
            self._known.move_to_end(key)
        chosen = tuple([variables.coerced.get(name) for name in known.switches])
        plan = known.plans.get(chosen)
        if plan is None:
            plan = self._make(operation, fragments, variables, first=first)
            if plan is not Way.FIRST_SIGHT:
                self._keep(known, chosen, plan)
        return plan

    def _make(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        variables: VariableValues,
        *,
        first: bool,
    ) -> Plan | Way:
        try:
            return make_plan(self._schema, fragments, operation, variables, only_lists=first)
        except NotPlanned as reason:
            return reason.way

    def _keep(self, known: _Known, chosen: tuple[Any, ...], plan: Plan | Way) -> None:
        """Keep a variant of an operation, in place of the oldest where there are as many as are kept.

        Were it left to graphql-core instead, anybody could have pages executed many times as slowly.
        """
        dropped = None
        if len(known.plans) >= _MOST_VARIANTS:
            dropped = known.plans.pop(next(iter(known.plans)))
        known.plans[chosen] = plan
        weight = _weight(plan) - _weight(dropped)
        known.weight += weight
        self._take(weight)

    def _take(self, weight: int) -> None:
        """Take room, from those that were used the longest time ago; the last comer stays."""
        self._room -= weight
        while self._room < 0 and len(self._known) > 1:
            _, dropped = self._known.popitem(last=False)
            self._room += dropped.weight


def _weight(plan: Plan | Way | None) -> int:
    return plan.fields if isinstance(plan, Plan) else 0


def plans_of(schema: GraphQLSchema) -> Plans:
    """Answer the plans of a schema, which keeps them."""
    found: Plans | None = schema.extensions.get(_EXTENSION)
    if found is None:
        found = schema.extensions[_EXTENSION] = Plans(schema)
    return found


def switches_in(
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDetails],
    *,
    directive: str | None = None,
) -> tuple[str, ...]:
    """Answer the variables that decide what `@skip` and `@include`, or one of them, leave in."""
    found = _Switches({"skip", "include"} if directive is None else {directive})
    visit(operation, found)
    for each in fragments.values():
        visit(each.definition, found)
    return tuple(sorted(found.names))


class _Switches(Visitor):
    def __init__(self, directives: set[str]) -> None:
        super().__init__()
        self._directives = directives
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Look at a directive."""
        if node.name.value in self._directives:
            self.names |= {
                each.value.name.value for each in node.arguments or () if isinstance(each.value, VariableNode)
            }
