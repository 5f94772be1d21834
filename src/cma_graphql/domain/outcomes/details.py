"""What a person states of an outcome: read field by field, all faults told at once."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.money import MOST_OF_A_PART, NOTHING, parse_money
from cma_graphql.domain.outcomes.codes import RECURRING, WITH_AMOUNT, GainBasis, GainCertainty, OutcomeCode

NOTE_LENGTH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDetails:
    """An outcome as somebody told of it."""

    code: OutcomeCode
    occurred_on: date | None = None
    amount: Decimal | None = None
    basis: GainBasis | None = None
    certainty: GainCertainty | None = None
    debt_id: UUID | None = None
    note: str | None = None


def _day(day: date) -> date:
    if day > today():
        raise FormatError("date-in-future", "An outcome is recorded once it has come about.")
    return day


def _amount(value: Decimal) -> Decimal:
    amount = parse_money(value, minimum=NOTHING, maximum=MOST_OF_A_PART)
    if amount == NOTHING:
        raise FormatError("positive", "An outcome's amount is more than nothing.")
    return amount


def read_outcome(details: OutcomeDetails) -> dict[str, object]:
    """Answer the columns. What is an amount needs one and says how sure it is; nothing else has one.

    Today, once, and estimated, unless said. Raises Invalid, InvalidInput.
    """
    faults = Faults()
    kept: dict[str, object] = {
        "code": details.code.value,
        "occurred_on": today()
        if details.occurred_on is None
        else faults.read("occurred_on", _day, details.occurred_on),
        "debt_id": details.debt_id,
        "note": None if details.note is None else faults.read("note", multiline, details.note, max_length=NOTE_LENGTH),
        "amount": None,
        "basis": None,
        "certainty": None,
    }
    if details.code in WITH_AMOUNT:
        kept |= _money(details, faults)
    else:
        for field in ("amount", "basis", "certainty"):
            if getattr(details, field) is not None:
                faults.add(field, "not-an-amount", f"{details.code.value} is not an amount of money: leave this out.")
    faults.raise_any()
    return kept


def _money(details: OutcomeDetails, faults: Faults) -> dict[str, object]:
    amount = None
    if details.amount is None:
        faults.add("amount", "required", f"{details.code.value} is an amount of money: say how much.")
    else:
        amount = faults.read("amount", _amount, details.amount)
    basis = details.basis or GainBasis.ONE_OFF
    if basis is GainBasis.ANNUAL and details.code not in RECURRING:
        annual = ", ".join(code.value for code in OutcomeCode if code in RECURRING)
        faults.add("basis", "not-annual", f"Only {annual} may come every year.")
    return {"amount": amount, "basis": basis.value, "certainty": (details.certainty or GainCertainty.ESTIMATED).value}
