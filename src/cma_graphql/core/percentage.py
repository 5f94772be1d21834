"""Rates in per cent, exact to the hundredth: Decimal everywhere, a float nowhere."""

import re
from decimal import Decimal

from cma_graphql.core.formats import FormatError

MOST = Decimal("99999.99")
"""The highest rate that is kept: NUMERIC(8,2) has room for more, a lender's APR has not."""
_DECIMALS = 2
_HUNDREDTH = Decimal("0.01")
_LONGEST = 40
_NUMBER = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")
_NOT_FINITE = frozenset({"nan", "snan", "inf", "infinity"})


def parse_percentage(value: str | int) -> Decimal:
    """Return a rate of 0 to 99,999.99 per cent with two decimals; more of them are refused, never rounded.

    Refuses with `percentage`, `finite`, `decimals`, `minimum`, `maximum`. Text is digits with a full stop: no
    per cent sign.
    """
    text = str(value).strip() if not isinstance(value, bool) else ""
    match = _NUMBER.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        if text.lstrip("+-").casefold() in _NOT_FINITE:
            raise FormatError("finite", "A rate is a number, and a finite one.")
        raise FormatError("percentage", "Write a rate in per cent with digits alone, like 19.9.")
    sign, _, decimals = match.groups()
    rate = Decimal(text)
    if len(decimals or "") > _DECIMALS:
        raise FormatError("decimals", f"Write at most {_DECIMALS} decimals.", maximum=_DECIMALS)
    if sign and rate:
        raise FormatError("minimum", "A rate is at least 0 per cent.", minimum="0.00")
    if rate > MOST:
        raise FormatError("maximum", f"A rate is at most {MOST} per cent.", maximum=str(MOST))
    return abs(rate).quantize(_HUNDREDTH)


def format_percentage(rate: Decimal) -> str:
    """Write a rate with its two decimals: 19.90."""
    return f"{rate.quantize(_HUNDREDTH):f}"
