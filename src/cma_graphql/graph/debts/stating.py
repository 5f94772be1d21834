"""What the details of a debt are given as, when it is added and when it changes."""

from datetime import date
from typing import Any, cast

import strawberry

from cma_graphql.domain.debts.details import FIELDS, DebtDetails
from cma_graphql.graph.debts.answering import DebtInput
from cma_graphql.graph.debts.enums import EnforcementStage, Jurisdiction, Liability, RegulatedCredit
from cma_graphql.graph.scalars import Money, Percentage
from cma_graphql.graph.writing import MutationInput

DESCRIPTION = "What it is for; at most 500 characters."
ACCOUNT_NUMBER = "The account number or reference with the creditor; at most 100 characters. It is kept sealed."
ORIGINAL_BALANCE = "What it was at first."
MONTHLY_PAYMENT = "What the agreement asks for a month."
ARREARS = "What should have been paid by now, and was not."
INTEREST_RATE = "Interest, per cent a year (APR)."
INTEREST_FROZEN = "Whether the creditor has stopped interest and charges."
LIABILITY = "How the client answers for it."
JOINT_PARTY_NAME = (
    "The other party, who has to be named where the liability is JOINT or GUARANTOR; at most 200 characters."
)
REGULATED_CREDIT = "Whether it is regulated credit."
JURISDICTION = "Whose law it is under."
INCURRED_ON = "The day it was incurred; like all these days not in the future."
DEFAULTED_ON = "The day of the default; not before it was incurred."
LAST_PAYMENT_ON = "The day of the last payment; not before it was incurred."
LAST_ACKNOWLEDGED_ON = "The day on which the client last acknowledged it in writing; not before it was incurred."
JUDGMENT_ON = "The day of the judgment or decree; not before it was incurred."
JUDGMENT_AMOUNT = "For how much the judgment is; needs its day."
JUDGMENT_REFERENCE = "The court's reference, at most 20 characters; needs the judgment's day."
JUDGMENT_SATISFIED = "Whether the judgment has been paid in full; needs its day."
ENFORCEMENT_STAGE = "How far the creditor has gone."
NEXT_ACTION = "What is to be done next; at most 500 characters."
NEXT_ACTION_ON = "By which day."
SECURED_AMOUNT = "How much of it is secured."
FRAUD_ALLEGED = "Whether the creditor alleges fraud."
NOTES = "Whatever else there is to know; at most 10,000 characters."


