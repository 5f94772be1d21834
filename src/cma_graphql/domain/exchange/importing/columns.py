"""The columns of a caseload's file: which belong to which kind of record, and how the text of each is understood."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cma_graphql.core.formats import FormatError
from cma_graphql.core.money import parse_money
from cma_graphql.domain.cases.models import (
    BillingMethod,
    CaseCategory,
    CaseStage,
    CaseStatus,
    ClosureReason,
    Level,
    Priority,
    ResolutionType,
)
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.clients.models import ConsentChannel, EmploymentStatus, MaritalStatus
from cma_graphql.domain.creditors.models import CreditorKind
from cma_graphql.domain.debts.kinds import DebtStatus, EnforcementStage, Liability, RegulatedCredit

Understand = Callable[[str], object]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"[0-9]{1,9}")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


class Kind(StrEnum):
    """What a line of a caseload is about."""

    CLIENT = "client"
    CASE = "case"
    DEBT = "debt"


def words(text: str) -> str:
    """Take a text as it stands: whoever keeps it reads it by its rules. A formula is a text like any other."""
    return text


def day(text: str) -> date:
    """Read a day, `2026-03-31`; refuse with `date`."""
    try:
        if _DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise FormatError("date", "Write a day as year, month and day: 2026-03-31.")


def count(text: str) -> int:
    """Read a whole number; refuse with `integer`."""
    if not _COUNT.fullmatch(text.strip()):
        raise FormatError("integer", "Write a whole number with digits alone.")
    return int(text)


def flag(text: str) -> bool:
    """Read yes or no; refuse with `boolean`."""
    try:
        return _FLAGS[text.strip().lower()]
    except KeyError:
        raise FormatError("boolean", "Write yes or no, or true or false.") from None


def amount(text: str) -> Decimal:
    """Read an amount of pounds; refuse like parse_money."""
    return parse_money(text)


def one_of(kind: type[StrEnum]) -> Understand:
    """Read one value of an enum, in capitals or not; refuse with `one-of`."""
    allowed = ", ".join(kind)

    def read(text: str) -> StrEnum:
        try:
            return kind(text.strip().upper())
        except ValueError:
            raise FormatError("one-of", f"Write one of: {allowed}.", allowed=allowed) from None

    return read


def several_of(kind: type[StrEnum]) -> Understand:
    """Read values of an enum, parted by semicolons; refuse with `one-of`."""
    single = one_of(kind)
    return lambda text: [single(part) for part in text.split(";")]


def several_words(text: str) -> list[str]:
    """Return what semicolons part."""
    return [part for part in text.split(";") if part.strip()]


CLIENT_COLUMNS: Mapping[str, Understand] = {
    "title": words,
    "first_name": words,
    "last_name": words,
    "date_of_birth": day,
    "national_insurance_number": words,
    "safe_contact_note": words,
    "phone_primary": words,
    "phone_secondary": words,
    "email": words,
    "address_line1": words,
    "address_line2": words,
    "city": words,
    "postcode": words,
    "marital_status": one_of(MaritalStatus),
    "employment_statuses": several_of(EmploymentStatus),
    "dependents": count,
    "preferred_language": words,
    "interpreter_needed": flag,
    "advice_consent_on": day,
    "advice_consent_channel": one_of(ConsentChannel),
    "advice_consent_wording": words,
}
CASE_COLUMNS: Mapping[str, Understand] = {
    "client": words,
    "case_type": words,
    "title": words,
    "description": words,
    "summary": words,
    "tags": several_words,
    "category": one_of(CaseCategory),
    "priority": one_of(Priority),
    "complexity": one_of(Level),
    "risk_level": one_of(Level),
    "restricted": flag,
    "stage": one_of(CaseStage),
    "status": one_of(CaseStatus),
    "opened_on": day,
    "advisor": words,
    "team": words,
    "estimated_value": amount,
    "actual_cost": amount,
    "billing_method": one_of(BillingMethod),
    "hold_reason": words,
    "review_on": day,
    "resolved_on": day,
    "resolution_type": one_of(ResolutionType),
    "resolution_summary": words,
    "satisfaction": count,
    "closed_on": day,
    "closure_reason": one_of(ClosureReason),
    "closure_note": words,
    "referred_to": words,
    "cancellation_reason": words,
}
DEBT_COLUMNS: Mapping[str, Understand] = {
    "case": words,
    "debt_type": words,
    "creditor": words,
    "creditor_name": words,
    "creditor_kind": one_of(CreditorKind),
    "status": one_of(DebtStatus),
    "status_reason": words,
    "current_balance": amount,
    "balance_as_of": day,
    "description": words,
    "account_number": words,
    "original_balance": amount,
    "monthly_payment": amount,
    "arrears": amount,
    "interest_rate": words,
    "interest_frozen": flag,
    "liability": one_of(Liability),
    "joint_party_name": words,
    "regulated_credit": one_of(RegulatedCredit),
    "jurisdiction": one_of(Jurisdiction),
    "incurred_on": day,
    "defaulted_on": day,
    "last_payment_on": day,
    "last_acknowledged_on": day,
    "judgment_on": day,
    "judgment_amount": amount,
    "judgment_reference": words,
    "judgment_satisfied": flag,
    "enforcement_stage": one_of(EnforcementStage),
    "next_action": words,
    "next_action_on": day,
    "secured_amount": amount,
    "fraud_alleged": flag,
    "notes": words,
}
COLUMNS_OF: Mapping[Kind, Mapping[str, Understand]] = {
    Kind.CLIENT: CLIENT_COLUMNS,
    Kind.CASE: CASE_COLUMNS,
    Kind.DEBT: DEBT_COLUMNS,
}
NEEDED = ("record", "reference")
"""The columns that every line has, whatever it is about."""
COLUMNS = frozenset({*NEEDED, *CLIENT_COLUMNS, *CASE_COLUMNS, *DEBT_COLUMNS})
