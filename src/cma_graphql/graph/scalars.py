"""The scalars of the schema: money, instants, days, rates; each says what it looks like."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from cma_graphql.core.formats import FormatError
from cma_graphql.core.money import format_money, parse_money
from cma_graphql.core.percentage import format_percentage, parse_percentage

Money = NewType("Money", Decimal)
"""Pounds sterling."""
Percentage = NewType("Percentage", Decimal)
"""A rate in per cent."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")
_WITHOUT_ZONE = -len("+00:00")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def write_instant(value: datetime) -> str:
    """Write an instant as the API does: in UTC, to the millisecond."""
    at = value if value.tzinfo is UTC else value.astimezone(UTC)
    return f"{at.isoformat(timespec='milliseconds')[:_WITHOUT_ZONE]}Z"  # strftime would shorten early years


def _read_instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise FormatError("instant-format", "A DateTime is written like 2026-03-31T09:30:00.000Z, with its zone.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FormatError("instant", "There is no such instant.") from None


def _read_day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise FormatError("day-format", "A Date is written like 2026-03-31.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise FormatError("day", "There is no such day.") from None


def _read_money(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise FormatError("money-format", "Money is written as a text like 1234.50.")
    return parse_money(value)


def _read_percentage(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise FormatError("percentage-format", "A percentage is written as a text like 19.90.")
    return parse_percentage(value)


SCALARS: dict[object, ScalarDefinition] = {
    Money: strawberry.scalar(
        name="Money",
        description='Pounds sterling as a text with two decimals, like `"1234.50"`; at most 13 digits before the '
        "point. Input may have fewer decimals, never more: nothing is rounded.",
        serialize=format_money,
        parse_value=_read_money,
    ),
    Percentage: strawberry.scalar(
        name="Percentage",
        description='A rate in per cent as a text with two decimals, like `"19.90"`: 0 to 99999.99. Input may have '
        "fewer decimals, never more: nothing is rounded.",
        serialize=format_percentage,
        parse_value=_read_percentage,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in ISO 8601, given in UTC with milliseconds: `2026-03-31T09:30:00.000Z`. "
        "Input may have another zone, but must have one.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=write_instant,
        parse_value=_read_instant,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day in London: `2026-03-31`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=date.isoformat,
        parse_value=_read_day,
    ),
}
