"""The cost of an operation: the formula, by what it is declared, and that it costs little to work it out."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    GraphQLObjectType,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_interface_type,
    is_introspection_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cma_graphql.graph.cost_directives import CALL, COUNT, HANDFUL, ListSize
from cma_graphql.graph.cost_rules import WHOLE_SCHEMA, rules_of
from cma_graphql.graph.costs import costs_of
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import RequestRefused
from cma_graphql.graph.schema import make_schema
from cma_graphql.papers import SCHEMA
from support.operations_at_random import Writer
from support.pricing import Pricing

ROOT = Path(__file__).parents[2]
PRODUCT = make_schema()
CORE = PRODUCT._schema
PRICING = Pricing.by(SCHEMA())


def cost(text: str, **variables: Any) -> int:
    """Answer what a document's only operation costs."""
    document = parse(text)
    assert validate(CORE, document) == []
    [found] = costs_of(CORE, document).values()
    return found.of(variables)


def documents(limit: int) -> Documents:
    """Make a store that lets nothing through that costs more."""
    return Documents(PRODUCT, Limits(cost=limit), suggestions=False)


TWO_CASES = (
    'mutation { caseAssignMany(input: { items: [{ id: "a", expectedVersion: 1 }, { id: "b", expectedVersion: 1 }], '
    'advisorId: "x", reason: "r" }) { results { index } } }'
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 0),
        ('{ case(id: "x") { id title } }', CALL + 1),
        ('{ case(id: "x") { client { id } } }', 2 * CALL + 2),
        ('{ case(id: "x") { client { nationalInsuranceNumber } } }', 3 * CALL + 3),
        ('{ case(id: "x") { debts { id } } }', 2 * CALL + 1 + 10),
        ('{ case(id: "x") { debts { creditor { id } } } }', 3 * CALL + 1 + 10 + 10),
        ("{ cases { edges { node { id } } } }", CALL + 25),
        ("{ cases(first: 50) { edges { node { id } } } }", CALL + 50),
        ("{ cases(last: 7) { edges { node { id } } } }", CALL + 7),
        ("{ cases(first: 0) { edges { node { id } } } }", CALL),
        ("{ cases(first: null) { edges { node { id } } } }", CALL + 25),
        ("{ cases(first: 1000000) { edges { node { id } } } }", CALL + 100),
        ("{ cases(first: 50) { pageInfo { hasNextPage } } }", CALL + 50),
        ("{ cases(first: 50) { totalCount } }", CALL + COUNT + 50),
        ("{ cases(first: 50) { edges { node { client { id } } } } }", 2 * CALL + 50 + 50),
        ("{ cases(first: 50) { ...F } } fragment F on CaseConnection { edges { node { client { id } } } }", 120),
        ("{ cases(first: 9) { edges { node { documents(first: 3) { edges { node { id } } } } } } }", 2 * CALL + 9 + 27),
        ("{ cases(first: 1) { facets { byPriority { count } } } }", CALL + COUNT + 1 + 1 + 4),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', CALL + 3),
        ('{ search(query: "ab", first: 20) { hits { node { id } } } }', 4 * COUNT + HANDFUL * 20),
        ('{ search(query: "ab") { kind } }', 4 * COUNT + HANDFUL * 10),
        (TWO_CASES, 50 + 2 * 50 + 2),
    ],
)
def test_the_formula(text: str, expected: int) -> None:
    assert cost(text) == expected
    assert PRICING.price(parse(text), {}) == expected


def test_fragments_count_at_each_use() -> None:
    once = '{ case(id: "x") { ...F } } fragment F on Case { client { id } }'
    twice = '{ case(id: "x") { ...F ...F } } fragment F on Case { client { id } }'
    assert (cost(once), cost(twice)) == (2 * CALL + 2, 3 * CALL + 3)


SIZED = "query ($first: Int, $last: Int = 9) { cases(first: $first, last: $last) { edges { node { id } } } }"


@pytest.mark.parametrize(
    ("variables", "size"),
    [
        ({}, 9),
        ({"first": 30}, 30),
        ({"first": 3}, 9),
        ({"first": 3, "last": None}, 3),
        ({"first": None, "last": None}, 25),
        ({"first": 101}, 100),
        ({"first": 10**40}, 100),
        ({"first": -5, "last": None}, 0),
        ({"first": 30.0}, 30),
        ({"first": "30"}, 9),
        ({"first": [1] * 40}, 40),
        ({"first": {"first": 30}}, 9),
    ],
)
def test_a_page_counts_as_many_as_its_variables_say_whatever_they_hold(variables: dict[str, Any], size: int) -> None:
    assert cost(SIZED, **variables) == CALL + size


