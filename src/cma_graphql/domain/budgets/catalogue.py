"""The network's catalogue of statement lines, frequencies and figures: what may stand on a statement of which day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.domain.budgets.models import (
    PaymentFrequency,
    StatementLine,
    StatementParameter,
)
from cma_graphql.domain.households.models import StatementScheme
from cma_graphql.persistence.reads import AnySelect, Reads, Record, Span, spanning

SAVINGS_RATE = "sfs.savings.rate"
SAVINGS_CAP = "sfs.savings.cap"


@spanning(Span.NETWORK)
def statement_lines(_sight: Sight, _span: Span) -> AnySelect:
    """Select every line of every scheme, in the order of the form."""
    return select(
        StatementLine.scheme,
        StatementLine.scheme_version,
        StatementLine.code,
        StatementLine.kind,
        StatementLine.group_code,
        StatementLine.section,
        StatementLine.name,
        StatementLine.element,
        StatementLine.repeatable,
        StatementLine.needs_description,
        StatementLine.guideline_category,
        StatementLine.position,
        StatementLine.active_from,
        StatementLine.active_to,
        StatementLine.source,
        StatementLine.certainty,
    ).order_by(StatementLine.scheme, StatementLine.scheme_version, StatementLine.position)


@spanning(Span.NETWORK)
def payment_frequencies(_sight: Sight, _span: Span) -> AnySelect:
    """Select every frequency, the most frequent first."""
    return select(
        PaymentFrequency.code,
        PaymentFrequency.name,
        PaymentFrequency.periods_per_year,
        PaymentFrequency.active_from,
        PaymentFrequency.active_to,
        PaymentFrequency.source,
        PaymentFrequency.certainty,
    ).order_by(PaymentFrequency.position)


@spanning(Span.NETWORK)
def statement_parameters(_sight: Sight, _span: Span) -> AnySelect:
    """Select every figure by which schemes reckon."""
    return select(
        StatementParameter.scheme,
        StatementParameter.code,
        StatementParameter.value,
        StatementParameter.active_from,
        StatementParameter.active_to,
    ).order_by(StatementParameter.active_from)


def in_force(row: Record, day: date) -> bool:
    """Tell whether a row of the catalogue holds on a day; its first and last day are within."""
    return bool(row["active_from"] <= day and (row["active_to"] is None or day <= row["active_to"]))


def validity(row: Record) -> dict[str, str]:
    """Answer the days from and to which a row holds, as a fault tells them."""
    until = row["active_to"]
    return {
        "active_from": row["active_from"].isoformat(),
        **({} if until is None else {"active_to": until.isoformat()}),
    }


def said_of(row: Record) -> str:
    """Say in words when a row of the catalogue holds."""
    until = row["active_to"]
    end = "" if until is None else f" to {until.isoformat()}"
    return f"from {row['active_from'].isoformat()}{end}"


@dataclass(frozen=True)
class Form:
    """The lines of the catalogue as they were read once."""

    lines: Sequence[Record]

    @cached_property
    def _lines_by_code(self) -> Mapping[tuple[str, str, str], Record]:
        return {(row["scheme"], row["scheme_version"], row["code"]): row for row in self.lines}

    def line(self, scheme: str, scheme_version: str, code: str) -> Record | None:
        """Answer a line of a scheme, whatever the day; None where the scheme has none of this code."""
        return self._lines_by_code.get((scheme, scheme_version, code))

    def place(self, scheme: str, scheme_version: str, code: str) -> int:
        """Answer a line's place on the form; what the catalogue has lost comes last."""
        row = self.line(scheme, scheme_version, code)
        return len(self.lines) if row is None else row["position"]

    def version_in_force(self, scheme: StatementScheme, day: date) -> str | None:
        """Answer the version of a scheme's form that a statement of this day is made in; None: there is none."""
        versions = [
            (row["active_from"], row["scheme_version"])
            for row in self.lines
            if row["scheme"] == scheme.value and in_force(row, day)
        ]
        return max(versions)[1] if versions else None

    def check_code(self, faults: Faults, field: str, *, scheme: str, version: str, code: str, day: date) -> None:
        """Note the fault `unknown-code`, or `code-out-of-date` with the days of the code."""
        row = self.line(scheme, version, code)
        if row is None:
            # A code of the caller's is repeated in no message: it may be anything.
            faults.add(field, "unknown-code", f"The {scheme} {version} has no line of this code.")
        elif not in_force(row, day):
            faults.add(
                field,
                "code-out-of-date",
                f"The line {code} is for statements {said_of(row)}.",
                code=code,
                **validity(row),
            )


