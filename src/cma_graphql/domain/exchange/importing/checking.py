"""Checks every line of a file: by itself, against the file's other lines, and against what the centre has."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.core.vault import Vault
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.debts.services.add import MOST_DEBTS
from cma_graphql.domain.exchange.importing.case_records import CONSENTED, CaseLine
from cma_graphql.domain.exchange.importing.centre import Centre
from cma_graphql.domain.exchange.importing.columns import Kind
from cma_graphql.domain.exchange.importing.creditors import Creditors
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile, Unreadable
from cma_graphql.domain.exchange.importing.outline import Outline
from cma_graphql.domain.exchange.importing.persons import Persons
from cma_graphql.domain.exchange.importing.records import ClientLine, DebtLine, Parsed, read_row
from cma_graphql.domain.exchange.importing.report import Report
from cma_graphql.domain.exchange.importing.selectors import cases_called_before, clients_called_before
from cma_graphql.domain.exchange.importing.table import Table, UnusableHeader
from cma_graphql.domain.staffing.workload import unfit
from cma_graphql.persistence.reads import Reads, Record, Statement

AT_A_TIME = 500
"""How many lines are looked at together."""

Progress = Callable[[str, int], None]
"""Told what is being done and how many lines it was done to."""


def no_progress(_what: str, _lines: int) -> None:
    """Tell nobody."""


def parsed_lines(file: CaseloadFile, jurisdiction: Jurisdiction) -> Iterator[Parsed]:
    """Read a file's lines by themselves; where it cannot be read any further, the last one says why."""
    try:
        for row in Table(file):
            yield read_row(row, jurisdiction=jurisdiction)
    except UnusableHeader as refusal:
        yield Parsed(refusal.line, None, refusal.faults)
    except Unreadable as refusal:
        yield Parsed(refusal.line, None, [refusal.fault])


@dataclass(slots=True)
class Checked:
    """What the check learned that writing needs."""

    creditors: Creditors = field(default_factory=Creditors)
    years: Counter[int] = field(default_factory=Counter)
    """How many cases were opened in which year: their numbers are counted by it."""


