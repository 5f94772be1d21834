"""Plans an operation: which objects stand where in its answer, and where each of their fields comes from.

A *position* is a field at its place in the selection, such as `cases.edges.node.client`; however many cases there are,
there is one position. The objects of one type at one position are its *rows*. graphql-core collects and merges the
fields; what it does for every object anew is done here once for each position.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from strawberry.types.field import StrawberryField

from cma_graphql.execution.batched import batch_of
from cma_graphql.execution.chains import chain_of
from cma_graphql.execution.counts import Way
from cma_graphql.execution.refusing import NotPlanned, check_directives, unwrap
from cma_graphql.execution.views import RecordView, class_behind, class_decides

MOST_FIELDS = 1_000
"""How many fields a plan has at most, those of every type that an interface may stand for counted.

Compiling so many holds the event loop for a tenth of a second, as validating the largest document does.
"""

_OBJECT_LEVELS = 2
"""An object, or a list of them; lists of lists of objects are left to graphql-core."""


class Source(StrEnum):
    """Where the values of a position come from."""

    CONSTANT = "constant"
    """`__typename`."""
    ATTRIBUTE = "attribute"
    """A plain attribute of the object."""
    METHOD = "method"
    """A resolver of its own, called for each object without anything around it."""
    BATCH = "batch"
    """A batched resolver: one call for all objects."""
    CHAIN = "chain"
    """A resolver of its own, called for each object with the field's extensions around it."""
    RESOLVER = "resolver"
    """The field as strawberry resolves it, extensions and all, for each object."""


@dataclass(slots=True, eq=False)
class Position:
    """A field at its place in the selection."""

    number: int
    rows: "Rows"
    """The objects whose field it is."""
    order: int
    """Its place among their fields."""
    key: str
    """Its name in the answer."""
    details: list[FieldDetails]
    definition: GraphQLField
    kind: GraphQLNamedType
    """Its type, lists and non-nulls taken off."""
    required: tuple[bool, ...]
    """Whether null is refused: of the value itself, of a list's items, of theirs."""
    source: Source
    declared: StrawberryField | None
    """What strawberry knows of it."""
    function: Any = None
    """What is called, for METHOD, BATCH, CHAIN and RESOLVER."""
    wants_info: str | None = None
    """The name under which a METHOD is given its info, where it wants one."""
    together: Callable[[Sequence[Any], Any], list[Any]] | None = None
    """What answers a METHOD of all objects at once, without waiting; it gives what the method would."""
    waits: bool = False
    """Whether its values may have to be waited for beside those of its siblings."""
    step: int = 0
    """How many times its values were waited for, from the root to here."""
    below: dict[str, "Rows"] = field(default_factory=dict)
    """Its objects, by the name of their type."""
    plain: set[type] = field(default_factory=set)
    """Classes whose objects are of its only type, known without asking."""
    types_of: dict[type, str] = field(default_factory=dict)
    """Under an interface or union: the type of each class that was seen, where the class decides it."""
    spared: frozenset[str] | None = None
    """Columns that none of its fields asks for, once they have been looked for."""
    fixed: dict[str, Any] | None = None
    """Its arguments, where no variable is among them, once they have been read."""
    fixed_converted: dict[str, Any] | None = None
    """The same as its resolver takes them."""
    read: Callable[[Mapping[str, Any]], dict[str, Any] | None] | None = None
    """What reads its arguments from the variables' values, made when they are first read."""
    convert: Callable[[dict[str, Any], Any], dict[str, Any]] | None = None
    """What makes of them what its resolver takes."""

    @property
    def name(self) -> str:
        """The field's name in the schema."""
        return self.details[0].node.name.value

    @property
    def nodes(self) -> list[Any]:
        """Its places in the document."""
        return [each.node for each in self.details]

    @property
    def is_leaf(self) -> bool:
        """Whether its values are scalars or enums."""
        return is_leaf_type(self.kind)

    @property
    def path(self) -> str:
        """Its place, as a person reads it."""
        above = self.rows.position
        return self.key if above is None else f"{above.path}.{self.key}"


@dataclass(slots=True, eq=False)
class Rows:
    """All objects of one type at one position."""

    number: int
    position: Position | None
    """Where they stand; None for the root."""
    type: GraphQLObjectType
    positions: list[Position] = field(default_factory=list)
    serial: bool = False
    """Whether their fields are executed one after another: a mutation's root."""
    function: Any = None
    """The generated function that makes all their results."""

    @property
    def step(self) -> int:
        """How many times somebody waited before they were there."""
        return 0 if self.position is None else self.position.step

    @property
    def columns(self) -> list[Position]:
        """Leaves that are there without waiting: attributes and plain methods."""
        return [each for each in self.positions if each.is_leaf and _is_at_hand(each)]

    @property
    def fills(self) -> list[Position]:
        """What is put in afterwards: objects, and leaves that are waited for."""
        at_hand = {each.number for each in self.columns}
        return [each for each in self.positions if each.number not in at_hand and each.source is not Source.CONSTANT]

    @property
    def is_async(self) -> bool:
        """Whether its function has to be awaited."""
        return bool(self.fills)

    @property
    def viewed(self) -> bool:
        """Whether their class makes views of records."""
        return issubclass(class_behind(self.type) or object, RecordView)


