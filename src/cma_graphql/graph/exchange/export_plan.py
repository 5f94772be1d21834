"""Reads a query as the export of one list: its columns, its pages, and whatever CSV has no place for.

The selection is collected by graphql-core itself, so that fragments, aliases, @skip and @include mean here what they
mean in every other answer.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_leaf_type,
    is_object_type,
    value_from_ast_untyped,
)
from graphql.execution.collect_fields import FieldDetails, GroupedFieldSet, collect_fields, collect_subfields

from cma_graphql.access.permissions import Permission
from cma_graphql.execution.draining import DrainingExecutor
from cma_graphql.graph.exchange.export_cells import write_cell
from cma_graphql.graph.refusals import NOT_EXPORTABLE, Refusal, RequestRefused

PAGING = frozenset({"first", "after", "last", "before"})
"""The arguments by which a list is paged, which an export does by itself."""
_TYPED = frozenset({"Int", "Float", "Boolean", "Money", "Percentage", "Decimal", "Date", "DateTime"})
"""Scalars whose values cannot be taken for anything but what they are."""
_TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its values stand under a node."""

    path: tuple[str, ...]
    """By the names of the response, which are the caller's."""
    field: str
    """By the names of the schema."""
    typed: bool
    """Whether its type leaves no room for a spreadsheet's formula."""

    @property
    def name(self) -> str:
        """What the header line calls it."""
        return ".".join(self.path)

    def cell(self, node: Any) -> str:
        """Write its value of one record; under a null there is nothing."""
        value = node
        for key in self.path:
            if value is None:
                break
            value = value[key]
        return write_cell(value, typed=self.typed)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A column, or what begins several, that is withheld from those who lack a permission."""

    name: str
    permission: Permission
    sensitive: bool
    """Whether only those are shown it whose permission reaches the record; else holding it is enough."""
    masked: bool


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export gives out."""

    list_name: str
    """The root field, by its name in the schema."""
    keys: tuple[str, str, str]
    """What the response calls the root field, its edges and their node."""
    root: FieldNode
    """The root field, without arguments that page."""
    edges: tuple[FieldNode, ...]
    columns: tuple[Column, ...]
    guarded: tuple[Guarded, ...]
    arguments: tuple[str, ...]
    """What the list is narrowed and ordered by, such as `filter.status`."""
    filters: str
    """The arguments with their values as JSON, in one form."""

    @property
    def header(self) -> list[str]:
        """The header line."""
        return [column.name for column in self.columns]

    def lines(self, data: Mapping[str, Any]) -> Iterator[list[str]]:
        """Write the cells of each record of a page."""
        root, edges, node = self.keys
        for edge in data[root][edges]:
            yield [column.cell(edge[node]) for column in self.columns]


def plan_export(executor: DrainingExecutor) -> ExportPlan:
    """Read an operation as an export. Raises RequestRefused, naming the field, where it is none."""
    return _Planner(executor).plan()


