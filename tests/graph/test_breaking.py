"""What breaks operations is named: what GraphQL knows of, and costs that are raised."""

import pytest

from cma_graphql.graph.breaking import breaking_changes
from cma_graphql.papers import SCHEMA

BEFORE = """
directive @cost(weight: Int, call: Int) on FIELD_DEFINITION
directive @listSize(assumedSize: Int!, slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION

type Query {
  things(first: Int, last: Int): Page @cost(call: 10)
    @listSize(assumedSize: 25, slicingArguments: ["first"], sizedFields: ["edges"])
  named(names: [String!]!): [Thing!]! @cost(weight: 2) @listSize(assumedSize: 9, slicingArguments: ["names"])
  plain: [Thing!]!
  thing(id: ID): Thing
}
type Page { edges: [Thing!]! @cost(weight: 0) total: Int @cost(call: 100) }
type Thing { id: ID name: String colour: Colour }
enum Colour { RED BLUE }
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("colour: Colour", "", ["Field Thing.colour was removed."]),
        ("name: String ", "name: Int ", ["Field Thing.name changed type from String to Int."]),
        ("RED BLUE", "RED", ["Enum value Colour.BLUE was removed."]),
        ("thing(id: ID)", "thing(id: ID!)", ["Argument Query.thing(id:) has changed type from ID to ID!."]),
        (", last: Int", "", ["Argument Query.things(last:) was removed."]),
        ("call: 100", "call: 101", ["Page.total costs more: its call is 101 in place of 100."]),
        ("id: ID name", "id: ID @cost(weight: 1) name", ["Thing.id costs more: its weight is 1 in place of 0."]),
        ("@cost(weight: 0)", "", ["Page.edges costs more: its weight is 1 in place of 0."]),
        (
            "plain: [Thing!]!",
            "plain: [Thing!]! @listSize(assumedSize: 6)",
            ["Query.plain costs more: the size of its list is 6 in place of 5."],
        ),
        (
            "assumedSize: 25",
            "assumedSize: 50",
            ["Query.things costs more: the size of a page that does not say it is 50 in place of 25."],
        ),
        (
            ', slicingArguments: ["names"]',
            "",
            ["Query.named may cost more: other arguments, or none, say its size."],
        ),
        (
            ', sizedFields: ["edges"]',
            "",
            [
                "Query.things costs more: the size of its list is 25 in place of 1.",
                "Query.things may cost more: other arguments, or none, say its size.",
                "Page.edges may cost more: it no longer counts as the items of a page.",
            ],
        ),
    ],
)
def test_what_breaks_is_told(old: str, new: str, told: list[str]) -> None:
    assert old in BEFORE
    assert breaking_changes(BEFORE, BEFORE.replace(old, new)) == told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("call: 100", "call: 99"),
        ("@cost(weight: 2) ", ""),
        ("assumedSize: 9", "assumedSize: 8"),
        ("colour: Colour", "colour: Colour taste: Taste @cost(call: 1000)"),
        ("RED BLUE", "RED BLUE GREEN"),
    ],
)
def test_what_breaks_nothing_is_not_told(old: str, new: str) -> None:
    assert breaking_changes(BEFORE, BEFORE.replace(old, new, 1) + "scalar Taste") == []


def test_a_schema_without_costs_promised_none() -> None:
    before = "type Query { thing: String }"
    after = "directive @cost(weight: Int, call: Int) on FIELD_DEFINITION type Query { thing: String @cost(call: 9) }"
    assert breaking_changes(before, after) == []


def test_the_published_schema_does_not_break_itself() -> None:
    published = SCHEMA()
    assert breaking_changes(published, published) == []
    dearer = published.replace("[CLIENT_READ]) @cost(call: 10)", "[CLIENT_READ]) @cost(call: 11)")
    assert "Case.client costs more: its call is 11 in place of 10." in breaking_changes(published, dearer)