@dataclass(frozen=True)
class Catalogue(Form):
    """The lines and the frequencies of the catalogue as they were read once."""

    frequencies: Sequence[Record]

    @cached_property
    def _frequencies_by_code(self) -> Mapping[str, Record]:
        return {row["code"]: row for row in self.frequencies}

    def frequency(self, code: str) -> Record | None:
        """Answer a frequency, whatever the day."""
        return self._frequencies_by_code.get(code)

    def check_frequency(self, faults: Faults, field: str, code: str, day: date) -> None:
        """Note the fault `unknown-frequency`, or `frequency-out-of-date` with the days of the frequency."""
        row = self.frequency(code)
        if row is None:
            faults.add(field, "unknown-frequency", "The catalogue has no such frequency.", frequency=code)
        elif not in_force(row, day):
            faults.add(
                field,
                "frequency-out-of-date",
                f"The frequency {code} is for statements {said_of(row)}.",
                frequency=code,
                **validity(row),
            )

    def check_kept(self, faults: Faults, field: str, sheet: "Dated", lines: Iterable[Record]) -> None:
        """Note every line, already on a statement, whose code or frequency its day does not allow; each once."""
        for code in dict.fromkeys(row["code"] for row in lines):
            self.check_code(
                faults,
                field,
                scheme=sheet.scheme,
                version=sheet.scheme_version,
                code=code,
                day=sheet.statement_date,
            )
        for frequency in dict.fromkeys(row["frequency"] for row in lines):
            self.check_frequency(faults, field, frequency, sheet.statement_date)


@dataclass(frozen=True, slots=True)
class Dated:
    """What of a statement decides which lines it may have."""

    scheme: str
    scheme_version: str
    statement_date: date


async def read_catalogue(reads: Reads) -> Catalogue:
    """Read the catalogue's lines and frequencies: two statements, about a hundred rows."""
    return Catalogue(
        await reads.all(statement_lines, Span.NETWORK),
        await reads.all(payment_frequencies, Span.NETWORK),
    )


async def read_form(reads: Reads) -> Form:
    """Read the catalogue's lines alone."""
    return Form(await reads.all(statement_lines, Span.NETWORK))


async def read_parameters(reads: Reads) -> Sequence[Record]:
    """Read the figures by which schemes reckon."""
    return await reads.all(statement_parameters, Span.NETWORK)


def parameter(rows: Iterable[Record], scheme: str, code: str, day: date) -> Decimal | None:
    """Answer a scheme's figure as it is on a day; None where it has none then."""
    found = [row["value"] for row in rows if (row["scheme"], row["code"]) == (scheme, code) and in_force(row, day)]
    return found[-1] if found else None


async def lines_in_force(reads: Reads, day: date | None = None) -> list[Record]:
    """Answer the lines that a statement of a day, today unless said, may have; in the order of the form."""
    at = day or today()
    return [row for row in await reads.all(statement_lines, Span.NETWORK) if in_force(row, at)]


async def frequencies_in_force(reads: Reads, day: date | None = None) -> list[Record]:
    """Answer the frequencies that a statement of a day, today unless said, may use."""
    at = day or today()
    return [row for row in await reads.all(payment_frequencies, Span.NETWORK) if in_force(row, at)]
