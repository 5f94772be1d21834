"""What an amount comes to in a month (domain reference 2.5): exact, then rounded half up to the penny."""

from decimal import ROUND_HALF_UP, Decimal

from cma_graphql.core.money import PENNY

_MONTHS = 12


def monthly_amount(amount: Decimal, *, periods_per_year: int) -> Decimal:
    """Answer what an amount, in pounds a period, is a month: never times four, nor times 4.33."""
    return (amount * periods_per_year / _MONTHS).quantize(PENNY, ROUND_HALF_UP)
