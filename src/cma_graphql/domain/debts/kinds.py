"""The enums of debts: states, liability, priority, enforcement, what the law excludes."""

from enum import StrEnum


class DebtPriority(StrEnum):
    """Whether not paying could cost the client home, liberty, or essential goods or services (domain reference 2.7)."""

    PRIORITY = "PRIORITY"
    NON_PRIORITY = "NON_PRIORITY"


class DebtStatus(StrEnum):
    """The states of a debt (domain reference 5.3). A debt that is sold stays in its state, with another holder."""

    ACTIVE = "ACTIVE"
    DISPUTED = "DISPUTED"
    IN_BREATHING_SPACE = "IN_BREATHING_SPACE"
    IN_SOLUTION = "IN_SOLUTION"
    SETTLED = "SETTLED"
    WRITTEN_OFF = "WRITTEN_OFF"
    PRESCRIBED = "PRESCRIBED"
    CLOSED = "CLOSED"


class Liability(StrEnum):
    """How a client answers for a debt."""

    SOLE = "SOLE"
    JOINT = "JOINT"
    GUARANTOR = "GUARANTOR"
    DISPUTED = "DISPUTED"
    NOT_LIABLE = "NOT_LIABLE"


class RegulatedCredit(StrEnum):
    """Whether a debt is credit that the Consumer Credit Act regulates."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class EnforcementStage(StrEnum):
    """How far a creditor has gone to be paid (domain reference 2.7)."""

    NONE = "NONE"
    REMINDER = "REMINDER"
    DEFAULT_NOTICE = "DEFAULT_NOTICE"
    COLLECTOR = "COLLECTOR"
    LETTER_BEFORE_CLAIM = "LETTER_BEFORE_CLAIM"
    CLAIM = "CLAIM"
    CCJ = "CCJ"
    WARRANT = "WARRANT"
    WRIT = "WRIT"
    ENFORCEMENT_AGENT = "ENFORCEMENT_AGENT"
    CHARGING_ORDER = "CHARGING_ORDER"
    ATTACHMENT_OF_EARNINGS = "ATTACHMENT_OF_EARNINGS"
    BANKRUPTCY_PETITION = "BANKRUPTCY_PETITION"
    POSSESSION_CLAIM = "POSSESSION_CLAIM"
    EVICTION_DATE = "EVICTION_DATE"
    DISCONNECTION = "DISCONNECTION"
    SHERIFF_OFFICER = "SHERIFF_OFFICER"
    CHARGE_FOR_PAYMENT = "CHARGE_FOR_PAYMENT"


class DebtExclusion(StrEnum):
    """What a type of debt is left out of by law."""

    DRO = "DRO"
    BREATHING_SPACE = "BREATHING_SPACE"
    BANKRUPTCY = "BANKRUPTCY"
    MAP_TOTAL = "MAP_TOTAL"


class LimitationKind(StrEnum):
    """Which rule of limitation, in Scotland of prescription, a debt falls under."""

    SIMPLE_CONTRACT = "SIMPLE_CONTRACT"
    MORTGAGE_CAPITAL = "MORTGAGE_CAPITAL"
    COUNCIL_TAX = "COUNCIL_TAX"
    DECREE = "DECREE"
    NOT_KNOWN = "NOT_KNOWN"


class Certainty(StrEnum):
    """How sure the product is of a rule that it keeps as data."""

    SOURCED = "SOURCED"
    GENERAL_KNOWLEDGE = "GENERAL_KNOWLEDGE"
