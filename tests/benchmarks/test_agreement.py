"""A server that answers otherwise than the others is found, before the measurement and while it runs."""

from typing import Any, cast
from uuid import UUID

import pytest

from agreement import Agreement
from canonical import AnswerRefused, AnswersDiffer
from dataset import Dataset, Facts
from servers import Server
from workloads import WORKLOADS, Workload

CASES = (UUID(int=16), UUID(int=17))
FACTS = Facts(UUID(int=1), "manager@example.org", CASES)
BY_NAME = {workload.name: workload for workload in WORKLOADS}


class Pretended:
    """A server that answers as the test wants."""

    def __init__(self, name: str, dialect: str, *answers: Any) -> None:
        self.name = name
        self.dialect = dialect
        self.asked: list[dict[str, Any]] = []
        self._answers = list(answers)

    def ask(self, body: dict[str, Any]) -> Any:
        """Answer the next."""
        self.asked.append(body)
        return self._answers[(len(self.asked) - 1) % len(self._answers)]


class Versions:
    """A database in which every case is at version 6."""

    def run(self, _cases: int, statement: str, *_arguments: object) -> list[dict[str, Any]]:
        """Answer the versions."""
        return [] if statement.startswith("UPDATE") else [{"id": case_id, "version": 6} for case_id in CASES]


def agreement(workload: Workload) -> Agreement:
    return Agreement(workload, cast("Dataset", Versions()), FACTS, 10)


def servers(*pretended: Pretended) -> list[Server]:
    return cast("list[Server]", list(pretended))


def case(title: str, **more: str) -> dict[str, Any]:
    return {"data": {"case": {"title": title, **more}}}


def test_equal_answers_are_agreed_on_and_held_to() -> None:
    q1 = agreement(BY_NAME["Q1"])
    ours, theirs = (Pretended(name, "plain", case("Rent"), case("Energy")) for name in ("ours", "theirs"))
    q1.reach(servers(ours, theirs))
    assert len(ours.asked) == len(theirs.asked) == 2
    [theirs_server] = servers(theirs)
    q1.require(theirs_server, 1, case("Energy"))
    with pytest.raises(AnswersDiffer, match=r"theirs under load answers otherwise at \.title"):
        q1.require(theirs_server, 1, case("Rent"))


def test_unequal_answers_are_refused() -> None:
    q1 = agreement(BY_NAME["Q1"])
    ours, theirs = Pretended("ours", "product", case("Rent")), Pretended("theirs", "plain", case("Rents"))
    with pytest.raises(AnswersDiffer, match=r"theirs answers otherwise at \.title: 'Rent' expected, 'Rents' found"):
        q1.reach(servers(ours, theirs))


def test_an_answer_with_errors_is_refused() -> None:
    for name in ("Q1", "Q6", "Q7"):
        refused = Pretended("ours", "product", {"data": {"case": None}, "errors": [{"message": "No."}]})
        with pytest.raises(AnswerRefused, match="No"):
            agreement(BY_NAME[name]).reach(servers(refused))


def test_a_priority_that_was_not_changed_is_refused() -> None:
    q4 = agreement(BY_NAME["Q4"])
    good = Pretended("ours", "product", {"data": {"caseUpdate": {"case": {"priority": "HIGH"}, "errors": []}}})
    q4.reach(servers(good))
    assert [body["variables"]["version"] for body in good.asked] == [6, 6]
    idle = Pretended("theirs", "plain", {"data": {"caseSetPriority": {"priority": "LOW"}}})
    with pytest.raises(AnswersDiffer, match="theirs did not change the priority"):
        q4.reach(servers(idle))


def test_every_connection_that_changes_has_a_case_of_its_own() -> None:
    with pytest.raises(ValueError, match="a case of its own"):
        agreement(BY_NAME["Q4"]).starts(3)
    assert agreement(BY_NAME["Q1"]).starts(3) == []
