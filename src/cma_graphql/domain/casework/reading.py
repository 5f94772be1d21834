"""Reads what people say of a case: texts, amounts, days, each by its rule, every fault with its field."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal

from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.faults import Faults, read_field
from cma_graphql.core.formats.tags import read_tags
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.money import NOTHING, PENNY, format_money, parse_money
from cma_graphql.domain.cases.models import BillingMethod

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 10_000
SUMMARY_LENGTH = 5_000
REASON_LENGTH = 1_000
RECIPIENT_LENGTH = 200

_REVIEWED_AT = time(9)
"""A day given for a review means this hour in London (checklist C18)."""
_OVERRUN = Decimal("1.5")
"""How many times its estimate a case may cost (seed 004, 6.2)."""
_BEST_SATISFACTION = 5


def read_title(faults: Faults, title: str) -> str:
    """Read a case's title: one line."""
    return faults.read("title", one_line, title, max_length=TITLE_LENGTH) or ""


def read_description(faults: Faults, description: str) -> str:
    """Read what a case is about: it may not be empty."""
    return faults.read("description", multiline, description, max_length=DESCRIPTION_LENGTH) or ""


def read_summary(faults: Faults, summary: str | None) -> str | None:
    """Read where a case stands; nothing is allowed."""
    return None if summary is None else faults.read("summary", multiline, summary, max_length=SUMMARY_LENGTH)


def read_case_tags(faults: Faults, tags: Sequence[str]) -> list[str]:
    """Read what a case is tagged with: at most 20 tags, as they are kept."""
    return faults.read("tags", read_tags, tags) or []


def read_reason(reason: str, *, field: str = "reason") -> str:
    """Read why something is done; raise Invalid for nothing said."""
    return read_field(field, multiline, reason, max_length=REASON_LENGTH)


def read_optional_reason(reason: str | None, *, field: str) -> str | None:
    """Read a reason that need not be given."""
    return None if reason is None else read_reason(reason, field=field)


def read_amount(faults: Faults, field: str, amount: Decimal | None) -> Decimal | None:
    """Read an amount of pounds that is not negative."""
    return None if amount is None else faults.read(field, parse_money, amount, minimum=NOTHING)


def read_satisfaction(faults: Faults, satisfaction: int | None) -> int | None:
    """Read how satisfied a client was, 1 to 5."""
    if satisfaction is not None and not 1 <= satisfaction <= _BEST_SATISFACTION:
        faults.add(
            "satisfaction",
            "range",
            f"Satisfaction is between 1 and {_BEST_SATISFACTION}.",
            minimum=1,
            maximum=_BEST_SATISFACTION,
        )
    return satisfaction


def read_review(faults: Faults, review_on: date) -> datetime | None:
    """Answer the instant of a review on a day: nine in the morning in London; the day is after today."""
    if review_on <= today():
        faults.add("review_on", "future", "A review has to be on a day after today.", after=today().isoformat())
        return None
    return datetime.combine(review_on, _REVIEWED_AT, LONDON)


def check_value(
    faults: Faults, *, estimated_value: Decimal | None, actual_cost: Decimal | None, billing_method: str
) -> None:
    """Note what seed 004 (6.2) forbids: billing without an estimate, a cost of more than half above it."""
    if billing_method != BillingMethod.NONE and estimated_value is None:
        faults.add("estimated_value", "billing-needs-value", "A case that is billed needs an estimated value.")
    if estimated_value is None or estimated_value < NOTHING or actual_cost is None:
        return
    if actual_cost > estimated_value * _OVERRUN:
        maximum = format_money((estimated_value * _OVERRUN).quantize(PENNY, ROUND_DOWN))
        faults.add(
            "actual_cost",
            "exceeds-estimate",
            f"The cost is more than half above the estimate; it may be {maximum} at most.",
            maximum=maximum,
        )
