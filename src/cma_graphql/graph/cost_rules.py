"""The rule of each field of a schema: what it costs, by its directives, or by its kind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_introspection_type,
    is_list_type,
    is_object_type,
    value_from_ast_untyped,
)
from strawberry import UNSET

from cma_graphql.graph.cost_directives import HANDFUL, Cost, ListSize, cost, list_size

WHOLE_SCHEMA = 10_000
"""About what the usual question for the whole schema costs."""
LARGE_TYPE = 300
"""As how many types one counts that is asked for by its name: it may be the largest."""
_TYPE_DEPTH = 2.5
"""How many types there are, on average, from a field's own down to the named one."""
_LEAVES = 3
"""How many leaves are asked of an object of the schema, on average."""
_LEAF = 0.1
"""What such a leaf costs, by its object."""
_EXTENSION = "cma_graphql.graph.cost_rules"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one field costs."""

    call: float = 0
    weight: float = 0
    several: float = 1
    """As how many objects it counts, where no argument says it."""
    page: float | None = None
    """As how many items each of these objects counts, where it is a page of them and no argument says how large."""
    slicing: tuple[tuple[str, ...], ...] = ()
    """The arguments that say the one or the other, each as its path."""
    is_item: bool = False
    """Whether it counts once for each item of the page that is its object."""


Rules = Mapping[tuple[str, str], Rule]
"""The rules of a schema's fields, by type and field."""


def rules_of(schema: GraphQLSchema) -> Rules:
    """Answer the rules of a schema, which keeps them."""
    found: Rules | None = schema.extensions.get(_EXTENSION)
    if found is None:
        items = _items(schema)
        found = {
            (kind.name, name): replace(_rule(field), is_item=True) if (kind.name, name) in items else _rule(field)
            for kind, name, field in _fields(schema)
            if not is_introspection_type(kind)
        }
        found |= _introspection_rules(schema)
        schema.extensions[_EXTENSION] = found
    return found


def _fields(schema: GraphQLSchema) -> Iterator[tuple[GraphQLNamedType, str, GraphQLField]]:
    for kind in schema.type_map.values():
        if is_object_type(kind) or is_interface_type(kind):
            for name, field in kind.fields.items():
                yield kind, name, field


def _declared(field: GraphQLField) -> tuple[Cost, ListSize | None]:
    """Find what is declared of a field, in the code or in a published schema."""
    definition = (field.extensions or {}).get("strawberry-definition")
    directives = definition.directives if definition is not None else [*_published(field)]
    return (
        next((each for each in directives if isinstance(each, Cost)), Cost()),
        next((each for each in directives if isinstance(each, ListSize)), None),
    )


def _published(field: GraphQLField) -> Iterator[Cost | ListSize]:
    for directive in (field.ast_node and field.ast_node.directives) or ():
        given = {each.name.value: value_from_ast_untyped(each.value) for each in directive.arguments or ()}
        if directive.name.value == "cost":
            yield cost(weight=given.get("weight"), call=given.get("call"))
        elif directive.name.value == "listSize":
            by, of = given.get("slicingArguments") or (), given.get("sizedFields") or ()
            yield list_size(given["assumedSize"], by=by, of=of)


def _items(schema: GraphQLSchema) -> set[tuple[str, str]]:
    """Find the fields of pages that hold their items."""
    return {
        (get_named_type(field.type).name, name)
        for _, _, field in _fields(schema)
        for name in _given(_declared(field)[1], "sized_fields")
    }


def _given(listed: ListSize | None, name: str) -> Sequence[str]:
    return getattr(listed, name, None) or ()


def _rule(field: GraphQLField) -> Rule:
    """Read a field's rule from its directives and its type."""
    costs, listed = _declared(field)
    composite = is_composite_type(get_named_type(field.type))
    several = HANDFUL if composite and is_list_type(get_nullable_type(field.type)) else 1
    page = None
    if listed is not None and listed.sized_fields:
        page = listed.assumed_size
    elif listed is not None:
        several = listed.assumed_size
    return Rule(
        call=costs.call or 0,
        weight=int(composite) if costs.weight in {None, UNSET} else costs.weight,
        several=several,
        page=page,
        slicing=tuple(tuple(path.split(".")) for path in _given(listed, "slicing_arguments")),
    )


def _introspection_rules(schema: GraphQLSchema) -> dict[tuple[str, str], Rule]:
    """Make the rules by which a question about the schema costs about what executing it takes.

    graphql-core answers it, object by object, and nothing can stop it once it has begun: the usual question for the
    whole schema takes half a second. Lists count as long as they are on average in this schema, and objects weigh so
    much that the usual question costs about WHOLE_SCHEMA, however large the schema has become.
    """
    kinds = [kind for kind in schema.type_map.values() if not is_introspection_type(kind)]
    types = len(kinds) or 1
    fields = [field for kind, _, field in _fields(schema) if not is_introspection_type(kind)]
    arguments = sum(len(field.args) for field in fields)
    inputs = sum(len(kind.fields) for kind in kinds if is_input_object_type(kind))
    values = sum(len(kind.values) for kind in kinds if is_enum_type(kind))
    possible = sum(len(schema.get_possible_types(kind)) for kind in kinds if is_abstract_type(kind))
    objects = types + (len(fields) + arguments + inputs) * (1 + _TYPE_DEPTH) + values + possible
    weight = WHOLE_SCHEMA / (objects * (1 + _LEAVES * _LEAF))
    sizes = {
        ("__Schema", "types"): types,
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): len(fields) / types,
        ("__Type", "inputFields"): inputs / types,
        ("__Type", "enumValues"): values / types,
        ("__Type", "possibleTypes"): possible / types,
        ("__Type", "interfaces"): possible / types,
        ("__Type", "ofType"): 1 - 1 / _TYPE_DEPTH,
        ("__Field", "args"): arguments / (len(fields) or 1),
    }
    rules = {
        (kind.name, name): Rule(
            weight=weight if is_composite_type(get_named_type(field.type)) else weight * _LEAF,
            several=sizes.get((kind.name, name), 1),
        )
        for kind, name, field in _fields(schema)
        if is_introspection_type(kind)
    }
    if schema.query_type is not None:
        rules[schema.query_type.name, "__schema"] = Rule(weight=weight)
        rules[schema.query_type.name, "__type"] = Rule(weight=weight, several=LARGE_TYPE)
    return rules
