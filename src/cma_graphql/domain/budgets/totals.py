"""What a statement's lines come to: the one place where they are added up (domain reference 2.3), in Decimal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any, Protocol

from cma_graphql.core.errors import Invalid
from cma_graphql.core.money import INTEGER_DIGITS, NOTHING, PENNY
from cma_graphql.domain.budgets.catalogue import SAVINGS_CAP, SAVINGS_RATE, Form, parameter
from cma_graphql.domain.budgets.models import LineKind
from cma_graphql.persistence.reads import Record

STORED = ("total_income", "total_fixed", "total_flexible", "savings_contribution", "debt_admin_fee")
"""What is kept on a statement once its client has confirmed it; the rest follows from these."""
_TOO_LARGE = Decimal(10) ** INTEGER_DIGITS


class Line(Protocol):
    """What of a line its totals look at; records have it."""

    def __getitem__(self, name: str, /) -> Any:
        """Answer `code` or `monthly_amount`."""


class TotalsDiffer(Invalid):
    """The totals that a client confirmed are not those of the lines: somebody has changed one of them by hand."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            "id",
            "totals-differ",
            "The totals kept with this statement are not those of its lines. It may not be used.",
            totals=list(fields),
        )


@dataclass(frozen=True, slots=True)
class GroupTotal:
    """What the lines of one section come to, a month."""

    kind: str
    group_code: str
    section: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Pounds a month."""

    total_income: Decimal = NOTHING
    total_fixed: Decimal = NOTHING
    total_flexible: Decimal = NOTHING
    savings_contribution: Decimal = NOTHING
    debt_admin_fee: Decimal = NOTHING
    groups: tuple[GroupTotal, ...] = ()

    @property
    def total_outgoings(self) -> Decimal:
        """Fixed and flexible costs."""
        return self.total_fixed + self.total_flexible

    @property
    def surplus(self) -> Decimal:
        """Income less outgoings: seed 003's surplus_deficit. It may be negative."""
        return self.total_income - self.total_outgoings

    @property
    def available_for_priority(self) -> Decimal:
        """What is left for priority debts: the surplus less the savings contribution and the fee."""
        return self.surplus - self.savings_contribution - self.debt_admin_fee

    def stored(self) -> dict[str, Decimal]:
        """Answer the columns that a confirmed statement keeps."""
        return {name: getattr(self, name) for name in STORED}


_COLUMN_OF_KIND: Mapping[str, str] = {
    LineKind.INCOME.value: "total_income",
    LineKind.FIXED.value: "total_fixed",
    LineKind.FLEXIBLE.value: "total_flexible",
    LineKind.SAVINGS.value: "savings_contribution",
    LineKind.DEBT_FEE.value: "debt_admin_fee",
}


def add_up(form: Form, scheme: str, scheme_version: str, lines: Iterable[Line]) -> Totals:
    """Add up lines' monthly amounts by kind and by section, in the order of the form.

    Raise LookupError for a code that the catalogue has lost: a line left out would be worse than no total.
    """
    sums: dict[str, Decimal] = {}
    groups: dict[tuple[str, str, str], Decimal] = {}
    placed = []
    for line in lines:
        row = form.line(scheme, scheme_version, line["code"])
        if row is None:
            raise LookupError(f"the catalogue of {scheme} {scheme_version} has lost the line {line['code']}")
        placed.append((row, line["monthly_amount"]))
    for row, amount in sorted(placed, key=lambda item: item[0]["position"]):
        column = _COLUMN_OF_KIND[row["kind"]]
        sums[column] = sums.get(column, NOTHING) + amount
        group = (row["kind"], row["group_code"], row["section"])
        groups[group] = groups.get(group, NOTHING) + amount
    return Totals(**sums, groups=tuple(GroupTotal(*group, amount) for group, amount in groups.items()))


def require_writable(totals: Totals, field: str) -> None:
    """Raise Invalid where a total has more digits than money has here; no household comes near it."""
    amounts = (
        totals.total_income,
        totals.total_outgoings,
        totals.surplus,
        totals.available_for_priority,
    )
    if any(abs(amount) >= _TOO_LARGE for amount in amounts):
        raise Invalid(
            field,
            "digits",
            f"The totals would have more than {INTEGER_DIGITS} digits before the point.",
            maximum=INTEGER_DIGITS,
        )


def kept_totals(sheet: Record | Mapping[str, Any]) -> Totals | None:
    """Answer the totals that a confirmed statement keeps, without sections; None where none were confirmed."""
    if any(sheet[name] is None for name in STORED):
        return None
    return Totals(**{name: sheet[name] for name in STORED})


def require_agreement(kept: Totals | None, counted: Totals) -> None:
    """Raise TotalsDiffer where the kept totals are not those of the lines (mission checklist C19)."""
    if kept is None:
        return
    differing = [name for name in STORED if getattr(kept, name) != getattr(counted, name)]
    if differing:
        raise TotalsDiffer(differing)


def suggested_savings(parameters: Sequence[Record], scheme: str, day: date, surplus: Decimal) -> Decimal | None:
    """Answer the monthly saving that the scheme allows for: a share of the surplus, at most a cap; never more.

    A suggestion only (domain reference 2.3). None where the scheme has no figures for the day.
    """
    rate = parameter(parameters, scheme, SAVINGS_RATE, day)
    cap = parameter(parameters, scheme, SAVINGS_CAP, day)
    if rate is None or cap is None:
        return None
    return min(rate * max(NOTHING, surplus), cap).quantize(PENNY, ROUND_DOWN)
