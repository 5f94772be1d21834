"""Pounds sterling, exact to the penny: Decimal everywhere, a float nowhere."""

import re
from decimal import Decimal

from cma_graphql.core.formats import FormatError

INTEGER_DIGITS = 13
"""Digits before the point: the database keeps NUMERIC(15,2)."""
DECIMALS = 2
PENNY = Decimal("0.01")
NOTHING = Decimal("0.00")
MOST_OF_A_PART = Decimal("9999999999.99")
"""Ten digits before the point (domain reference 6): two hundred such amounts add up to one that can be told."""

_NUMBER = re.compile(r"-?([0-9]+)(?:\.([0-9]+))?")
_WRITTEN = re.compile(rf"-?[0-9]{{1,{INTEGER_DIGITS}}}\.[0-9]{{{DECIMALS}}}", re.ASCII)
_NOT_FINITE = frozenset({"nan", "snan", "inf", "infinity"})


def parse_money(
    value: str | int | Decimal, *, minimum: Decimal | None = None, maximum: Decimal | None = None
) -> Decimal:
    """Return an amount of pounds with two decimals; more of them are refused, never rounded.

    Refuses with `money`, `finite`, `decimals`, `digits`, `minimum`, `maximum`. Text is digits with a full stop: no
    thousands commas, no pound sign, no exponent.
    """
    amount = _parse_text(value) if isinstance(value, str) else _from_number(value)
    amount = amount.quantize(PENNY) + NOTHING  # the sum turns -0.00 into 0.00
    if minimum is not None and amount < minimum:
        raise FormatError("minimum", f"The amount is at least {format_money(minimum)}.", minimum=format_money(minimum))
    if maximum is not None and amount > maximum:
        raise FormatError("maximum", f"The amount is at most {format_money(maximum)}.", maximum=format_money(maximum))
    return amount


def format_money(amount: Decimal) -> str:
    """Write an amount with its two decimals: 1234.50. Refuses like parse_money what is not whole pennies."""
    if type(amount) is Decimal:
        written = str(amount)
        if _WRITTEN.fullmatch(written) and written != "-0.00":  # as the database gives it
            return written
    return f"{parse_money(amount):f}"


def _parse_text(text: str) -> Decimal:
    text = text.strip()
    match = _NUMBER.fullmatch(text)
    if match is None:
        if text.lstrip("+-").casefold() in _NOT_FINITE:
            raise _not_finite()
        raise _not_money()
    _check_places(integer_digits=len(match[1]), decimals=len(match[2] or ""))
    return Decimal(text)


def _from_number(number: object) -> Decimal:
    # A bool is an int to Python, and a float has already lost its pennies.
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise _not_money()
    if isinstance(number, int):
        if abs(number) >= 10**INTEGER_DIGITS:
            raise _too_many_digits()
        return Decimal(number)
    if not number.is_finite():
        raise _not_finite()
    exponent = number.as_tuple().exponent
    _check_places(
        integer_digits=number.adjusted() + 1 if number else 1,
        decimals=-exponent if isinstance(exponent, int) else 0,
    )
    return number


def _check_places(*, integer_digits: int, decimals: int) -> None:
    if decimals > DECIMALS:
        raise FormatError("decimals", f"Write at most {DECIMALS} decimals: pounds and pence.", maximum=DECIMALS)
    if integer_digits > INTEGER_DIGITS:
        raise _too_many_digits()


def _not_money() -> FormatError:
    return FormatError("money", "Write an amount in pounds with digits alone, like 1234.50.")


def _not_finite() -> FormatError:
    return FormatError("finite", "An amount is a number, and a finite one.")


def _too_many_digits() -> FormatError:
    return FormatError("digits", f"Write at most {INTEGER_DIGITS} digits before the point.", maximum=INTEGER_DIGITS)