def test_a_list_inside_an_input_counts_wherever_it_is_a_variable() -> None:
    item = {"id": "x", "expectedVersion": 1}
    whole = "mutation ($i: CaseAssignManyInput!) { caseAssignMany(input: $i) { replayed } }"
    assert cost(whole, i={"items": [item] * 8}) == 50 + 8 * 50
    assert cost(whole, i={"items": item}) == 50 + 50
    assert cost(whole, i="nothing") == cost(whole) == 50 + 25 * 50
    part = (
        "mutation ($i: [CaseVersionInput!]!)"
        ' { caseAssignMany(input: { items: $i, advisorId: "x", reason: "r" }) { replayed } }'
    )
    assert cost(part, i=[item] * 8) == 50 + 8 * 50


@pytest.mark.parametrize(
    ("directive", "variables", "counts"),
    [
        ("@skip(if: true)", {}, False),
        ("@skip(if: false)", {}, True),
        ("@include(if: false)", {}, False),
        ("@include(if: $yes)", {"yes": True}, True),
        ("@include(if: $yes)", {"yes": False}, False),
        ("@skip(if: $yes)", {"yes": True}, False),
        ("@include(if: $yes) @skip(if: $yes)", {"yes": True}, False),
        ("@include(if: $yes)", {}, True),
        ("@include(if: $yes)", {"yes": "no"}, True),
    ],
)
def test_what_is_left_out_costs_nothing_and_what_may_be_left_in_costs(
    directive: str, variables: dict[str, Any], *, counts: bool
) -> None:
    declared = "($yes: Boolean!)" if "$" in directive else ""
    for selection in (
        f"client {directive} {{ id }}",
        f"... {directive} {{ client {{ id }} }}",
        f"...F {directive}",
    ):
        fragment = "fragment F on Case { client { id } }" if "...F" in selection else ""
        text = f'query {declared} {{ case(id: "x") {{ {selection} }} }} {fragment}'
        assert cost(text, **variables) == CALL + 1 + (CALL + 1 if counts else 0), selection


def test_each_operation_of_a_document_has_its_own_cost_and_defaults() -> None:
    text = (
        "query A($n: Int = 4) { ...F } query B($n: Int = 70) { ...F } query C { __typename }"
        " fragment F on Query { cases(first: $n) { edges { node { id } } } }"
    )
    found = costs_of(CORE, parse(text))
    assert {name: each.of({}) for name, each in found.items()} == {"A": 14, "B": 80, "C": 0}
    assert found["A"].of({"n": 1}) == 11


def test_fragments_that_double_at_every_step_are_priced_at_once() -> None:
    steps = " ".join(
        f"fragment F{step} on Case {{ documents(first: $n) {{ totalCount }} ...F{step + 1} ...F{step + 1} }}"
        for step in range(150)
    )
    text = f'query ($n: Int) {{ case(id: "x") {{ ...F0 }} }} {steps} fragment F150 on Case {{ client {{ id }} }}'
    [found] = costs_of(CORE, parse(text)).values()
    documents, clients = 2**150 - 1, 2**150
    assert found.of({"n": 3}) == pytest.approx(CALL + 1 + documents * (CALL + COUNT + 3) + clients * (CALL + 1))


def test_fragments_are_priced_in_whatever_order_they_stand() -> None:
    fragments = [
        "fragment A on Case { ...B ...C }",
        "fragment B on Case { ...C debts @include(if: $yes) { ...D } }",
        "fragment C on Case { client @skip(if: $yes) { id } }",
        "fragment D on Debt { creditor { id } }",
    ]
    orders = [fragments, fragments[::-1], fragments[2:] + fragments[:2]]
    texts = ['query ($yes: Boolean!) { case(id: "x") { ...A } } ' + " ".join(order) for order in orders]
    assert {cost(text, yes=True) for text in texts} == {3 * CALL + 21}
    assert {cost(text, yes=False) for text in texts} == {3 * CALL + 3}


def written_at_random(seed: int) -> tuple[DocumentNode, dict[str, Any]] | None:
    """Write an operation over the product's schema, None where chance wrote one that is not valid."""
    writer = Writer(PRICING.schema, Random(seed), depth=6, most=80)  # noqa: S311 - nothing secret
    operation = writer.write()
    document = parse(operation.text)
    return None if validate(PRICING.schema, document) else (document, operation.variables)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_published_schema_alone_tells_the_cost_of_any_operation(seed: int) -> None:
    written = written_at_random(seed)
    assume(written is not None)
    assert written is not None
    document, variables = written
    [found] = costs_of(CORE, document).values()
    assert found.of(variables) == PRICING.price(document, variables)
    assert costs_of(PRICING.schema, document)["Random"].of(variables) == found.of(variables)


