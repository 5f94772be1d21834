"""Prices an operation the slow and plain way: by the published schema alone, every fragment spelled out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionNode,
    build_schema,
    get_directive_values,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    value_from_ast_untyped,
)


@dataclass(frozen=True)
class Pricing:
    """Prices operations by a schema as it is printed."""

    schema: GraphQLSchema

    @classmethod
    def by(cls, text: str) -> "Pricing":
        """Read a published schema."""
        return cls(build_schema(text))

    def price(self, document: DocumentNode, variables: Mapping[str, Any]) -> int:
        """Answer the cost of a document's only operation."""
        fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
        [operation] = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
        defaults = {
            each.variable.name.value: value_from_ast_untyped(each.default_value)
            for each in operation.variable_definitions or ()
            if each.default_value is not None
        }
        walk = _Walk(self.schema, fragments, {**defaults, **variables})
        root = self.schema.get_root_type(operation.operation)
        selections = operation.selection_set.selections
        return math.ceil(walk.calls(root, selections) + walk.weights(root, selections, None))


@dataclass(frozen=True)
class _Walk:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]

    def fields(self, kind: Any, selections: Sequence[SelectionNode]) -> Iterator[tuple[Any, FieldNode]]:
        """Answer the fields of a selection, as often as they stand in it, with the types whose they are."""
        for node in selections:
            if not self._is_left_in(node):
                continue
            if isinstance(node, FieldNode):
                yield kind, node
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                named = self.schema.get_type(fragment.type_condition.name.value)
                yield from self.fields(named, fragment.selection_set.selections)
            else:
                inline: Any = node
                named = self.schema.get_type(inline.type_condition.name.value) if inline.type_condition else kind
                yield from self.fields(named, inline.selection_set.selections)

    def calls(self, kind: Any, selections: Sequence[SelectionNode]) -> float:
        """Add up what is asked once, wherever it stands."""
        total: float = 0
        for owner, node in self.fields(kind, selections):
            definition = self.schema.get_field(owner, node.name.value)
            assert definition is not None
            if node.selection_set is not None:
                total += self.calls(get_named_type(definition.type), node.selection_set.selections)
            total += self._directive(definition, "cost").get("call") or 0
        return total

    def weights(self, kind: Any, selections: Sequence[SelectionNode], above: tuple[set[str], float] | None) -> float:
        """Add up what each object of a selection weighs; `above` sizes fields of theirs."""
        total: float = 0
        for owner, node in self.fields(kind, selections):
            definition = self.schema.get_field(owner, node.name.value)
            assert definition is not None
            composite = is_composite_type(get_named_type(definition.type))
            weight = self._directive(definition, "cost").get("weight", int(composite))
            listed = self._directive(definition, "listSize")
            number: float = 5 if composite and is_list_type(get_nullable_type(definition.type)) else 1
            below = None
            if above is not None and node.name.value in above[0]:
                number = above[1]
            elif "sizedFields" in listed:
                size = self._size(node, listed)
                below = set(listed["sizedFields"]), size
                total += number * weight * (size - 1)  # the field itself weighs as much as all of its page
            elif listed:
                number = self._size(node, listed)
            total += number * weight
            if node.selection_set is not None:
                total += number * self.weights(get_named_type(definition.type), node.selection_set.selections, below)
        return total

    def _directive(self, definition: Any, name: str) -> dict[str, Any]:
        directive = self.schema.get_directive(name)
        assert directive is not None
        node = definition.ast_node
        return (get_directive_values(directive, node) if node is not None else None) or {}

    def _size(self, node: FieldNode, listed: Mapping[str, Any]) -> float:
        arguments = {
            each.name.value: value_from_ast_untyped(each.value, dict(self.variables)) for each in node.arguments or ()
        }
        given = []
        for path in listed.get("slicingArguments", ()):
            value: Any = arguments
            for key in path.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(value, list):
                given.append(len(value))
            elif isinstance(value, int):
                given.append(min(max(value, 0), 100))
        return max(given) if given else float(listed["assumedSize"])

    def _is_left_in(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            [argument] = directive.arguments or ()
            if value_from_ast_untyped(argument.value, dict(self.variables)) is not (directive.name.value == "include"):
                return False
        return True