@strawberry.input(description="A debt to add to a case. What is left out or null is not known.")
class DebtAddInput(MutationInput):
    """A debt as somebody typed it."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    debt_type_id: strawberry.ID = strawberry.field(description="Its type, of the centre's `debtTypes`.")
    creditor_id: strawberry.ID = strawberry.field(description="Who was owed at first, of the centre's `creditors`.")
    current_balance: Money | None = strawberry.field(default=None, description="What it stands at.")
    balance_as_of: date | None = strawberry.field(
        default=None, description="The day of that balance; today unless said. Not in the future."
    )
    description: str | None = strawberry.field(default=None, description=DESCRIPTION)
    account_number: str | None = strawberry.field(default=None, description=ACCOUNT_NUMBER)
    original_balance: Money | None = strawberry.field(default=None, description=ORIGINAL_BALANCE)
    monthly_payment: Money | None = strawberry.field(default=None, description=MONTHLY_PAYMENT)
    arrears: Money | None = strawberry.field(default=None, description=ARREARS)
    interest_rate: Percentage | None = strawberry.field(default=None, description=INTEREST_RATE)
    interest_frozen: bool | None = strawberry.field(default=None, description=f"{INTEREST_FROZEN} `false` unless said.")
    liability: Liability | None = strawberry.field(default=None, description=f"{LIABILITY} SOLE unless said.")
    joint_party_name: str | None = strawberry.field(default=None, description=JOINT_PARTY_NAME)
    regulated_credit: RegulatedCredit | None = strawberry.field(
        default=None, description=f"{REGULATED_CREDIT} The type's unless said."
    )
    jurisdiction: Jurisdiction | None = strawberry.field(
        default=None, description=f"{JURISDICTION} The centre's unless said."
    )
    incurred_on: date | None = strawberry.field(default=None, description=INCURRED_ON)
    defaulted_on: date | None = strawberry.field(default=None, description=DEFAULTED_ON)
    last_payment_on: date | None = strawberry.field(default=None, description=LAST_PAYMENT_ON)
    last_acknowledged_on: date | None = strawberry.field(default=None, description=LAST_ACKNOWLEDGED_ON)
    judgment_on: date | None = strawberry.field(default=None, description=JUDGMENT_ON)
    judgment_amount: Money | None = strawberry.field(default=None, description=JUDGMENT_AMOUNT)
    judgment_reference: str | None = strawberry.field(default=None, description=JUDGMENT_REFERENCE)
    judgment_satisfied: bool | None = strawberry.field(default=None, description=JUDGMENT_SATISFIED)
    enforcement_stage: EnforcementStage | None = strawberry.field(
        default=None, description=f"{ENFORCEMENT_STAGE} NONE unless said."
    )
    next_action: str | None = strawberry.field(default=None, description=NEXT_ACTION)
    next_action_on: date | None = strawberry.field(default=None, description=NEXT_ACTION_ON)
    secured_amount: Money | None = strawberry.field(default=None, description=SECURED_AMOUNT)
    fraud_alleged: bool | None = strawberry.field(default=None, description=f"{FRAUD_ALLEGED} `false` unless said.")
    notes: str | None = strawberry.field(default=None, description=NOTES)


@strawberry.input(description="What to change of a debt. What is left out stays; null takes a value away.")
class DebtUpdateInput(DebtInput):
    """A debt's new details."""

    debt_type_id: strawberry.Maybe[strawberry.ID] = strawberry.field(
        default=None, description="Another type; its priority comes with it, unless the debt's was overridden."
    )
    creditor_id: strawberry.Maybe[strawberry.ID] = strawberry.field(
        default=None, description="Who was owed at first, to correct it. To pass a debt on, ask for `debtReassign`."
    )
    description: strawberry.Maybe[str | None] = strawberry.field(default=None, description=DESCRIPTION)
    account_number: strawberry.Maybe[str | None] = strawberry.field(default=None, description=ACCOUNT_NUMBER)
    original_balance: strawberry.Maybe[Money | None] = strawberry.field(default=None, description=ORIGINAL_BALANCE)
    monthly_payment: strawberry.Maybe[Money | None] = strawberry.field(default=None, description=MONTHLY_PAYMENT)
    arrears: strawberry.Maybe[Money | None] = strawberry.field(default=None, description=ARREARS)
    interest_rate: strawberry.Maybe[Percentage | None] = strawberry.field(default=None, description=INTEREST_RATE)
    interest_frozen: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{INTEREST_FROZEN} It cannot be taken away."
    )
    liability: strawberry.Maybe[Liability | None] = strawberry.field(
        default=None, description=f"{LIABILITY} It cannot be taken away."
    )
    joint_party_name: strawberry.Maybe[str | None] = strawberry.field(default=None, description=JOINT_PARTY_NAME)
    regulated_credit: strawberry.Maybe[RegulatedCredit | None] = strawberry.field(
        default=None, description=f"{REGULATED_CREDIT} It cannot be taken away."
    )
    jurisdiction: strawberry.Maybe[Jurisdiction | None] = strawberry.field(
        default=None, description=f"{JURISDICTION} It cannot be taken away."
    )
    incurred_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=INCURRED_ON)
    defaulted_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=DEFAULTED_ON)
    last_payment_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=LAST_PAYMENT_ON)
    last_acknowledged_on: strawberry.Maybe[date | None] = strawberry.field(
        default=None, description=LAST_ACKNOWLEDGED_ON
    )
    judgment_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=JUDGMENT_ON)
    judgment_amount: strawberry.Maybe[Money | None] = strawberry.field(default=None, description=JUDGMENT_AMOUNT)
    judgment_reference: strawberry.Maybe[str | None] = strawberry.field(default=None, description=JUDGMENT_REFERENCE)
    judgment_satisfied: strawberry.Maybe[bool | None] = strawberry.field(default=None, description=JUDGMENT_SATISFIED)
    enforcement_stage: strawberry.Maybe[EnforcementStage | None] = strawberry.field(
        default=None, description=f"{ENFORCEMENT_STAGE} It cannot be taken away."
    )
    next_action: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NEXT_ACTION)
    next_action_on: strawberry.Maybe[date | None] = strawberry.field(default=None, description=NEXT_ACTION_ON)
    secured_amount: strawberry.Maybe[Money | None] = strawberry.field(default=None, description=SECURED_AMOUNT)
    fraud_alleged: strawberry.Maybe[bool | None] = strawberry.field(
        default=None, description=f"{FRAUD_ALLEGED} It cannot be taken away."
    )
    notes: strawberry.Maybe[str | None] = strawberry.field(default=None, description=NOTES)


def known_details(given: DebtAddInput) -> DebtDetails:
    """Answer the details that are stated: of a debt that is not recorded yet, null states nothing."""
    stated = {name: value for name in FIELDS if (value := getattr(given, name)) is not None}
    return cast("DebtDetails", stated)


def changed_details(given: DebtUpdateInput) -> DebtDetails:
    """Answer the details that are stated; None where one is to be taken away."""
    maybes: dict[str, Any] = {name: getattr(given, name) for name in FIELDS}
    return cast("DebtDetails", {name: maybe.value for name, maybe in maybes.items() if maybe is not None})
