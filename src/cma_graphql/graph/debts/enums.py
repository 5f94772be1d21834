"""The enums of debts, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.debts.kinds import (
    Certainty,
    DebtExclusion,
    DebtPriority,
    DebtStatus,
    EnforcementStage,
    Liability,
    LimitationKind,
    RegulatedCredit,
)
from cma_graphql.graph.centres.enums import Jurisdiction
from cma_graphql.graph.enums import described

__all__ = [
    "Certainty",
    "DebtExclusion",
    "DebtOrder",
    "DebtPriority",
    "DebtStatus",
    "EnforcementStage",
    "Jurisdiction",
    "Liability",
    "LimitationKind",
    "RegulatedCredit",
]

described(
    DebtPriority,
    "Whether not paying a debt could cost the client home, liberty, or essential goods or services.",
    {"PRIORITY": "It could: deal with it first.", "NON_PRIORITY": "It could not."},
)
described(
    DebtStatus,
    "The states of a debt. One that is sold stays in its state, with another holder.",
    {
        "ACTIVE": "Owed.",
        "DISPUTED": "The client says that it is not owed, or not so much.",
        "IN_BREATHING_SPACE": "Under a moratorium: the creditor may not press for it.",
        "IN_SOLUTION": "Part of a debt solution.",
        "SETTLED": "Paid, or settled for less.",
        "WRITTEN_OFF": "The creditor has given it up, or the law has released the client.",
        "PRESCRIBED": "Too old to be enforced.",
        "CLOSED": "Nothing is left to do about it.",
    },
)
described(
    Liability,
    "How a client answers for a debt.",
    {
        "SOLE": "Alone.",
        "JOINT": "Together with another person, each for the whole.",
        "GUARANTOR": "For another person's debt.",
        "DISPUTED": "The client says that they do not.",
        "NOT_LIABLE": "Not at all: the debt counts in no total.",
    },
)
described(
    RegulatedCredit,
    "Whether a debt is credit that the Consumer Credit Act regulates.",
    {"YES": "It is.", "NO": "It is not.", "UNKNOWN": "That is not settled yet."},
)
described(
    EnforcementStage,
    "How far a creditor has gone to be paid.",
    {
        "NONE": "Nothing has been done.",
        "REMINDER": "Reminders have come.",
        "DEFAULT_NOTICE": "A default notice has come.",
        "COLLECTOR": "A collector has it.",
        "LETTER_BEFORE_CLAIM": "A letter before claim has come.",
        "CLAIM": "A claim is before the court.",
        "CCJ": "There is a county-court judgment.",
        "WARRANT": "There is a warrant of control.",
        "WRIT": "There is a writ of control: High Court enforcement.",
        "ENFORCEMENT_AGENT": "An enforcement agent (bailiff) has been sent.",
        "CHARGING_ORDER": "The home is charged with it.",
        "ATTACHMENT_OF_EARNINGS": "It is taken from the wages.",
        "BANKRUPTCY_PETITION": "The creditor has petitioned for bankruptcy.",
        "POSSESSION_CLAIM": "The home or the goods are claimed.",
        "EVICTION_DATE": "There is a day for the eviction.",
        "DISCONNECTION": "A supply is to be cut off, or is cut off.",
        "SHERIFF_OFFICER": "A sheriff officer has been sent (Scotland).",
        "CHARGE_FOR_PAYMENT": "A charge for payment has been served (Scotland).",
    },
)
described(
    DebtExclusion,
    "What a type of debt is left out of by law.",
    {
        "DRO": "A debt relief order does not write it off.",
        "BREATHING_SPACE": "It does not qualify for breathing space.",
        "BANKRUPTCY": "Bankruptcy does not release the client from it.",
        "MAP_TOTAL": "It is not counted for a minimal asset bankruptcy (Scotland).",
    },
)
described(
    LimitationKind,
    "Which rule of limitation, in Scotland of prescription, a debt falls under.",
    {
        "SIMPLE_CONTRACT": "An ordinary contract.",
        "MORTGAGE_CAPITAL": "Capital secured on land.",
        "COUNCIL_TAX": "Council tax.",
        "DECREE": "A decree of a Scottish court.",
        "NOT_KNOWN": "No rule is kept for it.",
    },
)
described(
    Certainty,
    "How sure the product is of a rule that it keeps as data.",
    {
        "SOURCED": "Taken from a published source.",
        "GENERAL_KNOWLEDGE": "General knowledge of the trade: check it before you rely on it.",
    },
)


class DebtOrder(StrEnum):
    """The orders a list of debts can be in."""

    NEXT_ACTION_ON_ASC = "NEXT_ACTION_ON_ASC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    DebtOrder,
    "The orders a list of debts can be in.",
    {
        "NEXT_ACTION_ON_ASC": "Earliest next action first, then those without one.",
        "CREATED_AT_ASC": "Oldest record first.",
        "CREATED_AT_DESC": "Newest record first.",
    },
)
