"""Plans are kept by text and switches, within bounds, and can be shown."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import get_operation_ast, parse
from graphql.execution.values import VariableValues

from cma_graphql.execution.counts import Way
from cma_graphql.execution.explaining import NotExplained, explain
from cma_graphql.execution.plan import MOST_FIELDS
from cma_graphql.execution.plans import Plan, Plans, switches_in
from support.thicket import thicket

SCHEMA = thicket(compiled=True)


def find(plans: Plans, text: str, **variables: Any) -> Plan | Way:
    """Look for the plan of a document's operation, with these variables."""
    executor: Any = SCHEMA.execution_context_class.build(SCHEMA._schema, parse(text), raw_variable_values=variables)
    return plans.find(executor.operation, executor.fragments, executor.variable_values)


def test_equal_texts_have_one_plan_whoever_parsed_them() -> None:
    plans = Plans(SCHEMA._schema)
    first = find(plans, "{ branches { id } }")
    assert isinstance(first, Plan)
    assert find(plans, "{ branches { id } }") is first
    assert find(plans, "{ branches { id }  }") is not first
    assert len(plans) == 2


def test_operations_of_one_document_have_plans_of_their_own() -> None:
    plans = Plans(SCHEMA._schema)
    document = parse("query A { branches { id } } query B { branches { name } }")
    made = [
        plans.find(get_operation_ast(document, name), {}, VariableValues({}, {}))  # type: ignore[arg-type] # it is there
        for name in ("A", "B")
    ]
    assert all(isinstance(plan, Plan) for plan in made)
    assert made[0] is not made[1]


def test_only_switches_part_plans() -> None:
    plans = Plans(SCHEMA._schema)
    text = (
        "query ($a: Boolean!, $b: Boolean = false, $n: Int) "
        "{ branches(most: $n) { id @include(if: $a) ...F } } fragment F on Branch { name @skip(if: $b) }"
    )
    plan = find(plans, text, a=True, n=1)
    assert find(plans, text, a=True, n=2) is plan
    assert find(plans, text, a=True, b=False) is plan
    others = [find(plans, text, a=a, b=b) for a, b in ((True, True), (False, True), (False, False))]
    assert len({plan, *others}) == 4
    assert len(plans) == 1


def test_an_operation_has_so_many_variants_and_no_more() -> None:
    plans = Plans(SCHEMA._schema)
    names = "abcde"
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    text = (
        f"query ({declared}) {{ branches {{ {' '.join(f'{name}: id @skip(if: ${name})' for name in names)} name }} }}"
    )
    choices = [{name: bool(number >> bit & 1) for bit, name in enumerate(names)} for number in range(32)]
    found = [find(plans, text, **choice) for choice in choices]
    assert len({id(plan) for plan in found if isinstance(plan, Plan)}) == 32
    sizes = [plan.fields for plan in found if isinstance(plan, Plan)]
    assert plans.weight == 1 + len(text) // 200 + sum(sizes[16:])
    assert find(plans, text, **choices[31]) is found[31]
    assert find(plans, text, **choices[0]) is not found[0]


def test_the_least_used_make_room() -> None:
    plans = Plans(SCHEMA._schema, most_fields=50)
    kept = find(plans, "{ branches { id name } }")
    for number in range(40):
        find(plans, f"{{ branches {{ a{number}: id name }} }}")
        assert find(plans, "{ branches { id name } }") is kept
        assert plans.weight <= 50
    assert len(plans) < 15


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Leave what holds itself in circles where it is."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
def test_what_is_dropped_needs_no_collector() -> None:
    plans = Plans(SCHEMA._schema, most_fields=8)
    plan = find(plans, "{ branches { id child { id } children { name } } }")
    assert isinstance(plan, Plan)
    functions = [weakref.ref(each) for name, each in plan.names.items() if name.startswith(("Branch_", "fill_"))]
    assert len(functions) > 2
    find(plans, "{ branches { id name a: id b: id c: id d: id e: id } }")
    assert len(plans) == 1
    assert plan.root.positions
    assert all(each() is not None for each in functions)  # as long as somebody executes it
    del plan
    assert [each() for each in functions] == [None] * len(functions)


def test_documents_that_differ_in_literals_and_names_share_their_code() -> None:
    plans = Plans(SCHEMA._schema)
    made = [find(plans, f"query A{most} {{ branches(most: {most}) {{ id }} }}") for most in (1, 2)]
    codes = [plan.root.function.__code__ for plan in made if isinstance(plan, Plan)]
    assert len(codes) == 2
    assert codes[0] is codes[1]


def test_one_operation_beyond_all_bounds_is_kept_alone() -> None:
    plans = Plans(SCHEMA._schema, most_fields=10)
    find(plans, "{ branches { id } }")
    large = "{ branches { " + " ".join(f"a{number}: id" for number in range(50)) + " } }"
    plan = find(plans, large)
    assert find(plans, large) is plan
    assert len(plans) == 1


def test_reasons_are_kept_like_plans() -> None:
    plans = Plans(SCHEMA._schema)
    assert [find(plans, "{ branches { boughs { id } } }") for _ in range(2)] == [Way.NESTED_LISTS] * 2
    many = " ".join(f"a{number}: id" for number in range(MOST_FIELDS))
    assert find(plans, f"{{ branches {{ {many} }} }}") is Way.TOO_LARGE


def test_an_operation_without_lists_is_planned_when_it_comes_again() -> None:
    plans = Plans(SCHEMA._schema)
    assert find(plans, "{ branch { id } }") is Way.FIRST_SIGHT
    assert isinstance(find(plans, "{ branch { id } }"), Plan)


def test_switches_are_found_wherever_they_stand() -> None:
    executor: Any = SCHEMA.execution_context_class.build(
        SCHEMA._schema,
        parse(
            "query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Int) { branches(most: $d) { ... @include(if: $c)"
            " { id } ...F @skip(if: $a) } } fragment F on Branch { leaf { id @skip(if: $b) @include(if: true) } }"
        ),
        raw_variable_values={"a": True, "b": True, "c": True},
    )
    assert switches_in(executor.operation, executor.fragments) == ("a", "b", "c")
    assert switches_in(executor.operation, executor.fragments, directive="skip") == ("a", "b")


def test_the_code_is_shown_with_everything_that_may_be_left_in() -> None:
    text = (
        "query Q($s: Boolean!, $i: Boolean!) { branches { id @skip(if: $s) name @include(if: $i) batchLeaf { id } } }"
    )
    shown = explain(SCHEMA, text)
    assert shown.startswith("# query Q\n# $i is true\n# $s is false\n# 5 fields\n")
    assert '"""Branch at branches."""' in shown
    assert "await call_batch(" in shown
    assert "'name': a" in shown
    assert "'name': a" not in explain(SCHEMA, text, switches={"i": False})
    compile(shown, "shown", "exec")


def test_the_code_holds_nothing_that_a_caller_wrote_but_names_in_the_answer() -> None:
    shown = explain(SCHEMA, 'query Chosen { chosen: echo(ids: ["chosen"]) branches { chosen: id } }')
    assert shown.count("chosen") == shown.count("'chosen'") + shown.count("at chosen")


def test_what_is_graphql_cores_says_so_and_what_is_not_valid_too() -> None:
    assert "Executed by graphql-core: introspection." in explain(SCHEMA, "{ __schema { queryType { name } } }")
    with pytest.raises(NotExplained, match="Cannot query field 'nothing'"):
        explain(SCHEMA, "{ nothing }")
    with pytest.raises(NotExplained, match="Syntax Error"):
        explain(SCHEMA, "{")
