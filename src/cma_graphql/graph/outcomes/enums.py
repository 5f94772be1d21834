"""The enums of outcomes, with their descriptions."""

from cma_graphql.domain.outcomes.codes import GainBasis, GainCertainty, OutcomeCode, OutcomeGroup
from cma_graphql.graph.enums import described

__all__ = ["GainBasis", "GainCertainty", "OutcomeCode", "OutcomeGroup"]

described(
    OutcomeGroup,
    "What kind of outcome a code names.",
    {
        "SOLUTION": "A statutory or managed solution took a step.",
        "INFORMAL": "Something was agreed with a creditor, or the client acts alone.",
        "PROTECTION": "A home, a supply or goods were kept.",
        "MONEY": "The client is better off by an amount.",
        "PERSON": "The client is better able to cope.",
        "NONE": "Nothing changed, or nobody knows.",
    },
)
described(
    OutcomeCode,
    "One outcome of advice.",
    {
        "DRO_MADE": "A debt relief order was made.",
        "DRO_REFUSED": "A debt relief order was refused.",
        "DRO_REVOKED": "A debt relief order was revoked.",
        "BANKRUPTCY_ORDER": "A bankruptcy order was made.",
        "IVA_APPROVED": "An individual voluntary arrangement was approved.",
        "IVA_REJECTED": "An individual voluntary arrangement was rejected.",
        "DMP_STARTED": "A debt management plan began.",
        "ADMIN_ORDER_MADE": "An administration order was made.",
        "COMPOSITION_ORDER": "A composition order was made.",
        "BREATHING_SPACE_COMPLETED": "A breathing space ran its course.",
        "BREATHING_SPACE_CANCELLED": "A breathing space was cancelled.",
        "MHCM_COMPLETED": "A mental health crisis moratorium ended.",
        "DAS_APPROVED": "A debt payment programme of the Debt Arrangement Scheme was approved.",
        "MAP_AWARDED": "Minimal asset process bankruptcy was awarded.",
        "SEQUESTRATION_AWARDED": "Full administration bankruptcy was awarded.",
        "PTD_PROTECTED": "A trust deed became protected.",
        "MORATORIUM_SCOT": "A moratorium on diligence was registered in Scotland.",
        "PRO_RATA_AGREED": "Creditors agreed to payments in proportion.",
        "TOKEN_AGREED": "Creditors agreed to token payments.",
        "HOLD_AGREED": "Creditors agreed to hold action.",
        "INTEREST_FROZEN": "Interest and charges were stopped.",
        "FULL_FINAL_SETTLED": "A debt was settled for a sum less than owed.",
        "PARTIAL_WRITE_OFF": "A part of a debt was written off.",
        "WRITE_OFF": "A debt was written off.",
        "REPAID": "A debt was repaid.",
        "SELF_HELP": "The client negotiates for themselves.",
        "LIABILITY_REMOVED": "The client turned out not to be liable.",
        "STATUTE_BARRED": "A debt turned out to be barred by time.",
        "EVICTION_PREVENTED": "An eviction was prevented.",
        "REPOSSESSION_PREVENTED": "A repossession was prevented.",
        "DISCONNECTION_PREVENTED": "A disconnection was prevented.",
        "ENFORCEMENT_STOPPED": "Enforcement was stopped.",
        "FINE_REMITTED": "A fine was remitted.",
        "INCOME_GAINED": "Income was gained, once or every year.",
        "EXPENDITURE_REDUCED": "Expenditure was reduced, once or every year.",
        "GRANT_AWARDED": "A grant was awarded.",
        "DEBT_WRITTEN_OFF": "So much debt was written off.",
        "DEBT_RESCHEDULED": "So much debt was rescheduled.",
        "CONFIDENCE_UP": "The client is more confident, by a survey.",
        "WELLBEING_UP": "The client feels better, by a survey.",
        "BUDGETING_SKILL_UP": "The client budgets better, by a survey.",
        "NO_CHANGE": "Nothing changed.",
        "UNKNOWN": "What came of it is not known.",
    },
)
described(
    GainBasis,
    "Whether an amount is had once or every year.",
    {"ONE_OFF": "Once.", "ANNUAL": "Every year."},
)
described(
    GainCertainty,
    "How sure an amount is.",
    {"CONFIRMED": "Seen in a letter or an award.", "ESTIMATED": "Worked out or expected."},
)
