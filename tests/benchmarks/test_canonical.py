"""Answers of different servers become one form, and what differs after that is refused, with its place."""

from typing import Any

import pytest

from canonical import AnswerRefused, AnswersDiffer, canonical, require_equal

OURS: dict[str, Any] = {
    "data": {
        "cases": {
            "edges": [
                {
                    "node": {
                        "id": "case_01a2280856a0707fa0d4091d9c8b1555",
                        "createdAt": "2026-03-01T09:30:00.000Z",
                        "client": {"id": "client_01a2280856a0707fa0d4091d9c8b1556", "lastName": "Taylor"},
                        "advisor": None,
                        "debts": [{"currentBalance": "120.00"}, {"currentBalance": None}],
                        "currentBudget": {"number": 2},
                        "documents": {"edges": [{"node": {"title": "Letter"}}]},
                    }
                }
            ]
        }
    }
}
PLAIN: dict[str, Any] = {
    "data": {
        "cases": [
            {
                "id": "01a22808-56a0-707f-a0d4-091d9c8b1555",
                "createdAt": "2026-03-01T10:30:00+01:00",
                "client": {"id": "01a22808-56a0-707f-a0d4-091d9c8b1556", "lastName": "Taylor"},
                "advisor": None,
                "debts": [{"currentBalance": "120"}, {"currentBalance": None}],
                "currentBudget": {"number": 2},
                "documents": [{"title": "Letter"}],
            }
        ]
    }
}
GENERATED: dict[str, Any] = {
    "data": {
        "allCases": {
            "nodes": [
                {
                    "id": "01a22808-56a0-707f-a0d4-091d9c8b1555",
                    "createdAt": "2026-03-01T09:30:00.000000+00:00",
                    "client": {"id": "01a22808-56a0-707f-a0d4-091d9c8b1556", "lastName": "Taylor"},
                    "advisor": None,
                    "debts": {"nodes": [{"currentBalance": "120.00"}, {"currentBalance": None}]},
                    "currentBudget": {"nodes": [{"number": 2}]},
                    "documents": {"nodes": [{"title": "Letter"}]},
                }
            ]
        }
    }
}
FORM = [
    {
        "id": "01a22808-56a0-707f-a0d4-091d9c8b1555",
        "createdAt": "2026-03-01T09:30:00.000+00:00",
        "client": {"id": "01a22808-56a0-707f-a0d4-091d9c8b1556", "lastName": "Taylor"},
        "advisor": None,
        "debts": [{"currentBalance": "120.00"}, {"currentBalance": None}],
        "currentBudget": {"number": 2},
        "documents": [{"title": "Letter"}],
    }
]


@pytest.mark.parametrize("body", [OURS, PLAIN, GENERATED], ids=["ours", "plain", "generated"])
def test_every_servers_answer_has_one_form(body: dict[str, Any]) -> None:
    assert canonical(body) == FORM


def test_an_empty_list_stands_for_no_record_where_at_most_one_is_asked_for() -> None:
    assert canonical({"data": {"case": {"currentBudget": {"nodes": []}}}}) == {"currentBudget": None}
    assert canonical({"data": {"case": {"documents": {"nodes": []}}}}) == {"documents": []}


def test_a_mutations_payload_is_its_record() -> None:
    assert canonical({"data": {"caseUpdate": {"case": {"priority": "HIGH"}, "errors": []}}}) == {"priority": "HIGH"}
    assert canonical({"data": {"updateCase": {"case": {"priority": "HIGH"}}}}) == {"priority": "HIGH"}
    assert canonical({"data": {"caseSetPriority": {"priority": "HIGH"}}}) == {"priority": "HIGH"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": {"case": {}}, "errors": [{"message": "No."}]}, "No."),
        ({"data": {"caseUpdate": {"case": None, "errors": [{"code": "CONFLICT"}]}}}, "CONFLICT"),
        ({"data": None}, "no single root field"),
        ({"data": {"one": 1, "other": 2}}, "no single root field"),
        ({"data": {"case": {"createdAt": "2026-03-01T09:30:00"}}}, "in no zone"),
    ],
)
def test_an_answer_that_cannot_be_compared_is_refused(body: dict[str, Any], said: str) -> None:
    with pytest.raises(AnswerRefused, match=said):
        canonical(body)


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ([{"id": 1, "debts": [{"status": "ACTIVE"}, {"status": "SETTLED"}]}], r"\[0\]\.debts\[1\]\.status"),
        ([{"id": 1, "debts": [{"status": "ACTIVE"}]}], r"\[0\]\.debts: 2 rows expected, 1 found"),
        ([{"id": 1}], r"\[0\]: fields \['debts'\]"),
        ([], "the root: 1 rows expected, 0 found"),
        (None, "the root: "),
        ([{"id": True, "debts": [{"status": "ACTIVE"}, {"status": "ACTIVE"}]}], r"\[0\]\.id: 1 expected, True found"),
        ([{"id": "1", "debts": [{"status": "ACTIVE"}, {"status": "ACTIVE"}]}], r"\[0\]\.id: 1 expected, '1' found"),
    ],
)
def test_answers_that_differ_are_refused_with_their_place(found: Any, place: str) -> None:
    expected = [{"id": 1, "debts": [{"status": "ACTIVE"}, {"status": "ACTIVE"}]}]
    with pytest.raises(AnswersDiffer, match=f"^apollo answers otherwise at {place}"):
        require_equal("apollo", expected, found)


def test_equal_answers_are_let_pass() -> None:
    require_equal("apollo", canonical(OURS), canonical(GENERATED))
    require_equal("apollo", None, None)
