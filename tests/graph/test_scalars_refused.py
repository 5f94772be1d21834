"""What a caller reads of a scalar that was refused: the rule and a sentence, never the value."""

import pytest
from graphql import parse

from cma_graphql.graph.schema import make_schema
from cma_graphql.graph.variables import explain_variables

SCHEMA = make_schema()._schema


@pytest.mark.parametrize(
    ("scalar", "value", "rule"),
    [
        ("Date", "31.3.2026", "day-format"),
        ("Date", "2026-02-30", "day"),
        ("Date", 20260331, "day-format"),
        ("DateTime", "2026-03-30T09:30:00", "instant-format"),
        ("DateTime", "2026-13-31T09:30:00Z", "instant"),
    ],
)
def test_a_day_or_an_instant(scalar: str, value: object, rule: str) -> None:
    operation = parse(f"query ($at: {scalar}!) {{ __typename }}").definitions[0]
    [refusal] = explain_variables(SCHEMA, operation, {"at": value})  # type: ignore[arg-type]
    assert refusal.extensions == {"code": "BAD_USER_INPUT", "field": "at", "rule": rule, "params": {}}
    assert str(value) not in refusal.message
