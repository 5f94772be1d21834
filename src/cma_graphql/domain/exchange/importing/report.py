"""What an import found: the numbers of its records, and its faults, of which it holds a bounded number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cma_graphql.core.errors import Invalid, Parameter

MOST_KEPT = 1_000
"""How many faults a report holds; of more it says how many there are."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """A rule that a line of a file breaks. It never repeats what the file says."""

    line: int
    """The record's first line in the file, whose header is line 1."""
    column: str
    """The column at fault; empty where it is the line as a whole."""
    rule: str
    message: str
    params: Mapping[str, Parameter]


@dataclass(slots=True)
class Report:
    """What has been found so far."""

    tell: Callable[[LineFault], None] | None = None
    """Whom to tell of each fault at once."""
    lines: int = 0
    """How many records were read."""
    clients: int = 0
    cases: int = 0
    debts: int = 0
    total: int = 0
    """How many faults there are."""
    faults: list[LineFault] = field(default_factory=list)
    """The first of them."""

    def add(self, line: int, faults: Sequence[Invalid]) -> None:
        """Note the faults of a line."""
        for fault in faults:
            found = LineFault(line, fault.field, fault.rule, fault.message, fault.params)
            self.total += 1
            if len(self.faults) < MOST_KEPT:
                self.faults.append(found)
            if self.tell is not None:
                self.tell(found)


class CaseloadRefused(Invalid):
    """A caseload has faults, so nothing of it was taken over."""

    def __init__(self, report: Report) -> None:
        found = "One fault" if report.total == 1 else f"{report.total} faults"
        super().__init__(
            "document_id",
            "caseload-faults",
            f"{found} in the file: nothing was imported. Mend the lines that the report names, and import it again.",
            count=report.total,
        )
        self.report = report
