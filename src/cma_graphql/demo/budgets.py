"""Plausible household budgets, which add up: what is left over is settled first, food last."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from cma_graphql.demo.debts import pounds
from cma_graphql.domain.budgets.conversion import monthly_amount
from cma_graphql.domain.budgets.models import Frequency

_PERIODS = {
    Frequency.WEEKLY: 52,
    Frequency.FOUR_WEEKLY: 13,
    Frequency.MONTHLY: 12,
    Frequency.TEN_INSTALMENTS: 10,
    Frequency.ANNUAL: 1,
}
_FOOD = "FLX.FOOD.GROCERIES"
_LEAST_FOOD = Decimal(140)


@dataclass(frozen=True, slots=True)
class PlausibleLine:
    """One line of a statement; pounds a period."""

    code: str
    amount: Decimal
    frequency: Frequency

    @property
    def monthly(self) -> Decimal:
        """Pounds a month."""
        return monthly_amount(self.amount, periods_per_year=_PERIODS[self.frequency])


# The line, the least and the most of it, how often it comes, and in how many households of ten.
_OUTGOINGS: tuple[tuple[str, int, int, Frequency, int], ...] = (
    ("FIX.HOME.RENT", 380, 900, Frequency.MONTHLY, 8),
    ("FIX.HOME.COUNCIL_TAX", 90, 210, Frequency.TEN_INSTALMENTS, 9),
    ("FIX.HOME.TV_LICENCE", 170, 180, Frequency.ANNUAL, 8),
    ("FIX.UTIL.GAS", 40, 110, Frequency.MONTHLY, 8),
    ("FIX.UTIL.ELEC", 45, 130, Frequency.MONTHLY, 10),
    ("FIX.WATER.SUPPLY", 20, 50, Frequency.MONTHLY, 9),
    ("FIX.CARE.CHILDCARE", 20, 90, Frequency.WEEKLY, 2),
    ("FIX.CARE.PRESCRIPTIONS", 8, 12, Frequency.MONTHLY, 4),
    ("FIX.TRAVEL.PUBLIC", 10, 30, Frequency.WEEKLY, 5),
    ("FIX.TRAVEL.FUEL", 15, 45, Frequency.WEEKLY, 4),
    ("FIX.TRAVEL.INSURANCE", 30, 80, Frequency.MONTHLY, 4),
    ("FIX.SCHOOL.UNIFORM", 90, 260, Frequency.ANNUAL, 3),
    ("FIX.INS.HOME", 8, 22, Frequency.MONTHLY, 4),
    ("FLX.COMMS.MOBILE", 9, 42, Frequency.MONTHLY, 10),
    ("FLX.COMMS.HOME", 22, 45, Frequency.MONTHLY, 8),
    ("FLX.COMMS.HOBBIES", 5, 30, Frequency.MONTHLY, 5),
    ("FLX.FOOD.LAUNDRY", 3, 8, Frequency.WEEKLY, 2),
    ("FLX.FOOD.PETS", 10, 35, Frequency.MONTHLY, 3),
    ("FLX.PERS.CLOTHING", 10, 45, Frequency.MONTHLY, 8),
    ("FLX.PERS.TOILETRIES", 8, 25, Frequency.MONTHLY, 8),
)


def make_budget(random: Random, *, children: int) -> Sequence[PlausibleLine]:
    """Make the lines of one household's statement: what comes in covers what goes out, nearly, or by a little more."""
    outgoings = [
        PlausibleLine(code, pounds(random, least, most), frequency)
        for code, least, most, frequency, often in _OUTGOINGS
        if random.randint(1, 10) <= often
    ]
    spent = sum((line.monthly for line in outgoings), Decimal(0))
    left = pounds(random, 0, 220) - 60
    food = _LEAST_FOOD + 70 * children + pounds(random, 0, 160)
    income = _income(random, spent + food + left, children)
    # Rounding of the income's periods is taken up by the food, so that the sheet comes out at what is left.
    earned = sum((line.monthly for line in income), Decimal(0))
    groceries = PlausibleLine(_FOOD, max(earned - spent - left, Decimal(0)), Frequency.MONTHLY)
    return [*income, *outgoings, groceries]


def _income(random: Random, needed: Decimal, children: int) -> list[PlausibleLine]:
    lines = []
    if children:
        weekly = Decimal("26.05") + Decimal("17.25") * (children - 1)
        lines.append(PlausibleLine("INC.BEN.CHB", weekly * 4, Frequency.FOUR_WEEKLY))
    rest = max(needed - sum((line.monthly for line in lines), Decimal(0)), Decimal(0)).quantize(Decimal("0.01"))
    if random.random() < 2 / 3:
        wages = (rest * Decimal(random.randint(50, 90)) / 100).quantize(Decimal("0.01"))
        lines.append(PlausibleLine("INC.EARN.CLIENT", wages, Frequency.MONTHLY))
        rest -= wages
    lines.append(PlausibleLine("INC.BEN.UC", rest, Frequency.MONTHLY))
    return lines
