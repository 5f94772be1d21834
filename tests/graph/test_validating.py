"""Documents are refused for the same reasons, in the same order and in the same words, as by graphql-core."""

import re
from random import Random

import pytest
from graphql import GraphQLError, GraphQLSyntaxError, parse
from graphql import validate as validate_by_graphql_core
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cma_graphql.graph.prepared import RULES
from cma_graphql.graph.schema import make_schema
from cma_graphql.graph.validating import validate
from support.operations_at_random import Writer

SCHEMA = make_schema()._schema
_TOKEN = re.compile(r'"[^"]*"|\.\.\.|[$@]?\w+|[^\s\w]')
_ODD = (
    "id",
    "Case",
    "$a",
    "...",
    "@skip(if: true)",
    "on",
    "{ id }",
    "first: 3",
    "null",
    "__typename",
    "fragment F on Case",
)


def spoilt(text: str, random: Random, times: int) -> str:
    """Take words of a document out, put others in, and change some for others of it."""
    words = _TOKEN.findall(text)
    for _ in range(times):
        at = random.randrange(len(words))
        match random.randrange(4):
            case 0:
                del words[at : at + 1]
            case 1:
                words[at] = random.choice(words)
            case 2:
                words.insert(at, random.choice(words))
            case _:
                words.insert(at, random.choice(_ODD))
    return " ".join(words)


def told(errors: list[GraphQLError]) -> list[tuple[str, object]]:
    """Answer what is told of errors."""
    return [(error.message, error.locations) for error in errors]


def compare(text: str, *, most: int, hidden: bool) -> int:
    """Validate a document in both ways; answer how many errors it has."""
    document = parse(text)
    expected = validate_by_graphql_core(SCHEMA, document, RULES, max_errors=most, hide_suggestions=hidden)
    found = validate(SCHEMA, document, RULES, max_errors=most, hide_suggestions=hidden)
    assert told(found) == told(expected), text
    return len(expected)


def test_any_document_is_judged_alike(pytestconfig: pytest.Config) -> None:
    number = int(pytestconfig.getoption("compared_operations"))
    judged = {True: 0, False: 0}

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        random=st.randoms(use_true_random=True),
        times=st.integers(0, 6),
        most=st.sampled_from((1, 25)),
        hidden=st.booleans(),
    )
    def any_document(random: Random, times: int, most: int, hidden: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        text = spoilt(Writer(SCHEMA, random).write().text, random, times)
        try:
            judged[compare(text, most=most, hidden=hidden) == 0] += 1
        except GraphQLSyntaxError:
            return

    any_document()
    assert min(judged.values()) > number // 50


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { ...F }",
        "query($a: Int) { __typename } query { __typename }",
        "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
        "query($a: ID!) { case(id: $a) { id } } { case(id: $b) { nothing } }",
        "type Query { id: ID }",
        "".join(f"fragment F{at} on Query {{ ...F{at + 1} }} " for at in range(300)) + "{ ...F0 }",
        "{ case(id: 1) { " + "id: title " * 40 + "} }",
    ],
)
@pytest.mark.parametrize("most", [1, 25])
def test_what_is_wrong_in_rare_ways_is_told_alike(text: str, most: int) -> None:
    compare(text, most=most, hidden=False)