class Check:
    """One check of one file."""

    def __init__(self, file: CaseloadFile, outline: Outline, centre: Centre, report: Report) -> None:
        self._file = file
        self._outline = outline
        self._centre = centre
        self._report = report
        self._debts: Counter[str] = Counter()
        self._checked = Checked()

    async def run(
        self, reads: Reads, vault: Vault, *, accept_possible_duplicates: bool, progress: Progress = no_progress
    ) -> Checked:
        """Check all lines in their order, some hundreds at a time, and note the faults in the report."""
        persons = None if accept_possible_duplicates else Persons(vault, reads.actor.centre_id)
        lines = parsed_lines(self._file, self._centre.jurisdiction)
        while batch := list(islice(lines, AT_A_TIME)):
            await self._look_at(reads, batch, persons)
            progress("checked", self._report.lines)
        self._report.lines = self._outline.lines
        if not self._report.lines and not self._report.total:
            self._report.add(1, [Invalid("", "empty-file", "The file has no lines but its header.", minimum=1)])
        return self._checked

    async def _look_at(self, reads: Reads, batch: Sequence[Parsed], persons: Persons | None) -> None:
        clients = [line.record for line in batch if isinstance(line.record, ClientLine)]
        cases = [line.record for line in batch if isinstance(line.record, CaseLine)]
        debts = [line.record for line in batch if isinstance(line.record, DebtLine)]
        there = {
            Kind.CLIENT: await _called(reads, clients_called_before, [client.reference for client in clients]),
            Kind.CASE: await _called(reads, cases_called_before, [case.reference for case in cases]),
        }
        doubts = {} if persons is None else await persons.doubts(reads, clients)
        await self._checked.creditors.learn(reads, [debt.creditor for debt in debts])
        for line in batch:
            misread = {fault.field for fault in line.faults}
            found = [fault for fault in self._links(line, there, doubts) if fault.field not in misread]
            self._report.add(line.line, [*line.faults, *found])
            self._count(line)

    def _count(self, line: Parsed) -> None:
        self._report.lines += 1
        match line.record:
            case ClientLine():
                self._report.clients += 1
            case CaseLine() as case:
                self._report.cases += 1
                self._checked.years[case.opened_on.year] += 1
            case DebtLine():
                self._report.debts += 1

    def _links(self, line: Parsed, there: Mapping[Kind, set[str]], doubts: Mapping[int, Invalid]) -> Iterator[Invalid]:
        """Find what is wrong with a line beside others."""
        match line.record:
            case ClientLine() as client:
                mark = self._outline.clients.get(client.reference)
                yield from _named_once(client.line, client.line if mark is None else mark.line)
                yield from _not_yet_there(client.reference, there[Kind.CLIENT])
                if client.line in doubts:
                    yield doubts[client.line]
            case CaseLine() as case:
                yield from _named_once(case.line, self._outline.cases.get(case.reference, case.line))
                yield from _not_yet_there(case.reference, there[Kind.CASE])
                yield from self._of_case(case)
            case DebtLine() as debt:
                yield from _named_once(debt.line, self._outline.debts.get(debt.reference, debt.line))
                yield from self._of_debt(debt)

    def _of_case(self, case: CaseLine) -> Iterator[Invalid]:
        inside, outside = self._outline.clients.get(case.client), self._centre.clients.get(case.client)
        if inside is None and outside is None:
            yield Invalid("client", "not-found", "Neither the file nor the centre has a client with this reference.")
        elif case.status in CONSENTED and not (inside.consented if inside is not None else outside.consented):  # type: ignore[union-attr]
            yield Invalid(
                "status",
                "consent-missing",
                f"A case that is {case.status} has its client's consent to advice: say advice_consent_on.",
                purpose="ADVICE",
            )
        yield from _of_type("case_type", case.case_type, self._centre.case_types)
        if case.team is not None and case.team not in self._centre.teams:
            yield Invalid("team", "not-found", "The centre has no team of this name.")
        if case.advisor is not None:
            member = self._centre.staff.get(case.advisor)
            if member is None:
                yield Invalid("advisor", "not-found", "Nobody of the centre's staff has this e-mail address.")
            elif case.status in OPEN or case.status in CONSENTED:
                fault = unfit(member["status"], member["roles"], permission=Permission.CASE_UPDATE, field="advisor")
                if fault is not None:
                    yield fault

    def _of_debt(self, debt: DebtLine) -> Iterator[Invalid]:
        if debt.case not in self._outline.cases:
            yield Invalid("case", "not-found", "The file has no case with this reference.")
        else:
            self._debts[debt.case] += 1
            if self._debts[debt.case] > MOST_DEBTS:
                yield Invalid("case", "too-many-debts", f"A case has at most {MOST_DEBTS} debts.", maximum=MOST_DEBTS)
        yield from _of_type("debt_type", debt.debt_type, self._centre.debt_types)
        fault = self._checked.creditors.fault(debt.creditor)
        if fault is not None:
            yield fault


def _named_once(line: int, first: int) -> Iterator[Invalid]:
    if line != first:
        yield Invalid("reference", "doubled-reference", f"Line {first} has this reference already.", first_line=first)


def _not_yet_there(reference: str, there: set[str]) -> Iterator[Invalid]:
    if reference in there:
        yield Invalid("reference", "already-imported", "A record with this reference was imported before.")


def _of_type(column: str, code: str, types: Mapping[str, Record]) -> Iterator[Invalid]:
    kind = types.get(code)
    if kind is None:
        yield Invalid(column, "not-found", "The centre has no type with this code.")
    elif not kind["active"]:
        yield Invalid(column, "inactive", "This type is not in use any more.")


async def _called(reads: Reads, statement: Statement, references: Sequence[str]) -> set[str]:
    if not references:
        return set()
    return {row["name"] for row in await reads.all(statement, texts=list(references))}
