"""The enums of compliance, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.compliance import events
from cma_graphql.domain.compliance.models import Certainty, ComplianceStatus, EvidenceKind, ItemState, Mandatory
from cma_graphql.graph.enums import described

__all__ = ["Certainty", "ComplianceEventName", "ComplianceStatus", "EvidenceKind", "ItemState", "Mandatory"]

described(
    Certainty,
    "How surely a requirement follows from its source.",
    {
        "VERIFIED": "The source's own words were read.",
        "GENERAL": "Taken from accounts of the source: read it before you rely on this.",
    },
    name="ComplianceCertainty",
)
described(
    Mandatory,
    "Whether a requirement has to be met.",
    {
        "YES": "In every case.",
        "NO": "It is good to be met.",
        "CONDITIONAL": "Once somebody has said that its condition holds in the case.",
    },
)
described(
    EvidenceKind,
    "What shows that a requirement is met.",
    {
        "DOCUMENT": "A document of the case.",
        "NOTE": "A note that says how.",
        "FIELD": "What stands in the fields of the record.",
        "SIGNATURE": "A signed document, or a note that says where the signature is kept.",
        "NONE": "Nothing beyond the tick.",
    },
)
described(
    ItemState,
    "What became of a requirement in one case.",
    {
        "OPEN": "Nothing yet.",
        "DONE": "It is met.",
        "NOT_APPLICABLE": "It does not apply, for a reason.",
        "WAIVED": "The case goes without it, for a reason.",
        "FAILED": "It was not met; something is done about it by a day.",
    },
    name="ComplianceItemState",
)
described(
    ComplianceStatus,
    "Where a checklist, or a case by the worst of its checklists, stands today.",
    {
        "PENDING": "Nobody has said anything about it.",
        "IN_PROGRESS": "Something is owed.",
        "COMPLIANT": "Nothing is owed any more.",
        "NON_COMPLIANT": "A requirement was not met.",
        "OVERDUE": "Something is owed past its deadline.",
        "WAIVED": "Whatever applies was waived.",
    },
)


class ComplianceEventName(StrEnum):
    """The events of compliance, by the names that the log has for them."""

    BEGUN = events.ComplianceBegun.name
    REALIGNED = events.ComplianceRealigned.name
    CHECKLIST_WAIVED = events.ChecklistWaived.name
    ITEM_COMPLETED = events.ItemCompleted.name
    ITEM_REOPENED = events.ItemReopened.name
    ITEM_FAILED = events.ItemFailed.name
    ITEM_APPLICABILITY_CHANGED = events.ItemSetAside.name
    ITEM_WAIVED = events.ItemWaived.name
    ITEM_DEADLINE_SET = events.ItemDeadlineSet.name


described(
    ComplianceEventName,
    "What may happen to the checklists of a case.",
    {
        "BEGUN": "The case was given checklists.",
        "REALIGNED": "What it has to meet changed with its type or its stage.",
        "CHECKLIST_WAIVED": "What was still owed on a checklist was waived.",
        "ITEM_COMPLETED": "A requirement is met.",
        "ITEM_REOPENED": "A requirement is open again.",
        "ITEM_FAILED": "A requirement was not met; something is to be done about it.",
        "ITEM_APPLICABILITY_CHANGED": "A requirement does not apply, or applies after all.",
        "ITEM_WAIVED": "A requirement was waived.",
        "ITEM_DEADLINE_SET": "A requirement has another deadline.",
    },
)