@dataclass(slots=True)
class _Planner:
    """Walks the selection once."""

    executor: DrainingExecutor
    columns: list[Column] = field(default_factory=list)
    guarded: list[Guarded] = field(default_factory=list)

    def plan(self) -> ExportPlan:
        operation, schema = self.executor.operation, self.executor.schema
        if operation.operation is not OperationType.QUERY or schema.query_type is None:
            raise _refused("query", "Only a query can be exported.", None)
        roots = collect_fields(
            schema, self.executor.fragments, self.executor.variable_values, schema.query_type, operation
        ).grouped_field_set
        if len(roots) != 1:
            raise _refused("one-list", f"An export has one root field, not {len(roots)}.", None)
        ((root_key, root),) = roots.items()
        list_name = root[0].node.name.value
        declared = schema.query_type.fields.get(list_name)
        connection = None if declared is None else get_nullable_type(declared.type)
        if declared is None or not _is_connection(connection) or not declared.args.keys() >= {"first", "after"}:
            raise _refused("connection", f"`{list_name}` is no list that has pages.", list_name, root)
        given = self._arguments(list_name, root[0].node)
        edges_key, edges, edge_type = self._only("edges", connection, root, list_name)
        node_key, nodes, node_type = self._only("node", edge_type, edges, f"{list_name}.edges")
        self._columns(nodes, node_type, (), ())
        if not self.columns:
            raise _refused("columns", "Nothing is selected that could be a column.", list_name, root)
        return ExportPlan(
            list_name=list_name,
            keys=(root_key, edges_key, node_key),
            root=FieldNode(
                name=root[0].node.name, alias=root[0].node.alias, arguments=_without_paging(root[0].node), directives=()
            ),
            edges=tuple(each.node for each in edges),
            columns=tuple(self.columns),
            guarded=tuple(self.guarded),
            arguments=tuple(sorted(_names(given))),
            filters=json.dumps(given, sort_keys=True),
        )

    def _arguments(self, list_name: str, node: FieldNode) -> dict[str, Any]:
        """Answer the root field's arguments as they were given; refuse those that page."""
        variables = {name: source.value for name, source in self.executor.variable_values.sources.items()}
        for definition in self.executor.operation.variable_definitions or ():
            name, default = definition.variable.name.value, definition.default_value
            if variables.get(name, Undefined) is Undefined:
                variables[name] = None if default is None else value_from_ast_untyped(default)
        given = {each.name.value: value_from_ast_untyped(each.value, variables) for each in node.arguments or ()}
        given = {name: value for name, value in given.items() if value is not None}
        for name in sorted(PAGING & given.keys()):
            message = f"Leave out `{name}`: an export gives out the whole list."
            raise _refused("paging", message, f"{list_name}.{name}", [FieldDetails(node, None)])
        return given

    def _only(
        self, name: str, kind: Any, details: list[FieldDetails], place: str
    ) -> tuple[str, list[FieldDetails], GraphQLObjectType]:
        """Answer the one field under a connection or an edge that an export may select, and its type."""
        found = {key: group for key, group in self._below(kind, details).items() if not _is_typename(group)}
        for group in found.values():
            selected = group[0].node.name.value
            if selected != name:
                message = f"`{selected}` is no part of the rows: leave it out of an export."
                raise _refused("rows-only", message, f"{place}.{selected}", group)
        if len(found) != 1:
            raise _refused("one-selection", f"Select `{name}` once, with fields.", f"{place}.{name}", details)
        ((key, group),) = found.items()
        named = get_named_type(kind.fields[name].type)
        if not is_object_type(named):
            raise _refused("varying-type", _varies(name), f"{place}.{name}", group)
        return key, group, named

    def _below(self, kind: GraphQLObjectType, details: list[FieldDetails]) -> GroupedFieldSet:
        executor = self.executor
        return collect_subfields(
            executor.schema, executor.fragments, executor.variable_values, executor.operation, kind, details
        ).grouped_field_set

    def _columns(
        self, details: list[FieldDetails], kind: GraphQLObjectType, path: tuple[str, ...], fields: tuple[str, ...]
    ) -> None:
        """Make the columns of a selection under a record, in its order; refuse what one cell cannot hold."""
        for key, group in self._below(kind, details).items():
            if _is_typename(group):
                continue
            name = group[0].node.name.value
            declared = kind.fields[name]
            place, names = (*path, key), (*fields, name)
            self._guard(declared, ".".join(place))
            named = get_named_type(declared.type)
            if is_leaf_type(named):
                self._leaf(declared.type, place, names, group)
                continue
            whole = get_nullable_type(declared.type)
            if isinstance(whole, GraphQLList) or _is_connection(named):
                message = f"`{'.'.join(names)}` has several records for each row: export its own list instead."
                raise _refused("several-records", message, ".".join(names), group)
            if not is_object_type(named):
                raise _refused("varying-type", _varies(".".join(names)), ".".join(names), group)
            self._columns(group, named, place, names)

    def _leaf(
        self, kind: GraphQLOutputType, path: tuple[str, ...], fields: tuple[str, ...], group: list[FieldDetails]
    ) -> None:
        whole = get_nullable_type(kind)
        if isinstance(whole, GraphQLList) and isinstance(get_nullable_type(whole.of_type), GraphQLList):
            name = ".".join(fields)
            raise _refused("several-records", f"`{name}` is a list of lists, which no cell holds.", name, group)
        named = get_named_type(kind)
        self.columns.append(Column(path, ".".join(fields), named.name in _TYPED or is_enum_type(named)))

    def _guard(self, declared: GraphQLField, name: str) -> None:
        definition = (declared.extensions or {}).get("strawberry-definition")
        metadata: Mapping[Any, Any] = getattr(definition, "metadata", None) or {}
        for permission in metadata.get("requires", ()):
            self.guarded.append(Guarded(name, permission, "sensitive" in metadata, bool(metadata.get("masked"))))


def _is_connection(kind: Any) -> bool:
    return is_object_type(kind) and {"edges", "pageInfo"} <= kind.fields.keys()


def _is_typename(group: list[FieldDetails]) -> bool:
    """Tell whether it is the name of the type: the same in every row, and added by many clients unasked."""
    return group[0].node.name.value == _TYPENAME


def _without_paging(node: FieldNode) -> tuple[ArgumentNode, ...]:
    return tuple(each for each in node.arguments or () if each.name.value not in PAGING)


def _names(given: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Name arguments and, of inputs, their fields: names of the schema, never values."""
    for name, value in given.items():
        if isinstance(value, dict):
            yield from _names(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _varies(name: str) -> str:
    return f"`{name}` is not of the same type in each row, so that it makes no columns."


def _refused(rule: str, message: str, place: str | None, group: list[FieldDetails] | None = None) -> RequestRefused:
    extensions = {"rule": rule} if place is None else {"field": place, "rule": rule}
    nodes = [each.node for each in group] if group else None
    return RequestRefused([Refusal(NOT_EXPORTABLE, message, nodes=nodes, extensions=extensions)])
