"""What a person states of a line: read field by field against the catalogue of the statement's day."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.money import INTEGER_DIGITS, NOTHING, parse_money
from cma_graphql.domain.budgets.catalogue import Catalogue, Dated
from cma_graphql.domain.budgets.conversion import monthly_amount
from cma_graphql.domain.budgets.models import BudgetSheet, Frequency

LONGEST_DESCRIPTION = 200
LONGEST_NOTE = 2_000
_TOO_LARGE = Decimal(10) ** INTEGER_DIGITS


class LineDetails(TypedDict, total=False):
    """A line as somebody typed it. An absent key states nothing; None takes a text away."""

    code: str
    amount: Decimal
    frequency: Frequency
    description: str | None
    note: str | None


def dated(sheet: BudgetSheet) -> Dated:
    """Answer what of a statement decides which lines it may have."""
    return Dated(sheet.scheme, sheet.scheme_version, sheet.statement_date)


def read_line(
    faults: Faults, catalogue: Catalogue, sheet: Dated, given: Mapping[str, Any], *, inside: str = ""
) -> dict[str, Any]:
    """Return a line's columns; note each fault under its field, `inside` put before the field's name.

    Rules: `unknown-code`, `code-out-of-date`, `frequency-out-of-date`, `minimum` and those of money, `required`
    (a description, for the lines of what the form does not name) and those of texts.
    """
    code, frequency = given["code"], given["frequency"].value
    catalogue.check_code(
        faults,
        f"{inside}code",
        scheme=sheet.scheme,
        version=sheet.scheme_version,
        code=code,
        day=sheet.statement_date,
    )
    catalogue.check_frequency(faults, f"{inside}frequency", frequency, sheet.statement_date)
    row, period = catalogue.line(sheet.scheme, sheet.scheme_version, code), catalogue.frequency(frequency)
    description = _text(faults, f"{inside}description", given.get("description"), multi=False)
    if row is not None and row["needs_description"] and given.get("description") is None:
        faults.add(f"{inside}description", "required", "Say what this is: the form does not name it.")
    amount = faults.read(f"{inside}amount", parse_money, given["amount"], minimum=NOTHING)
    monthly = None
    if amount is not None and period is not None:
        monthly = faults.read(f"{inside}amount", _monthly, amount, period["periods_per_year"])
    return {
        "code": code,
        "amount": amount,
        "frequency": frequency,
        "monthly_amount": monthly,
        "description": description,
        "note": _text(faults, f"{inside}note", given.get("note"), multi=True),
    }


def _monthly(amount: Decimal, periods_per_year: int) -> Decimal:
    monthly = monthly_amount(amount, periods_per_year=periods_per_year)
    if monthly >= _TOO_LARGE:
        raise FormatError(
            "digits", f"A month's amount has at most {INTEGER_DIGITS} digits before the point.", maximum=INTEGER_DIGITS
        )
    return monthly


def _text(faults: Faults, field: str, text: str | None, *, multi: bool) -> str | None:
    if text is None:
        return None
    if multi:
        return faults.read(field, multiline, text, max_length=LONGEST_NOTE)
    return faults.read(field, one_line, text, max_length=LONGEST_DESCRIPTION)
