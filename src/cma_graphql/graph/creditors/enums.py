"""The enums of creditors, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.creditors.models import CreditorKind
from cma_graphql.graph.enums import described

__all__ = ["CreditorKind", "CreditorOrder"]

described(
    CreditorKind,
    "What a creditor is, or does.",
    {
        "BANK_OR_CARD": "A bank or card issuer.",
        "BUILDING_SOCIETY": "A building society.",
        "CREDIT_UNION": "A credit union.",
        "HIGH_COST_LENDER": "A payday, doorstep, logbook or similar lender.",
        "RETAIL_OR_CATALOGUE": "A shop, a catalogue, buy now pay later.",
        "MORTGAGE_LENDER": "A lender secured on a home.",
        "UTILITY": "A supplier of gas or electricity.",
        "WATER": "A water company.",
        "TELECOMS": "A provider of telephone, mobile, broadband or television.",
        "LOCAL_AUTHORITY": "A council.",
        "CENTRAL_GOVERNMENT": "A department or an agency of a government.",
        "COURT": "A court, or who collects for one.",
        "LANDLORD": "A landlord or freeholder.",
        "DEBT_COLLECTOR": "A collection agency, or a purchaser of debts.",
        "ENFORCEMENT_AGENT": "An enforcement agent; in Scotland a sheriff officer.",
        "SOLICITOR": "A solicitor who acts for creditors.",
        "INDIVIDUAL": "A private person.",
        "OTHER": "Anybody else.",
    },
)


class CreditorOrder(StrEnum):
    """The orders a list of creditors can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


described(
    CreditorOrder,
    "The orders a list of creditors can be in.",
    {"NAME_ASC": "By name.", "NAME_DESC": "By name, the last first."},
)
