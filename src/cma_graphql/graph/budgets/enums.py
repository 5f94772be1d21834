"""The enums of budgets, with their descriptions."""

from cma_graphql.domain.budgets.models import (
    Frequency,
    GuidelineCategory,
    LineKind,
    SheetStatus,
    SheetType,
    VerificationStatus,
)
from cma_graphql.graph.clients.enums import ConsentChannel
from cma_graphql.graph.enums import described

__all__ = [
    "ConsentChannel",
    "Frequency",
    "GuidelineCategory",
    "LineKind",
    "SheetStatus",
    "SheetType",
    "VerificationStatus",
]

described(
    LineKind,
    "What a line counts as in the totals.",
    {
        "INCOME": "Money that comes in.",
        "FIXED": "A cost that the household can hardly change.",
        "FLEXIBLE": "A cost that the household can change.",
        "SAVINGS": "What is put aside.",
        "DEBT_FEE": "A fee for the administration of debts; free debt advice has none.",
    },
)
described(
    GuidelineCategory,
    "The flexible costs for which the scheme issues spending guidelines.",
    {
        "COMMUNICATIONS_LEISURE": "Communications and leisure.",
        "FOOD_HOUSEKEEPING": "Food and housekeeping.",
        "PERSONAL": "Personal costs.",
    },
)
described(
    Frequency,
    "How often an amount comes or goes; `paymentFrequencies` tells how many periods a year has.",
    {
        "WEEKLY": "Every week.",
        "FORTNIGHTLY": "Every two weeks.",
        "FOUR_WEEKLY": "Every four weeks.",
        "TWICE_MONTHLY": "Twice a calendar month.",
        "MONTHLY": "Every calendar month.",
        "QUARTERLY": "Every quarter of a year.",
        "TERMLY": "Every school term.",
        "HALF_YEARLY": "Every half-year.",
        "ANNUAL": "Once a year.",
        "TEN_INSTALMENTS": "In ten instalments a year, as council tax often is.",
    },
)
described(
    SheetType,
    "Which statement of a case it is.",
    {"INITIAL": "The first one.", "REVISED": "A later one.", "FINAL": "The one that a solution rests on."},
    name="BudgetSheetType",
)
described(
    SheetStatus,
    "How far a statement has come.",
    {
        "DRAFT": "Being written; only now are its lines changed.",
        "READY_FOR_REVIEW": "Written; to be verified, and to be confirmed by the client.",
        "CONFIRMED_BY_CLIENT": "The client says that it is accurate; it counts.",
        "SENT": "It went to creditors; it counts.",
        "SUPERSEDED": "The client has confirmed a newer one.",
        "WITHDRAWN": "Given up.",
    },
    name="BudgetSheetStatus",
)
described(
    VerificationStatus,
    "Whether a statement has been compared with its evidence.",
    {
        "UNVERIFIED": "Not yet.",
        "PARTIALLY_VERIFIED": "Some of its lines agree with their evidence.",
        "VERIFIED": "All of its lines agree with their evidence.",
        "REJECTED": "It contradicts its evidence, or has none.",
    },
)
