"""What a person states of a debt: read field by field, then checked as a whole, all faults told at once."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypedDict

from cma_graphql.core.clock import today
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, one_line
from cma_graphql.core.money import MOST_OF_A_PART, NOTHING, format_money, parse_money
from cma_graphql.core.percentage import parse_percentage
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.debts.account_number import read_account_number
from cma_graphql.domain.debts.kinds import EnforcementStage, Liability, RegulatedCredit

EARLIEST = date(1900, 1, 1)


class DebtDetails(TypedDict, total=False):
    """A debt's details as somebody typed them. An absent key states nothing; None takes a value away."""

    description: str | None
    account_number: str | None
    original_balance: Decimal | None
    monthly_payment: Decimal | None
    arrears: Decimal | None
    interest_rate: Decimal | None
    interest_frozen: bool | None
    liability: Liability | None
    joint_party_name: str | None
    regulated_credit: RegulatedCredit | None
    jurisdiction: Jurisdiction | None
    incurred_on: date | None
    defaulted_on: date | None
    last_payment_on: date | None
    last_acknowledged_on: date | None
    judgment_on: date | None
    judgment_amount: Decimal | None
    judgment_reference: str | None
    judgment_satisfied: bool | None
    enforcement_stage: EnforcementStage | None
    next_action: str | None
    next_action_on: date | None
    secured_amount: Decimal | None
    fraud_alleged: bool | None
    notes: str | None


FIELDS = tuple(DebtDetails.__annotations__)
_NEVER_EMPTY = frozenset(
    {"interest_frozen", "liability", "regulated_credit", "jurisdiction", "enforcement_stage", "fraud_alleged"}
)
_WITH_A_SECOND_PARTY = frozenset({Liability.JOINT, Liability.GUARANTOR})
_AFTER_INCURRED = ("defaulted_on", "last_payment_on", "last_acknowledged_on", "judgment_on")
_OF_A_JUDGMENT = ("judgment_amount", "judgment_reference", "judgment_satisfied")


def read_amount(amount: Decimal, *, minimum: Decimal = NOTHING) -> Decimal:
    """Return an amount of a debt; refuse like parse_money, and with `maximum` what is beyond 9,999,999,999.99."""
    read = parse_money(amount, minimum=minimum)
    if read > MOST_OF_A_PART:
        raise FormatError("maximum", "The amount is too large for a debt.", maximum=format_money(MOST_OF_A_PART))
    return read


def read_past_day(day: date) -> date:
    """Return a day on which something has happened; refuse with `future` and `minimum`."""
    if day > today():
        raise FormatError("future", "This is in the future.")
    if day < EARLIEST:
        raise FormatError("minimum", "This is too long ago.", minimum=EARLIEST.isoformat())
    return day


_READERS: Mapping[str, Callable[[Any], object]] = {
    "description": partial(one_line, max_length=500),
    "account_number": read_account_number,
    "original_balance": read_amount,
    "monthly_payment": read_amount,
    "arrears": read_amount,
    "interest_rate": lambda rate: parse_percentage(str(rate)),
    "interest_frozen": bool,
    "liability": lambda member: member.value,
    "joint_party_name": partial(one_line, max_length=200),
    "regulated_credit": lambda member: member.value,
    "jurisdiction": lambda member: member.value,
    "incurred_on": read_past_day,
    "defaulted_on": read_past_day,
    "last_payment_on": read_past_day,
    "last_acknowledged_on": read_past_day,
    "judgment_on": read_past_day,
    "judgment_amount": read_amount,
    "judgment_reference": partial(one_line, max_length=20),
    "judgment_satisfied": bool,
    "enforcement_stage": lambda member: member.value,
    "next_action": partial(one_line, max_length=500),
    "next_action_on": lambda day: day,
    "secured_amount": read_amount,
    "fraud_alleged": bool,
    "notes": partial(multiline, max_length=10_000),
}


def read_debt(given: DebtDetails, before: Mapping[str, object], faults: Faults) -> dict[str, object]:
    """Return a debt's details in the form they are kept in; note the faults, those between fields too.

    `before` is what the debt says already, for rules that need more than what is given.
    """
    kept: dict[str, object] = {}
    for field, value in given.items():
        if value is not None:
            kept[field] = faults.read(field, _READERS[field], value)
        elif field in _NEVER_EMPTY:
            faults.add(field, "required", "This may be changed, but not taken away.")
        else:
            kept[field] = None
    _settle_second_party(given, kept, before, faults)
    _check_days({**before, **kept}, kept, faults)
    _check_judgment({**before, **kept}, kept, faults)
    return kept


def _settle_second_party(
    given: DebtDetails, kept: dict[str, object], before: Mapping[str, object], faults: Faults
) -> None:
    """Ask for the second party of a joint or guaranteed debt; a debt of one's own has none."""
    liability = kept.get("liability", before.get("liability"))
    named = given.get("joint_party_name", before.get("joint_party_name"))
    if liability in _WITH_A_SECOND_PARTY and not named:
        faults.add("joint_party_name", "second-party-required", "Name the other party of the debt.")
    if liability == Liability.SOLE:
        if given.get("joint_party_name") is not None:
            faults.add("joint_party_name", "second-party-unexpected", "A debt of one's own has no other party.")
        elif named:
            kept["joint_party_name"] = None


def _check_days(whole: Mapping[str, object], kept: Mapping[str, object], faults: Faults) -> None:
    """Refuse what would have happened to a debt before there was one."""
    incurred = whole.get("incurred_on")
    if not isinstance(incurred, date):
        return
    for field in _AFTER_INCURRED:
        day = whole.get(field)
        if isinstance(day, date) and day < incurred and ({field, "incurred_on"} & kept.keys()):
            faults.add(
                field if field in kept else "incurred_on",
                "before-incurred",
                "This is before the debt was incurred.",
                incurred_on=incurred.isoformat(),
            )


def _check_judgment(whole: Mapping[str, object], kept: Mapping[str, object], faults: Faults) -> None:
    """Refuse an amount, a reference or a satisfaction of a judgment without its day."""
    if whole.get("judgment_on") is not None or not ({"judgment_on", *_OF_A_JUDGMENT} & kept.keys()):
        return
    said = [field for field in _OF_A_JUDGMENT if whole.get(field) is not None]
    if said:
        faults.add("judgment_on", "judgment-date-required", "Say on which day the judgment was given.", said_of_it=said)
