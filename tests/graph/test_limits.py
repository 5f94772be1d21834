"""Limits count through fragments, cost little to count, and say what they are."""

from typing import Any

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from cma_graphql.graph.limits import Counts, Limits, count
from cma_graphql.graph.prepared import Documents
from cma_graphql.graph.refusals import RequestRefused
from support.torture import torture_schema

SCHEMA = torture_schema()


def counted(text: str) -> Counts:
    """Count a document of one operation."""
    [counts] = count(parse(text))
    return counts


def refusals(text: str, **limits: int) -> list[dict[str, Any]]:
    """Give what is said of a document, nothing where it is accepted."""
    try:
        Documents(SCHEMA, Limits(**limits), suggestions=False).prepare(text)
    except RequestRefused as error:
        return [dict(each.extensions or {}) for each in error.errors]
    return []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ hello }", Counts(depth=1, root_fields=1, fields=1)),
        ("{ a: hello b: hello }", Counts(depth=1, aliases=2, root_fields=2, fields=2)),
        ("{ thing { thing { id } } }", Counts(depth=3, root_fields=1, fields=3)),
        ("{ ... { thing { ... on Thing { id } } } }", Counts(depth=2, root_fields=1, fields=2)),
        ("{ ...F ...F } fragment F on Query { x: hello thing { id } }", Counts(2, 2, 0, 4, 6)),
        ("{ thing { ...F } } fragment F on Thing { thing { thing { id } } }", Counts(depth=4, root_fields=1, fields=4)),
        ("{ ...A } fragment A on Query { ...B ...B } fragment B on Query { h: hello }", Counts(1, 2, 0, 2, 2)),
        ("{ thing { ...A } thing { ...A } } fragment A on Thing { x: id }", Counts(2, 2, 0, 2, 4)),
        (
            "query ($a: Int @x) @y { hello @a @b ...F @c ... @d { hello } } fragment F on Query @e { hello @f }",
            Counts(depth=1, directives=8, root_fields=3, fields=3),
        ),
        ("{ __schema { types { fields { name } } } }", Counts(depth=0, root_fields=1, fields=4, introspects=True)),
        (
            (
                "{ thing { id } ...F } fragment F on Query { __schema { types { ...T } } }"
                " fragment T on __Type { ofType { name } }"
            ),
            Counts(depth=2, root_fields=2, fields=6, introspects=True),
        ),
        ("{ ...A } fragment A on Query { hello ...A }", Counts(depth=1, root_fields=1, fields=1)),
        ("{ ...A } fragment A on Query { hello ...B } fragment B on Query { hello ...A }", Counts(1, 0, 0, 2, 2)),
        ("{ ...Nowhere hello }", Counts(depth=1, root_fields=1, fields=1)),
    ],
)
def test_what_is_counted(text: str, expected: Counts) -> None:
    assert counted(text) == expected


def test_each_operation_is_counted_by_itself() -> None:
    first, second = count(parse("query A { hello } query B { thing { id } }"))
    assert (first.depth, second.depth) == (1, 2)


EXCEEDING = [
    ("depth", "CMA_MAX_DEPTH", "{ thing { ...F } } fragment F on Thing { thing { id } }", {"depth": 2}, 3),
    ("aliases", "CMA_MAX_ALIASES", "{ ...F ...F } fragment F on Query { a: hello b: hello }", {"aliases": 3}, 4),
    (
        "directives",
        "CMA_MAX_DIRECTIVES",
        "{ ...F ...F } fragment F on Query { hello @skip(if: false) }",
        {"directives": 1},
        2,
    ),
    ("root_fields", "CMA_MAX_ROOT_FIELDS", "{ hello ...F ...F } fragment F on Query { hello }", {"root_fields": 2}, 3),
    (
        "fields",
        "CMA_MAX_FIELDS",
        (
            "{ ...F ...F ...F } fragment F on Query { ...G ...G ...G }"
            " fragment G on Query { thing { a: id b: id c: id d: id } }"
        ),
        {"fields": 44},
        45,
    ),
]


@pytest.mark.parametrize(("limit", "setting", "text", "limits", "actual"), EXCEEDING)
def test_one_too_many_is_refused_and_named(
    limit: str, setting: str, text: str, limits: dict[str, int], actual: int
) -> None:
    [said] = [each for each in refusals(text, **limits) if each["limit"] == limit]
    assert said == {
        "code": "LIMIT_REACHED",
        "limit": limit,
        "maximum": actual - 1,
        "actual": actual,
        "setting": setting,
    }


@pytest.mark.parametrize(("limit", "_setting", "text", "limits", "actual"), EXCEEDING)
def test_as_many_as_allowed_are_accepted(
    limit: str, _setting: str, text: str, limits: dict[str, int], actual: int
) -> None:
    assert refusals(text, **dict.fromkeys(limits, actual)) == []
    assert limit in limits


