"""The enums of assets, with their descriptions."""

from cma_graphql.domain.assets.models import AssetType, ExemptionReason, ValuationBasis
from cma_graphql.graph.enums import described

__all__ = ["AssetType", "ExemptionReason", "ValuationBasis"]

described(
    AssetType,
    "What kind of thing an asset is.",
    {
        "PROPERTY": "Land and what stands on it: a home, a share in one.",
        "VEHICLE": "A car, a van, a motorcycle.",
        "SAVINGS": "Money in an account, or in hand.",
        "INVESTMENT": "Shares, bonds, premium bonds, crypto-assets.",
        "PENSION": "Rights under a pension scheme.",
        "INSURANCE_POLICY": "A policy that can be surrendered or sold.",
        "HOUSEHOLD_GOODS": "Furniture and household appliances.",
        "TOOLS_OF_TRADE": "Tools, books and equipment for work.",
        "JEWELLERY": "Jewellery and watches.",
        "OTHER": "Something else.",
    },
)
described(
    ValuationBasis,
    "Whence the value of an asset is known.",
    {
        "CLIENT_ESTIMATE": "The client's own estimate.",
        "PROFESSIONAL_VALUATION": "A valuer, an estate agent, a dealer.",
        "ONLINE_GUIDE": "A price guide on the internet.",
        "STATEMENT": "A statement of an account, a policy or a scheme.",
    },
)
described(
    ExemptionReason,
    "Why an asset is left out of what counts in a solution.",
    {
        "NECESSARY_HOUSEHOLD_ITEM": "Needed for the basic domestic needs of the household.",
        "TOOLS_OF_TRADE": "Needed for the client's work.",
        "VEHICLE_ADAPTED": "A vehicle adapted for a physical impairment.",
        "VEHICLE_LOW_VALUE": "A vehicle worth less than the solution's limit.",
        "PENSION_RIGHTS": "Rights under an approved pension scheme.",
        "HELD_ON_TRUST": "Held for somebody else.",
        "OTHER": "Another reason, said in words.",
    },
)
