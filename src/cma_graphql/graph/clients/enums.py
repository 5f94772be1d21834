"""The enums of clients, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.clients.models import ConsentChannel, ConsentPurpose, EmploymentStatus, MaritalStatus
from cma_graphql.graph.enums import described

__all__ = ["ClientOrder", "ConsentChannel", "ConsentPurpose", "EmploymentStatus", "MaritalStatus"]


class ClientOrder(StrEnum):
    """The orders a list of clients can be in."""

    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


described(
    ClientOrder,
    "The orders a list of clients can be in.",
    {
        "NAME_ASC": "By family name, then given name.",
        "NAME_DESC": "By family name, the last first.",
        "CREATED_AT_ASC": "Oldest record first.",
        "CREATED_AT_DESC": "Newest record first.",
    },
)
described(
    MaritalStatus,
    "A client's marital status.",
    {
        "SINGLE": "Never married.",
        "MARRIED": "Married.",
        "CIVIL_PARTNERSHIP": "In a civil partnership.",
        "COHABITING": "Living with a partner.",
        "SEPARATED": "Separated.",
        "DIVORCED": "Divorced, or a civil partnership dissolved.",
        "WIDOWED": "Widowed.",
        "NOT_STATED": "Not stated.",
    },
)
described(
    EmploymentStatus,
    "How a client is employed; several may hold at once.",
    {
        "EMPLOYED_FULL_TIME": "Employed full time.",
        "EMPLOYED_PART_TIME": "Employed part time.",
        "SELF_EMPLOYED": "Self-employed.",
        "UNEMPLOYED": "Unemployed.",
        "UNABLE_TO_WORK": "Unable to work through illness or disability.",
        "CARER": "Caring for somebody.",
        "STUDENT": "Studying.",
        "RETIRED": "Retired.",
        "NOT_STATED": "Not stated.",
    },
)
described(
    ConsentPurpose,
    "What a client's data may be used for.",
    {
        "ADVICE": "Giving debt advice.",
        "CREDITOR_CONTACT": "Dealing with creditors on the client's behalf.",
        "CREDIT_SEARCH": "Asking a credit reference agency.",
        "REFERRAL": "Handing the client to another organisation.",
        "QA": "Checking the quality of advice.",
        "FUNDER_REPORT": "Reporting to whoever funds the advice.",
        "RESEARCH": "Research.",
        "MARKETING": "Telling the client of services.",
        "AI_ASSIST": "Help by artificial intelligence.",
    },
)
described(
    ConsentChannel,
    "How a consent was given.",
    {"IN_PERSON": "Face to face.", "TELEPHONE": "By telephone.", "ONLINE": "Online.", "PAPER": "On a signed form."},
)
