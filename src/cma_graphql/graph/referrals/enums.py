"""The enums of referrals, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.referrals import events
from cma_graphql.domain.referrals.models import (
    AnsweredThrough,
    OrganisationKind,
    ReferralDirection,
    ReferralOutcome,
    ReferralParty,
    ReferralState,
    ReferralUrgency,
    SharedCategory,
)
from cma_graphql.graph.enums import described

__all__ = [
    "AnsweredThrough",
    "OrganisationKind",
    "ReferralDirection",
    "ReferralEventName",
    "ReferralOutcome",
    "ReferralParty",
    "ReferralState",
    "ReferralUrgency",
    "SharedCategory",
]

described(
    ReferralDirection,
    "Whether a client is handed out or in.",
    {"OUT": "By this centre to somebody else.", "IN": "By somebody else to this centre."},
)
described(
    ReferralParty,
    "Who stands at the other end of a referral.",
    {
        "ORGANISATION": "An organisation outside the network.",
        "CENTRE": "Another centre of the network: a transfer, by which the record changes hands.",
    },
)
described(
    ReferralState,
    "Where a referral stands.",
    {
        "DRAFT": "It is being written; nobody has been told.",
        "SENT": "It waits for an answer: the other side's, or this centre's where it came in.",
        "ACCEPTED": "The client is taken on.",
        "REJECTED": "The client is not taken on, for a reason.",
        "COMPLETED": "It is known what came of it.",
        "WITHDRAWN": "Whoever sent it took it back.",
        "EXPIRED": "No answer came in time.",
    },
)
described(
    ReferralUrgency,
    "How soon the other side is needed.",
    {
        "ROUTINE": "In the usual time.",
        "SOON": "Within a week or two.",
        "URGENT": "Within days: a hearing, a visit by bailiffs.",
        "EMERGENCY": "At once: somebody is at risk today.",
    },
)
described(
    OrganisationKind,
    "What the organisation at the other end does.",
    {
        "DEBT_ADVICE": "Debt advice.",
        "LEGAL_ADVICE": "Legal advice, or a court's duty scheme.",
        "WELFARE_BENEFITS": "Advice on benefits, or help to claim them.",
        "HOUSING": "Housing advice, homelessness.",
        "HEALTH": "Health care.",
        "MENTAL_HEALTH": "Mental health care or support.",
        "DOMESTIC_ABUSE": "Support of those who suffer abuse at home.",
        "FOOD_AID": "A food bank or a fuel bank.",
        "EMPLOYMENT": "Help to find or keep work.",
        "LOCAL_AUTHORITY": "A council's service.",
        "OTHER": "Something else.",
    },
)
described(
    SharedCategory,
    "A part of what is known of a client, shared with the other side or not.",
    {
        "NAME": "Title and names.",
        "CONTACT": "Telephone, e-mail, language, and how to get in touch safely.",
        "ADDRESS": "Where the client lives.",
        "IDENTITY": "Date of birth and National Insurance number.",
        "HOUSEHOLD": "Housing, and who lives with the client.",
        "CASE": "What the case is about and where it stands.",
        "DEBTS": "The debts, with their balances.",
        "ASSETS": "What the client owns.",
        "BUDGET": "The statement that the client confirmed.",
    },
)
described(
    AnsweredThrough,
    "How the answer to a referral came.",
    {
        "LINK": "By the link that the recipient was given.",
        "STAFF": "Somebody of this centre wrote it down.",
        "CENTRE": "From the other centre of a transfer.",
    },
)
described(
    ReferralOutcome,
    "What a referral that was accepted came to.",
    {
        "HELP_GIVEN": "The client was helped.",
        "PARTLY_HELPED": "The client was helped with a part of it.",
        "RETURNED": "The client was sent back.",
        "NOT_REACHED": "The client was not reached, or did not come.",
        "NOT_NEEDED": "The client did not need it any more.",
        "TAKEN_ON": "The other centre goes on with the case.",
    },
)


class ReferralEventName(StrEnum):
    """The events of referrals, by the names that the log has for them."""

    DRAFTED = events.ReferralDrafted.name
    UPDATED = events.ReferralUpdated.name
    SENT = events.ReferralSent.name
    RENEWED = events.ReferralRenewed.name
    RECEIVED = events.ReferralReceived.name
    OPENED = events.ReferralOpened.name
    ACCEPTED = events.ReferralAccepted.name
    REJECTED = events.ReferralRejected.name
    WITHDRAWN = events.ReferralWithdrawn.name
    EXPIRED = events.ReferralExpired.name
    COMPLETED = events.ReferralCompleted.name
    SETTLED = events.ReferralSettled.name


described(
    ReferralEventName,
    "What may happen to a referral.",
    {
        "DRAFTED": "It was begun.",
        "UPDATED": "What it says changed.",
        "SENT": "It went out.",
        "RENEWED": "Its recipient was given a new link; the former one is good no more.",
        "RECEIVED": "It came in.",
        "OPENED": "The recipient looked at what was shared for the first time.",
        "ACCEPTED": "The client was taken on.",
        "REJECTED": "The client was not taken on.",
        "WITHDRAWN": "It was taken back.",
        "EXPIRED": "No answer came in time.",
        "COMPLETED": "What came of it is known.",
        "SETTLED": "Nothing is left to carry out of a transfer.",
    },
)
