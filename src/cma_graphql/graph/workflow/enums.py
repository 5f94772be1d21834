"""The enums of workflows, with their descriptions."""

from enum import StrEnum

from cma_graphql.domain.workflow import events
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.counting import Decision
from cma_graphql.domain.workflow.models import WorkflowState
from cma_graphql.domain.workflow.states import ApprovalState, StageState
from cma_graphql.graph.case_templates.enums import ApprovalType, StageType
from cma_graphql.graph.enums import described

__all__ = [
    "ApprovalOrder",
    "ApprovalState",
    "ApprovalSubject",
    "ApprovalType",
    "Decision",
    "StageOrder",
    "StageState",
    "StageType",
    "WorkflowEventName",
    "WorkflowState",
]

described(
    StageState,
    "How far a stage of a case has come; whether it is late, `overdue` tells.",
    {
        "PENDING": "Its turn has not come: others come first.",
        "READY": "It can be begun.",
        "IN_PROGRESS": "Somebody is at work on it.",
        "AWAITING_APPROVAL": "It is done, and somebody else has to approve it.",
        "COMPLETED": "It is done.",
        "REJECTED": "It was not approved: it is to be taken up again.",
        "SKIPPED": "It was left out, by somebody or because the case does not go through it.",
        "CANCELLED": "It was given up.",
    },
    name="WorkflowStageState",
)
described(
    WorkflowState,
    "Whether a case's workflow goes on.",
    {
        "ACTIVE": "Stages are open.",
        "COMPLETED": "Every stage has ended.",
        "CANCELLED": "What was open was given up.",
    },
    name="CaseWorkflowState",
)
described(
    ApprovalState,
    "What became of a request for approval.",
    {
        "PENDING": "It is to be decided.",
        "APPROVED": "It was approved.",
        "REJECTED": "It was refused.",
        "CHANGES_REQUESTED": "Something is to be mended first; then it is asked for anew.",
        "WITHDRAWN": "It is not asked for any more.",
    },
)
described(
    ApprovalSubject,
    "What is to be approved.",
    {
        "STAGE": "That a stage of the case is completed.",
        "CASE_RESOLUTION": "That the case is resolved as proposed: approving it resolves the case.",
        "CASE_CLOSURE": "That the case is closed as proposed: approving it closes the case.",
        "TRAINEE_RECOMMENDATION": "What a trainee recommends.",
        "DRO_SUBMISSION": "That a debt relief order is applied for.",
        "WRITE_OFF_OVER_LIMIT": "A write-off, or a full and final settlement, above the centre's limit.",
        "VULNERABLE_HIGH_RISK_CLOSURE": "A vulnerable client's case of high risk is closed: caseProposeClosure asks.",
        "MANDATORY_ITEM_WAIVER": "That a mandatory requirement is waived.",
        "DATA_EXPORT": "That data leave the centre.",
        "ERASURE": "That a client's data are erased.",
        "CENTRE_TRANSFER": "That the case is handed to another centre.",
        "LEGAL_REVIEW": "The legal side of the case.",
    },
)
described(
    Decision,
    "What an approver says.",
    {
        "APPROVE": "Yes.",
        "REJECT": "No.",
        "REQUEST_CHANGES": "Not so: something is to be mended.",
        "DELEGATE": "Somebody else decides in my stead.",
        "ABSTAIN": "I do not decide.",
    },
    name="ApprovalDecisionKind",
)


class StageOrder(StrEnum):
    """The orders of stages across cases."""

    CREATED_AT_DESC = "CREATED_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"


class ApprovalOrder(StrEnum):
    """The orders of approvals across cases."""

    REQUESTED_AT_DESC = "REQUESTED_AT_DESC"
    REQUESTED_AT_ASC = "REQUESTED_AT_ASC"


class WorkflowEventName(StrEnum):
    """The events of workflows, by the names that the log has for them."""

    WORKFLOW_BEGUN = events.WorkflowBegun.name
    WORKFLOW_COMPLETED = events.WorkflowCompleted.name
    WORKFLOW_CANCELLED = events.WorkflowCancelled.name
    WORKFLOW_RESUMED = events.WorkflowResumed.name
    STAGE_ADDED = events.StageAdded.name
    STAGE_STATE_CHANGED = events.StageMoved.name
    STAGE_ASSIGNED = events.StageAssigned.name
    STAGE_DEADLINE_SET = events.StageDeadlineSet.name
    STAGE_OVERDUE = events.StageOverdue.name
    APPROVAL_REQUESTED = events.ApprovalRequested.name
    APPROVAL_DECIDED = events.ApprovalDecided.name
    APPROVAL_WITHDRAWN = events.ApprovalWithdrawn.name
    APPROVAL_ESCALATED = events.ApprovalEscalated.name
    APPROVAL_HANDED_ON = events.ApprovalHandedOn.name
    STAGE_NOTIFIED = events.StageNotified.name
    APPROVAL_NOTIFIED = events.ApprovalNotified.name


described(
    StageOrder,
    "The order of stages across cases.",
    {"CREATED_AT_DESC": "The newest workflows' first.", "CREATED_AT_ASC": "The oldest workflows' first."},
    name="WorkflowStageOrder",
)
described(
    ApprovalOrder,
    "The order of approvals across cases.",
    {"REQUESTED_AT_DESC": "The newest first.", "REQUESTED_AT_ASC": "The oldest first."},
)
described(
    WorkflowEventName,
    "What may happen to the workflow of a case.",
    {
        "WORKFLOW_BEGUN": "The case runs by a workflow.",
        "WORKFLOW_COMPLETED": "No stage is open any more.",
        "WORKFLOW_CANCELLED": "What was open was given up.",
        "WORKFLOW_RESUMED": "It goes on.",
        "STAGE_ADDED": "The case has a further stage.",
        "STAGE_STATE_CHANGED": "A stage came to another state.",
        "STAGE_ASSIGNED": "A stage is somebody's, or somebody else's.",
        "STAGE_DEADLINE_SET": "A stage has another deadline.",
        "STAGE_OVERDUE": "A stage has passed its deadline.",
        "APPROVAL_REQUESTED": "An approval is asked for.",
        "APPROVAL_DECIDED": "An approver has decided.",
        "APPROVAL_WITHDRAWN": "An approval is not asked for any more.",
        "APPROVAL_ESCALATED": "Nobody decided in time: the centre's managers are asked.",
        "APPROVAL_HANDED_ON": "Too few of those who were to decide are left: others decide.",
        "STAGE_NOTIFIED": "Somebody is told of a stage, by a rule of the template: `recipient_id` among the changes.",
        "APPROVAL_NOTIFIED": "Somebody is told of an approval, by a rule of the template.",
    },
)
