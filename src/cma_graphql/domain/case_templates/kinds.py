"""The closed lists of what stages, approvals and rules of a template can be (domain reference 5.4)."""

from enum import StrEnum

from cma_graphql.access.permissions import TABLE, Permission, Reach, Role


class TemplateCategory(StrEnum):
    """Whose business a template is: compliance officers manage those that are not general."""

    GENERAL = "GENERAL"
    LEGAL = "LEGAL"
    COMPLIANCE = "COMPLIANCE"


class StageType(StrEnum):
    """What kind of work a stage is."""

    TASK = "TASK"
    DATA_ENTRY = "DATA_ENTRY"
    REVIEW = "REVIEW"
    """Somebody else looks at what was done."""
    APPROVAL = "APPROVAL"
    """Nothing is done but approving what went before."""
    DECISION_GATE = "DECISION_GATE"
    DOCUMENT = "DOCUMENT"
    COMMUNICATION = "COMMUNICATION"
    WAIT = "WAIT"
    """Days that have to pass, or an answer that has to come, first."""
    EXTERNAL = "EXTERNAL"
    """Somebody outside the centre does it; a person of the centre records that they have."""
    AUTOMATED = "AUTOMATED"
    """The server does it; nobody is assigned."""


class StageCondition(StrEnum):
    """Which cases go through a stage; the others are spared it."""

    ALWAYS = "ALWAYS"
    TRAINEE = "TRAINEE"
    """Those whose advisor is a trainee."""
    HIGH_RISK = "HIGH_RISK"
    """Those whose risk is high or critical."""
    TRAINEE_OR_HIGH_RISK = "TRAINEE_OR_HIGH_RISK"
    LEGAL_REVIEW = "LEGAL_REVIEW"
    """Those that a legal review is required of."""
    COMPLIANCE_REVIEW = "COMPLIANCE_REVIEW"
    """Those that a compliance review is required of."""
    SAMPLED = "SAMPLED"
    """So many in a hundred, picked by chance (`sample_percent`)."""


class ApprovalType(StrEnum):
    """How many have to approve, and in which order."""

    SINGLE = "SINGLE"
    """One of a role."""
    ANY = "ANY"
    """So many of a role, whoever they are."""
    ALL = "ALL"
    """Everybody of a role, who are at least so many."""
    SEQUENTIAL = "SEQUENTIAL"
    """One of each role, in their order."""


class ApprovalTrigger(StrEnum):
    """What needs an approval wherever in its stages a case is."""

    TRAINEE_RECOMMENDATION = "TRAINEE_RECOMMENDATION"
    DRO_SUBMISSION = "DRO_SUBMISSION"
    WRITE_OFF_OVER_LIMIT = "WRITE_OFF_OVER_LIMIT"
    """A write-off, or a full and final settlement, above the centre's limit."""
    VULNERABLE_HIGH_RISK_CLOSURE = "VULNERABLE_HIGH_RISK_CLOSURE"
    MANDATORY_ITEM_WAIVER = "MANDATORY_ITEM_WAIVER"
    DATA_EXPORT = "DATA_EXPORT"
    ERASURE = "ERASURE"
    CENTRE_TRANSFER = "CENTRE_TRANSFER"
    LEGAL_REVIEW = "LEGAL_REVIEW"


class NotificationMoment(StrEnum):
    """When somebody is told."""

    STAGE_READY = "STAGE_READY"
    STAGE_COMPLETED = "STAGE_COMPLETED"
    STAGE_REJECTED = "STAGE_REJECTED"
    DEADLINE_NEAR = "DEADLINE_NEAR"
    """So many days before a stage's deadline."""
    DEADLINE_PASSED = "DEADLINE_PASSED"
    """So many days after a stage's deadline; on the day itself where they are 0."""
    APPROVAL_REQUESTED = "APPROVAL_REQUESTED"
    APPROVAL_DECIDED = "APPROVAL_DECIDED"
    APPROVAL_OVERDUE = "APPROVAL_OVERDUE"


class Recipient(StrEnum):
    """Who is told."""

    ASSIGNEE = "ASSIGNEE"
    """Whoever does the stage."""
    CASE_ADVISOR = "CASE_ADVISOR"
    CASE_TEAM = "CASE_TEAM"
    APPROVERS = "APPROVERS"
    CENTRE_MANAGERS = "CENTRE_MANAGERS"
    COMPLIANCE_OFFICERS = "COMPLIANCE_OFFICERS"
    CLIENT = "CLIENT"


class Channel(StrEnum):
    """By what they are told."""

    TASK = "TASK"
    """A task in their diary."""
    EMAIL = "EMAIL"
    SMS = "SMS"


DOERS = frozenset(role for role, reach in TABLE[Permission.WORKFLOW_PROGRESS].items() if reach is not Reach.NONE)
"""The roles that may be given a stage."""
APPROVERS = frozenset[Role](role for role, reach in TABLE[Permission.CASE_APPROVE].items() if reach is Reach.CENTRE)
"""The roles that may approve."""
