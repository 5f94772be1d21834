"""The workloads Q1 to Q7: what each asks, in the words of each server, with which variables."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from client import PRIORITIES

OPERATIONS = Path(__file__).resolve().parent / "operations"
PAGE = 50
MARKS = ("@counter@", "@priority@")
"""What the client writes anew in every request; the words between the signs are its own."""
_STATUS = "IN_PROGRESS"

Body = list[str]
"""What the client sends: texts, and between them the names of what is written anew."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One kind of request."""

    name: str
    title: str
    operation: str
    """The file of the document, without its ending."""
    inline: bool = False
    """Whether the values stand in the document, which is another with every request, so that no cache helps."""
    writes: bool = False
    peers: bool = True
    """Whether the peers can be asked the same."""
    page: int = PAGE

    @property
    def of_one_case(self) -> bool:
        """Whether it names a case."""
        return self.operation in {"Q1", "Q4", "Q6"}

    def bodies(self, dialect: str, centre_id: UUID, cases: Sequence[UUID]) -> list[Body]:
        """Answer the requests' bodies in turn: one for each case where it names one."""
        document = (OPERATIONS / dialect / f"{self.operation}.graphql").read_text()
        if self.inline:
            return [_split(json.dumps({"query": _inlined(document, self.variables(dialect, centre_id, None))}))]
        return [
            _split(
                json.dumps({"query": document, "variables": self.variables(dialect, centre_id, case_id)}).replace(
                    '"@counter@"', "@counter@"
                )
            )
            for case_id in (cases if self.of_one_case else [None])
        ]

    def variables(self, dialect: str, centre_id: UUID, case_id: UUID | None) -> dict[str, Any]:
        """Answer the variables of one request."""
        found: dict[str, Any] = {}
        if case_id is not None:
            found["id"] = f"case_{case_id.hex}" if dialect == "product" else str(case_id)
            if dialect == "postgraphile":
                found["centre"] = str(centre_id)
        if self.operation in {"Q2", "Q3"}:
            found |= {"status": _STATUS, "first": self.page}
        if self.writes:
            found["priority"] = "@priority@"
            if dialect == "product":
                found["version"] = "@counter@"
        return found


WORKLOADS = (
    Workload("Q1", "one case by id, 8 scalars", "Q1"),
    Workload("Q2", "50 cases by status, newest first, 10 fields, client (4), advisor (3)", "Q2"),
    Workload("Q3", "Q2 with debts (all, 5 fields), current budget, first 3 documents", "Q3"),
    Workload("Q3-inline", "Q3 as a document that is another with every request", "Q3", inline=True),
    Workload("Q4", "change one case's priority and read it back", "Q4", writes=True),
    Workload("Q5", "`{ __typename }`", "Q5"),
    Workload("Q6", "one case with everything an advisor's screen shows", "Q6", peers=False),
    Workload("Q7", "a manager's board: ten stages with figures, ten cards each", "Q7", peers=False),
)


def _inlined(document: str, variables: dict[str, Any]) -> str:
    """Write the variables into a document and give its operation a name that changes."""
    head, brace, rest = document.partition("{")
    name = head.split("(")[0].split()[1]
    for variable, value in variables.items():
        rest = rest.replace(f"${variable}", _literal(variable, value, head))
    return f"query {name}_@counter@ {brace}{rest}"


def _literal(variable: str, value: Any, head: str) -> str:
    """Write a value as GraphQL: a text where the operation declares a String, an enum's value otherwise."""
    return json.dumps(value) if f"${variable}: String" in head or isinstance(value, int) else str(value)


def _split(text: str) -> Body:
    """Cut a text at the marks: every second part is the name of what is written anew."""
    parts = [text]
    for mark in MARKS:
        parts = [
            piece
            for at, part in enumerate(parts)
            for piece in (_between(part.split(mark), mark.strip("@")) if at % 2 == 0 else [part])
        ]
    return parts


def _between(parts: list[str], name: str) -> list[str]:
    """Put a name between each two parts."""
    return [piece for part in parts for piece in (part, name)][:-1]


def priority_after(version: int) -> str:
    """Answer the priority that the client sets with this counter."""
    return PRIORITIES[version % 2]