def test_a_document_of_too_many_tokens_is_not_read_to_its_end() -> None:
    [said] = refusals("{ thing { " + "id " * 5_000 + "} }")
    assert said == {"code": "LIMIT_REACHED", "limit": "tokens", "maximum": 5_000, "setting": "CMA_MAX_TOKENS"}
    assert refusals("# comment\n" * 5_001 + "{ hello }")[0]["limit"] == "tokens"
    assert refusals("# comment\n" * 4_000 + "{ hello }") == []


def test_every_limit_that_is_exceeded_is_named() -> None:
    text = "{ a: hello b: hello c: thing { thing { id } } }"
    said = refusals(text, depth=2, aliases=2, root_fields=2)
    assert [each["limit"] for each in said] == ["depth", "aliases", "root_fields"]


def test_the_whole_introspection_query_is_within_the_limits() -> None:
    assert refusals(get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True)) == []


def test_introspection_that_goes_round_in_circles_is_refused() -> None:
    text = "{ __schema { types " + "{ fields { type " * 5 + "{ name }" + " } }" * 5 + " } }"
    assert refusals(text)[0]["code"] == "GRAPHQL_VALIDATION_FAILED"


def doubling(steps: int) -> str:
    """Write fragments that double at every step."""
    steps_text = "".join(
        f" fragment F{step} on Thing {{ a: thing {{ ...F{step + 1} }} b: thing {{ ...F{step + 1} }} }}"
        for step in range(steps)
    )
    return "{ thing { ...F0 } }" + steps_text + f" fragment F{steps} on Thing {{ id }}"


def test_fragments_that_double_are_counted_at_once() -> None:
    counts = counted(doubling(200))  # spelled out, these would never end
    assert counts.depth == 202
    assert counts.aliases == counts.fields == 1_000_000


def test_a_saturated_count_is_not_told_as_a_number() -> None:
    said = {each["limit"]: each for each in refusals(doubling(180), depth=1_000)}
    assert set(said) == {"aliases", "fields"}
    assert "actual" not in said["aliases"]


@pytest.mark.parametrize(
    "text",
    [
        "{thing{" + "id " * 4_900 + "}}",
        "{thing{" + "thing{id} " * 1_200 + "}}",
        "{thing{" + "thing(size:1){id} " * 500 + "}}",
        "{" + "...{thing{id}} " * 500 + "}",
        "{thing{"
        + "".join(f"...F{n} " for n in range(400))
        + "}} "
        + "".join(f"fragment F{n} on Thing{{thing{{id}}}} " for n in range(400)),
        "{thing{...F0}} "
        + "".join(
            f"fragment F{n} on Thing{{" + "".join(f"...F{m} " for m in range(n + 1, 60)) + "id} " for n in range(60)
        ),
        "query(" + " ".join(f"$x{n}:Int" for n in range(1_200)) + "){hello}",
        "{hello(name:[" + "1 " * 4_900 + "])}",
        "{thing{" + " ".join(f"x{n}" for n in range(4_900)) + "}}",
        "{" * 3_000,
        doubling(150),
    ],
    ids=[
        "leaves",
        "objects",
        "arguments",
        "inline",
        "fragments",
        "triangle",
        "variables",
        "list",
        "unknown",
        "braces",
        "doubling",
    ],
)
def test_the_costliest_documents_are_refused_shortly(text: str) -> None:
    """Each takes less than 0.2 s, refused by a limit or by the budget for comparing fields; 1.4 s without it."""
    with pytest.raises(RequestRefused) as refused:
        Documents(SCHEMA, Limits(root_fields=5_000), suggestions=False).prepare(text)
    assert len(refused.value.errors) <= 26
    assert all(len(each.message) <= 301 for each in refused.value.errors)


def expanded(selection: list[Any]) -> tuple[int, int]:
    """Count fields and depth of a tree, the slow and plain way."""
    fields = sum(1 + expanded(below)[0] for below in selection)
    depth = max((1 + expanded(below)[1] for below in selection), default=0)
    return fields, depth


TREES: st.SearchStrategy[list[Any]] = st.recursive(
    st.just([]), lambda below: st.lists(below, min_size=1, max_size=3), max_leaves=15
)


def written(selection: list[Any], fragments: list[str], split: int) -> str:
    """Write a tree as GraphQL, some of its parts as fragments."""
    parts = []
    for index, below in enumerate(selection):
        text = f"thing {{ {written(below, fragments, split)} }}" if below else "id"
        if (index + len(fragments)) % split == 0:
            name = f"F{len(fragments)}"
            fragments.append("")
            fragments[int(name[1:])] = f" fragment {name} on Thing {{ {text} }}"
            text = f"...{name}"
        parts.append(text)
    return " ".join(parts)


@settings(max_examples=100, deadline=None)
@given(tree=TREES.filter(bool), split=st.integers(min_value=1, max_value=3))
def test_a_document_counts_the_same_with_and_without_fragments(tree: list[Any], split: int) -> None:
    fragments: list[str] = []
    text = f"{{ thing {{ {written(tree, fragments, split)} }} }}" + "".join(fragments)
    counts = counted(text)
    fields, depth = expanded(tree)
    assert (counts.fields, counts.depth) == (fields + 1, depth + 1)
