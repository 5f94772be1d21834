"""What a file holds, seen before its records are read: which there are, and what they refer to.

Lines may stand in any order, so a reference can be judged only once all of the file has been seen. This is all that is
kept of a file of any size: some three hundred bytes a line.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from cma_graphql.core.errors import LimitReached
from cma_graphql.domain.exchange.importing.columns import Kind
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile, Unreadable
from cma_graphql.domain.exchange.importing.records import kind_of, reference_of
from cma_graphql.domain.exchange.importing.table import Row, Table

_LONGEST_NAME = 320


class ClientMark(NamedTuple):
    """Where a client is in the file, and whether they consented to advice."""

    line: int
    consented: bool


@dataclass(slots=True)
class Outline:
    """What a file holds."""

    sha256: str = ""
    lines: int = 0
    clients: dict[str, ClientMark] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)
    """On which line each case is."""
    debts: dict[str, int] = field(default_factory=dict)
    named_clients: set[str] = field(default_factory=set)
    """The clients that cases name."""
    advisors: set[str] = field(default_factory=set)
    """The advisors that cases name, as they are written."""
    teams: set[str] = field(default_factory=set)

    @property
    def outside(self) -> list[str]:
        """The clients that cases name and the file does not hold: the centre may know them."""
        return sorted(self.named_clients - self.clients.keys())

    def add(self, row: Row) -> None:
        """Note a line."""
        self.lines += 1
        reference = reference_of(row)
        match kind_of(row):
            case Kind.CLIENT if reference is not None:
                self.clients.setdefault(reference, ClientMark(row.line, "advice_consent_on" in row.cells))
            case Kind.CASE:
                if reference is not None:
                    self.cases.setdefault(reference, row.line)
                client = reference_of(row, "client")
                if client is not None:
                    self.named_clients.add(client)
                for column, names in (("advisor", self.advisors), ("team", self.teams)):
                    name = row.cells.get(column, "")
                    if 0 < len(name) <= _LONGEST_NAME:
                        names.add(name)
            case Kind.DEBT if reference is not None:
                self.debts.setdefault(reference, row.line)


def draw_outline(file: CaseloadFile, *, most_lines: int | None = None) -> Outline:
    """Read a file through once. What cannot be read is told of when it is checked.

    Raises LimitReached where it has more than `most_lines` records.
    """
    outline, table = Outline(), Table(file)
    try:
        for row in table:
            outline.add(row)
            if most_lines is not None and outline.lines > most_lines:
                raise LimitReached(
                    "import-lines",
                    most_lines,
                    f"More than {most_lines} lines are imported by the command `cma-graphql import`, which knows no "
                    "bound, or in several files.",
                )
    except Unreadable:
        pass
    outline.sha256 = table.sha256
    return outline