def test_an_operation_that_costs_too_much_is_refused_and_told_why() -> None:
    text = "query ($n: Int!) { cases(first: $n) { edges { node { client { id } } } } }"
    store = documents(100)
    prepared = store.prepare(text)
    operation = prepared.operation(None)
    assert store.admit(prepared, operation, {"n": 40}) == 100
    with pytest.raises(RequestRefused) as refused:
        store.admit(prepared, operation, {"n": 41})
    [refusal] = refused.value.errors
    assert refusal.extensions == {
        "code": "LIMIT_REACHED",
        "limit": "cost",
        "maximum": 100,
        "actual": 102,
        "setting": "CMA_MAX_COST",
    }
    assert refusal.message.startswith("The operation costs 102; at most 100 is allowed.")


def test_what_multiplies_is_refused_before_it_is_executed() -> None:
    store = documents(Limits().cost)
    page = "cases(first: 100) { edges { node {"
    text = f"{{ {page} client {{ {page} client {{ {page} id {'} ' * 12}"
    prepared = store.prepare(text)
    with pytest.raises(RequestRefused, match="1 errors") as refused:
        store.admit(prepared, prepared.operation(None), {})
    assert "actual" not in (refused.value.errors[0].extensions or {})
    assert "costs far too much" in refused.value.errors[0].message


def test_the_example_of_the_page_costs_what_is_written_there() -> None:
    page = (ROOT / "docs/cost.md").read_text()
    [example] = re.findall(r"```graphql\n(.*?)```", page, re.DOTALL)
    assert cost(example) == 140 + 1_100
    assert "| together | 140 | 1,100 |" in page


OPERATIONS = {
    **{path.stem: path.read_text() for path in (ROOT / "tests/operations").glob("*.graphql")},
    **{path.stem: path.read_text() for path in (ROOT / "benchmarks/operations/product").glob("*.graphql")},
    **{
        f"{role['role']}-{example['title']}": "\n".join(example["operation"])
        for role in json.loads((ROOT / "web/playground/examples.json").read_text())
        for example in role["operations"]
    },
}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_front_ends_ask_costs_less_than_half_of_the_limit(name: str) -> None:
    store = documents(Limits().cost // 2)
    prepared = store.prepare(OPERATIONS[name])
    for operation in prepared.operations:
        declared = {each.variable.name.value for each in operation.variable_definitions or ()}
        store.admit(prepared, operation, dict.fromkeys(declared & {"first", "last"}, 100))


def test_the_whole_schema_may_be_asked_for_and_little_more() -> None:
    usual = get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True)
    assert WHOLE_SCHEMA / 2 < cost(usual) < WHOLE_SCHEMA * 1.5
    assert cost('{ __type(name: "Case") { fields { name type { name } } } }') < WHOLE_SCHEMA / 2
    aliases = " ".join(f"a{number}: name" for number in range(50))
    assert cost(f"{{ __schema {{ types {{ fields {{ type {{ fields {{ {aliases} }} }} }} }} }} }}") > Limits().cost
    hungry = '__type(name: "Mutation") { fields { args { type { ofType { inputFields { name type { name } } } } } } }'
    assert cost("{ " + " ".join(f"a{number}: {hungry}" for number in range(20)) + " }") > Limits().cost


def fields_of_the_product() -> list[tuple[str, str, Any]]:
    """Answer the fields of the product's own types."""
    return [
        (kind.name, name, field)
        for kind in CORE.type_map.values()
        if (is_object_type(kind) or is_interface_type(kind)) and not is_introspection_type(kind)
        for name, field in kind.fields.items()
    ]


def test_every_field_that_asks_the_database_says_so_and_every_such_list_its_size() -> None:
    rules = rules_of(CORE)
    silent = []
    for kind, name, field in fields_of_the_product():
        declared = field.extensions["strawberry-definition"]
        asks = declared.is_async or "batched" in declared.metadata
        if asks and not rules[kind, name].call:
            silent.append(f"{kind}.{name} asks the database")
        listed = any(isinstance(each, ListSize) for each in declared.directives)
        many = is_composite_type(get_named_type(field.type)) and is_list_type(get_nullable_type(field.type))
        if asks and many and not listed:
            silent.append(f"{kind}.{name} has no size")
        if "first" in field.args and not listed:
            silent.append(f"{kind}.{name} is a page")
    assert silent == []


def test_an_interface_is_no_way_to_ask_for_less() -> None:
    rules = rules_of(CORE)
    cheaper = [
        f"{kind.name}.{name}"
        for kind in CORE.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for interface in kind.interfaces
        for name in interface.fields
        if rules[interface.name, name] != rules[kind.name, name]
    ]
    assert cheaper == []


def test_what_is_sized_is_there() -> None:
    for kind, name, field in fields_of_the_product():
        for each in field.extensions["strawberry-definition"].directives:
            if isinstance(each, ListSize):
                inner: Any = get_named_type(field.type)
                assert all(sized in inner.fields for sized in each.sized_fields or ()), f"{kind}.{name}"
                assert all(path.split(".")[0] in field.args for path in each.slicing_arguments or ()), f"{kind}.{name}"