def _is_at_hand(position: Position) -> bool:
    if position.source is Source.ATTRIBUTE:
        return True
    return position.source is Source.METHOD and not position.waits and not position.rows.serial


class Planner:
    """Plans one operation for one choice of what `@skip` and `@include` leave in."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDetails],
        operation: OperationDefinitionNode,
        variable_values: VariableValues,
    ) -> None:
        self._schema = schema
        self._fragments = dict(fragments)
        self._operation = operation
        self._variables = variable_values
        self._strawberry = getattr(schema, "_strawberry_schema", None)
        self.fields = 0
        self.has_lists = False
        """Whether objects stand in lists: there may be many, whose rows pay for the compilation."""
        self.all_rows: list[Rows] = []
        """Those below before those above."""

    def plan(self) -> Rows:
        """Plan the operation from its root. Raises NotPlanned for what is left to graphql-core."""
        if any(each.variable_signatures for each in self._fragments.values()):
            raise NotPlanned(Way.FRAGMENT_VARIABLES)
        root = self._schema.get_root_type(self._operation.operation)
        if root is None:
            raise NotPlanned(Way.NO_ROOT)
        collected = collect_fields(self._schema, self._fragments, self._variables, root, self._operation)
        if collected.new_defer_usages:
            raise NotPlanned(Way.INCREMENTAL)
        serial = self._operation.operation is OperationType.MUTATION
        return self._rows(None, root, collected.grouped_field_set, serial=serial)

    def _rows(
        self, position: Position | None, kind: GraphQLObjectType, fields: GroupedFieldSet, *, serial: bool = False
    ) -> Rows:
        rows = Rows(len(self.all_rows), position, kind, serial=serial)
        self.all_rows.append(rows)
        for order, (key, details) in enumerate(fields.items()):
            definition = self._schema.get_field(kind, details[0].node.name.value)
            if definition is None:
                continue  # as graphql-core has it
            rows.positions.append(self._position(rows, order, key, details, definition))
        return rows

    def _position(
        self, rows: Rows, order: int, key: str, details: list[FieldDetails], definition: GraphQLField
    ) -> Position:
        self.fields += 1
        if self.fields > MOST_FIELDS:
            raise NotPlanned(Way.TOO_LARGE)
        check_directives(details)
        kind, required = unwrap(definition.type)
        position = Position(
            number=self.fields,
            rows=rows,
            order=order,
            key=key,
            details=details,
            definition=definition,
            kind=kind,
            required=required,
            source=Source.RESOLVER,
            declared=(definition.extensions or {}).get("strawberry-definition"),
        )
        self._choose_source(position)
        position.step = rows.step + position.waits
        if not position.is_leaf:
            self._plan_below(position)
        return position

    def _choose_source(self, position: Position) -> None:
        """Settle where a position's values come from."""
        declared, definition = position.declared, position.definition
        position.function = definition.resolve
        if position.name == "__typename":
            position.source = Source.CONSTANT
        elif position.function is None:
            raise NotPlanned(Way.NO_RESOLVER)
        elif declared is None or self._strawberry is None or self._strawberry.exception_handlers:
            position.waits = True
        elif (batch := batch_of(declared)) is not None:
            position.source, position.function, position.waits = Source.BATCH, batch, True
        elif declared.is_basic_field and declared.default_resolver is getattr:
            position.source = Source.ATTRIBUTE
        else:
            self._choose_resolver(position, declared)

    def _choose_resolver(self, position: Position, declared: StrawberryField) -> None:
        resolver = declared.base_resolver
        position.waits = declared.is_async or bool(declared.extensions)
        if resolver is None or declared.is_subscription:
            return
        if declared.extensions or position.rows.position is None:
            chain = chain_of(declared, position.function)
            if chain is not None:
                position.source, position.function = Source.CHAIN, chain
            return
        if not resolver.self_parameter:
            return
        if resolver.root_parameter or resolver.parent_parameter:
            return
        position.source, position.function = Source.METHOD, resolver.wrapped_func
        position.wants_info = resolver.info_parameter.name if resolver.info_parameter else None
        position.together = declared.metadata.get("together")

    def _plan_below(self, position: Position) -> None:
        kind = position.kind
        if len(position.required) > _OBJECT_LEVELS:
            raise NotPlanned(Way.NESTED_LISTS)
        self.has_lists |= len(position.required) == _OBJECT_LEVELS
        abstract = is_abstract_type(kind)
        types: Sequence[Any] = self._schema.get_possible_types(kind) if abstract else [kind]  # type: ignore[arg-type] # it is abstract
        for each in types:
            collected = collect_subfields(
                self._schema, self._fragments, self._variables, self._operation, each, position.details
            )
            if collected.new_defer_usages:
                raise NotPlanned(Way.INCREMENTAL)
            position.below[each.name] = self._rows(position, each, collected.grouped_field_set)
        if not abstract:
            python_class = class_behind(types[0])
            if python_class is not None and class_decides(position.kind, types[0], python_class):
                position.plain.add(python_class)
                position.types_of[python_class] = types[0].name
