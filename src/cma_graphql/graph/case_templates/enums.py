"""The enums of templates, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.case_templates.difference import Difference
from cma_graphql.domain.case_templates.kinds import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
    TemplateCategory,
)
from cma_graphql.graph.enums import described

__all__ = [
    "ApprovalTrigger",
    "ApprovalType",
    "CaseTemplateOrder",
    "Channel",
    "Difference",
    "NotificationMoment",
    "Recipient",
    "StageCondition",
    "StageType",
    "TemplateCategory",
]

described(
    TemplateCategory,
    "Whose business a template is.",
    {
        "GENERAL": "The usual work: the centre's manager changes it.",
        "LEGAL": "Legal work: compliance officers change it, too.",
        "COMPLIANCE": "Work for compliance: compliance officers change it, too.",
    },
    name="CaseTemplateCategory",
)
described(
    StageType,
    "What kind of work a stage is.",
    {
        "TASK": "Something to do.",
        "DATA_ENTRY": "Records to fill in.",
        "REVIEW": "Somebody else looks at what was done.",
        "APPROVAL": "Nothing but approving what went before.",
        "DECISION_GATE": "Something is decided, with its reasons.",
        "DOCUMENT": "A document is written, or had back.",
        "COMMUNICATION": "Somebody is told.",
        "WAIT": "Days have to pass, or an answer has to come.",
        "EXTERNAL": "Somebody outside the centre does it; a person of the centre records that they have.",
        "AUTOMATED": "The server does it; nobody is assigned.",
    },
    name="WorkflowStageType",
)
described(
    StageCondition,
    "Which cases go through a stage; the others are spared it.",
    {
        "ALWAYS": "All of them.",
        "TRAINEE": "Those whose advisor is a trainee.",
        "HIGH_RISK": "Those whose risk is high or critical.",
        "TRAINEE_OR_HIGH_RISK": "Those whose advisor is a trainee, and those of high or critical risk.",
        "LEGAL_REVIEW": "Those that need a legal review.",
        "COMPLIANCE_REVIEW": "Those that need a compliance review.",
        "SAMPLED": "So many in a hundred, picked by chance.",
    },
    name="WorkflowStageCondition",
)
described(
    ApprovalType,
    "How many have to approve, and in which order.",
    {
        "SINGLE": "One of a role.",
        "ANY": "So many of a role, whoever they are.",
        "ALL": "Everybody of a role, who are at least so many.",
        "SEQUENTIAL": "One of each role, in their order.",
    },
)
described(
    ApprovalTrigger,
    "What needs an approval wherever in its stages a case is.",
    {
        "TRAINEE_RECOMMENDATION": "A trainee recommends something.",
        "DRO_SUBMISSION": "A debt relief order is applied for.",
        "WRITE_OFF_OVER_LIMIT": "A write-off, or a full and final settlement, above the centre's limit.",
        "VULNERABLE_HIGH_RISK_CLOSURE": "A vulnerable client's case of high risk is closed.",
        "MANDATORY_ITEM_WAIVER": "A mandatory requirement is waived.",
        "DATA_EXPORT": "Data leaves the product.",
        "ERASURE": "A client's data is erased.",
        "CENTRE_TRANSFER": "A case goes to another centre.",
        "LEGAL_REVIEW": "A legal review is required.",
    },
)
described(
    NotificationMoment,
    "When somebody is told.",
    {
        "STAGE_READY": "A stage can be begun.",
        "STAGE_COMPLETED": "A stage is done.",
        "STAGE_REJECTED": "A stage is open again, since it was rejected.",
        "DEADLINE_NEAR": "So many days before a stage's deadline.",
        "DEADLINE_PASSED": "So many days after a stage's deadline; 0: on the day itself.",
        "APPROVAL_REQUESTED": "Somebody is asked to approve.",
        "APPROVAL_DECIDED": "An approval was given or refused.",
        "APPROVAL_OVERDUE": "Nobody has decided in time.",
    },
    name="WorkflowNotificationMoment",
)
described(
    Recipient,
    "Who is told.",
    {
        "ASSIGNEE": "Whoever does the stage.",
        "CASE_ADVISOR": "The case's advisor.",
        "CASE_TEAM": "The case's team.",
        "APPROVERS": "Those who are asked to approve.",
        "CENTRE_MANAGERS": "The centre's managers.",
        "COMPLIANCE_OFFICERS": "The centre's compliance officers.",
        "CLIENT": "The client.",
    },
    name="WorkflowRecipient",
)
described(
    Channel,
    "By what somebody is told.",
    {"TASK": "A task in their diary.", "EMAIL": "An e-mail.", "SMS": "A text message."},
    name="WorkflowChannel",
)
described(
    Difference,
    "What a draft does to a stage.",
    {
        "ADDED": "It is new.",
        "REMOVED": "It is gone.",
        "CHANGED": "Some of its fields are other than they were.",
        "MOVED": "It stands elsewhere among the stages.",
    },
    name="CaseTemplateDifference",
)


class CaseTemplateOrder(StrEnum):
    """The orders of lists of templates."""

    CODE_ASC = "CODE_ASC"
    CODE_DESC = "CODE_DESC"


described(
    CaseTemplateOrder,
    "In which order templates are listed.",
    {"CODE_ASC": "By code.", "CODE_DESC": "By code, the last first."},
)
