"""The enums of cases, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.cases import events
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
from cma_graphql.domain.cases.team_models import Responsibility
from cma_graphql.domain.cases.triage import TriageReason
from cma_graphql.graph.enums import described

__all__ = [
    "BillingMethod",
    "CaseCategory",
    "CaseEventName",
    "CaseOrder",
    "CaseStage",
    "CaseStatus",
    "ClosureReason",
    "Level",
    "Priority",
    "ResolutionType",
    "Responsibility",
    "TriageReason",
]

described(
    CaseStatus,
    "Who must act on a case, and whether it is live.",
    {
        "NEW": "Opened, nobody's yet.",
        "ASSIGNED": "An advisor has it.",
        "IN_PROGRESS": "Advice is being given.",
        "ON_HOLD": "Waiting, with a day for looking again.",
        "RESOLVED": "The advice has come to a result.",
        "CLOSED": "Nothing is left to do.",
        "REOPENED": "Taken up again after an end.",
        "REFERRED": "Handed to another organisation.",
        "CANCELLED": "Ended without completion.",
    },
)
described(
    Responsibility,
    "What somebody on a case's team has to do with it.",
    {
        "RESPONSIBLE": "Does the work.",
        "ACCOUNTABLE": "Answers for it.",
        "CONSULTED": "Is asked before something is decided.",
        "INFORMED": "Is told of what was decided.",
    },
)
described(
    CaseStage,
    "Where in the advice a case is; stages may be revisited.",
    {
        "ENQUIRY": "A first contact or a referral.",
        "TRIAGE": "Emergencies, consent and the channel are settled.",
        "APPOINTMENT": "An appointment is needed.",
        "FACT_FIND": "Debts, assets and household are collected.",
        "BUDGET": "The financial statement is made.",
        "ADVICE": "The options are weighed.",
        "RECOMMENDATION": "A solution is recommended and decided on.",
        "IMPLEMENTATION": "The solution is put to work.",
        "REVIEW": "A running solution is looked at again.",
        "CLOSURE": "The end is written down.",
    },
)
described(
    Priority,
    "How soon a case needs attention.",
    {"LOW": "Can wait.", "MEDIUM": "The usual.", "HIGH": "Soon.", "URGENT": "Today."},
)
described(
    Level,
    "How complex or how risky.",
    {"LOW": "Little.", "MEDIUM": "Some.", "HIGH": "Much.", "CRITICAL": "As much as there can be."},
)
described(
    CaseCategory,
    "Whose debts they are, or what they concern.",
    {
        "PERSONAL": "One person's debts.",
        "JOINT": "Debts of a couple.",
        "BUSINESS": "Debts of a trade.",
        "HOUSING": "Rent or mortgage.",
        "ENFORCEMENT": "Bailiffs and courts.",
        "INSOLVENCY": "A statutory solution.",
    },
)
described(
    BillingMethod,
    "Who pays for the work.",
    {
        "NONE": "Free to the client: the usual.",
        "FUNDED_PROJECT": "A funder, by project.",
        "FIXED_FEE": "A fixed fee.",
        "HOURLY": "By the hour.",
        "RETAINER": "A retainer.",
    },
)
described(
    TriageReason,
    "Why nobody could be given a case automatically.",
    {
        "NOBODY_ADVISES": "No other advisor takes new cases.",
        "NOBODY_HAS_THE_SKILLS": "None of them has the skills, or the language, that the case asks for.",
        "NOBODY_HAS_ROOM": "None of those has room for it.",
        "NOBODY_IS_AVAILABLE": "None of those is at work within a week.",
    },
)
described(
    ResolutionType,
    "What the advice came to.",
    {
        "SOLUTION_IMPLEMENTED": "A debt solution is in place.",
        "ADVICE_GIVEN": "Advice was given; the client acts on it.",
        "REFERRED": "Another organisation took over.",
        "SELF_HELP": "The client deals with the creditors.",
        "NO_FURTHER_ACTION": "Nothing further is to be done.",
        "WITHDRAWN": "The client wished to stop.",
    },
)
described(
    ClosureReason,
    "Why a case was closed.",
    {
        "ADVICE_COMPLETE": "The advice is complete.",
        "SOLUTION_IN_PLACE": "A solution is running.",
        "CLIENT_DISENGAGED": "Contact was lost.",
        "CLIENT_WITHDREW": "The client no longer wants help.",
        "REFERRED_EXTERNALLY": "Another organisation took over.",
        "TRANSFERRED_CENTRE": "Another centre took over.",
        "AGENCY_CANNOT_CONTINUE": "The centre cannot go on.",
        "CONFLICT_OF_INTEREST": "A conflict of interest.",
        "OUT_OF_SCOPE": "Not a matter for debt advice.",
        "MOVED_AWAY": "The client moved away.",
        "DECEASED": "The client died.",
        "DUPLICATE": "Another case holds the same matter.",
        "OPENED_IN_ERROR": "It should not have been opened.",
    },
)


class CaseOrder(StrEnum):
    """The orders a list of cases can be in."""

    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"
    OPENED_ON_ASC = "OPENED_ON_ASC"
    OPENED_ON_DESC = "OPENED_ON_DESC"
    CASE_NUMBER_ASC = "CASE_NUMBER_ASC"
    CASE_NUMBER_DESC = "CASE_NUMBER_DESC"


described(
    CaseOrder,
    "The orders a list of cases can be in.",
    {
        "CREATED_AT_ASC": "Oldest record first.",
        "CREATED_AT_DESC": "Newest record first.",
        "OPENED_ON_ASC": "Earliest opening day first.",
        "OPENED_ON_DESC": "Latest opening day first.",
        "CASE_NUMBER_ASC": "By case number.",
        "CASE_NUMBER_DESC": "By case number, the last first.",
    },
)


class CaseEventName(StrEnum):
    """The events of cases, by the names that the log has for them."""

    CREATED = events.CaseCreated.name
    UPDATED = events.CaseUpdated.name
    ASSIGNED = events.CaseAssigned.name
    TRIAGED = events.CaseTriaged.name
    STATUS_CHANGED = events.CaseStatusChanged.name
    STAGE_CHANGED = events.CaseStageChanged.name
    TEAM_CHANGED = events.CaseTeamChanged.name
    RESTRICTED = events.CaseRestricted.name
    DELETED = events.CaseDeleted.name
    RESTORED = events.CaseRestored.name


described(
    CaseEventName,
    "What can happen to a case.",
    {
        "CREATED": "It was opened.",
        "UPDATED": "What it says of itself changed: its words, its kind, its value.",
        "ASSIGNED": "It has an advisor, or another one than before.",
        "TRIAGED": "Nobody could be given it automatically: somebody has to find an advisor.",
        "STATUS_CHANGED": "It went from one state to another.",
        "STAGE_CHANGED": "It is elsewhere in the course of advice.",
        "TEAM_CHANGED": "Somebody joined or left its team, or it went to another team.",
        "RESTRICTED": "It is hidden from those who do not work on it, or is not any more.",
        "DELETED": "It was deleted: told as `Removed`.",
        "RESTORED": "It was deleted, and is back.",
    },
)
