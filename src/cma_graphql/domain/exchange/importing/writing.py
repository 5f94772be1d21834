"""Writes a checked file: its clients, then their cases, then the debts, some hundreds of lines at a time."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Audience
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.codes import client_reference, format_case_number
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.services import add_cases, audience_of_new
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.clients import audience as client_audience
from cma_graphql.domain.clients.services.consent import add_consent
from cma_graphql.domain.clients.services.create import add_clients, new_client
from cma_graphql.domain.compliance.services.begin import begin_new_cases
from cma_graphql.domain.debts.services.add import add_debts, new_debt
from cma_graphql.domain.exchange.importing.case_records import CaseLine
from cma_graphql.domain.exchange.importing.centre import Centre
from cma_graphql.domain.exchange.importing.checking import AT_A_TIME, Checked, Progress
from cma_graphql.domain.exchange.importing.columns import Kind
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile, Unreadable
from cma_graphql.domain.exchange.importing.records import ClientLine, DebtLine, Line, kind_of, read_row
from cma_graphql.domain.exchange.importing.table import Table
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LAST_NUMBER = 999_999


class WrittenCase(NamedTuple):
    """A case that was written, as its debts need it."""

    key: UUID
    client_id: UUID
    audience: Audience


class Writing:
    """One file being written. Every lock and every number is taken before the first line is (append_so_far)."""

    def __init__(self, file: CaseloadFile, sha256: str, centre: Centre, checked: Checked, progress: Progress) -> None:
        self._file = file
        self._sha256 = sha256
        self._centre = centre
        self._checked = checked
        self._progress = progress
        self._clients: dict[str, UUID] = {}
        self._cases: dict[str, WrittenCase] = {}

    async def run(self, uow: UnitOfWork, client_numbers: range) -> None:
        """Write everything. Raises LimitReached where a year has no more case numbers, Invalid (`file-changed`)."""
        case_numbers = {
            year: iter(await uow.next_numbers(f"case:{year}", self._checked.years[year]))
            for year in sorted(self._checked.years)
        }
        await self._checked.creditors.settle(uow)
        await self._write_clients(uow, iter(client_numbers))
        await self._write_cases(uow, case_numbers)
        await self._write_debts(uow)

    async def _write_clients(self, uow: UnitOfWork, numbers: Iterator[int]) -> None:
        for lines in self._batches(Kind.CLIENT):
            said = [line for line in lines if isinstance(line, ClientLine)]
            clients = [
                await new_client(
                    uow,
                    line.details,
                    reference=client_reference(centre_code=self._centre.code, sequence=next(numbers)),
                    former_reference=line.reference,
                )
                for line in said
            ]
            await add_clients(uow, clients)
            for line, client in zip(said, clients, strict=True):
                self._clients[line.reference] = client.id
                if line.consent is not None:
                    add_consent(uow, client.id, line.consent, client_audience.audience_of_new(client))
            await uow.append_so_far()
            self._progress("clients written", len(self._clients))

    async def _write_cases(self, uow: UnitOfWork, numbers: Mapping[int, Iterator[int]]) -> None:
        for lines in self._batches(Kind.CASE):
            said = [line for line in lines if isinstance(line, CaseLine)]
            cases = [self._case(line, next(numbers[line.opened_on.year])) for line in said]
            await add_cases(uow, cases)
            await begin_new_cases(uow, [case for case in cases if case.status in OPEN])
            for line, case in zip(said, cases, strict=True):
                self._cases[line.reference] = WrittenCase(case.id, case.client_id, audience_of_new(case))
            await uow.append_so_far()
            self._progress("cases written", len(self._cases))

    def _case(self, line: CaseLine, number: int) -> Case:
        kind = self._centre.case_types[line.case_type]
        advisor = None if line.advisor is None else self._centre.staff[line.advisor]["key"]
        inside = self._clients.get(line.client)
        return Case(
            id=new_id(),
            client_id=inside if inside is not None else self._centre.clients[line.client].key,
            case_type_id=kind["key"],
            case_number=_case_number(line.opened_on, number),
            former_reference=line.reference,
            compliance_required=kind["requires_compliance_review"],
            legal_review_required=kind["requires_legal_review"],
            advisor_id=advisor,
            assigned_at=None if advisor is None else now(),
            team_id=None if line.team is None else self._centre.teams[line.team],
            **line.columns,
        )

    async def _write_debts(self, uow: UnitOfWork) -> None:
        written = 0
        for lines in self._batches(Kind.DEBT):
            debts = []
            for line in lines:
                if isinstance(line, DebtLine):
                    case, kind = self._cases[line.case], self._centre.debt_types[line.debt_type]
                    debt = await new_debt(
                        uow,
                        line.said,
                        case_id=case.key,
                        client_id=case.client_id,
                        creditor_id=self._checked.creditors.key(line.creditor),
                        debt_type_id=kind["key"],
                        priority=kind["default_priority"],
                        regulated_credit=kind["regulated_credit"],
                        **line.columns,
                    )
                    debts.append((debt, case.audience))
            await add_debts(uow, debts)
            written += len(debts)
            await uow.append_so_far()
            self._progress("debts written", written)

    def _batches(self, kind: Kind) -> Iterator[list[Line]]:
        lines = self._lines(kind)
        while batch := list(islice(lines, AT_A_TIME)):
            yield batch

    def _lines(self, kind: Kind) -> Iterator[Line]:
        """Read the lines of one kind once more; raise Invalid where the file is not the one that was checked."""
        table = Table(self._file)
        try:
            for row in table:
                if kind_of(row) is kind:
                    parsed = read_row(row, jurisdiction=self._centre.jurisdiction)
                    if parsed.record is None or parsed.faults:
                        raise _changed()
                    yield parsed.record
        except Unreadable:
            raise _changed() from None
        if table.sha256 != self._sha256:
            raise _changed()


def _changed() -> Invalid:
    return Invalid("", "file-changed", "The file was changed while it was imported: nothing was. Import it again.")


def _case_number(opened_on: date, sequence: int) -> str:
    try:
        return format_case_number(year=opened_on.year, sequence=sequence)
    except FormatError:
        raise LimitReached("case-numbers", _LAST_NUMBER, "All case numbers of this year are taken.") from None
