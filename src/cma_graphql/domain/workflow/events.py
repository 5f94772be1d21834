"""What happened to the workflow of a case, to its stages and to approvals."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class WorkflowBegun(Event):
    """A case runs by a workflow; one event for all of its stages."""

    name: ClassVar[str] = "workflow.begun"
    entity: ClassVar[str] = "caseworkflow"


@dataclass(frozen=True, kw_only=True)
class WorkflowCompleted(Event):
    """No stage of a case's workflow is open any more."""

    name: ClassVar[str] = "workflow.completed"
    entity: ClassVar[str] = "caseworkflow"


@dataclass(frozen=True, kw_only=True)
class WorkflowCancelled(Event):
    """What was still open of a case's workflow was given up, for a reason or because the case ended."""

    name: ClassVar[str] = "workflow.cancelled"
    entity: ClassVar[str] = "caseworkflow"


@dataclass(frozen=True, kw_only=True)
class WorkflowResumed(Event):
    """A case's workflow goes on where it stood."""

    name: ClassVar[str] = "workflow.resumed"
    entity: ClassVar[str] = "caseworkflow"


@dataclass(frozen=True, kw_only=True)
class StageAdded(Event):
    """A case has a stage that its template does not have."""

    name: ClassVar[str] = "stage.added"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class StageMoved(Event):
    """A stage came to another state: it is ready, begun, done, sent back, skipped or given up."""

    name: ClassVar[str] = "stage.state_changed"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class StageAssigned(Event):
    """A stage is somebody's, or somebody else's."""

    name: ClassVar[str] = "stage.assigned"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class StageDeadlineSet(Event):
    """A stage has another deadline."""

    name: ClassVar[str] = "stage.deadline_set"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class StageOverdue(Event):
    """A stage has passed its deadline."""

    name: ClassVar[str] = "stage.overdue"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class ApprovalRequested(Event):
    """Somebody asks for an approval."""

    name: ClassVar[str] = "approval.requested"
    entity: ClassVar[str] = "approval"


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(Event):
    """An approver has decided; whether that settles the approval, its state tells."""

    name: ClassVar[str] = "approval.decided"
    entity: ClassVar[str] = "approval"


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(Event):
    """An approval is not asked for any more."""

    name: ClassVar[str] = "approval.withdrawn"
    entity: ClassVar[str] = "approval"


@dataclass(frozen=True, kw_only=True)
class ApprovalEscalated(Event):
    """Nobody decided in time: the centre's managers are asked."""

    name: ClassVar[str] = "approval.escalated"
    entity: ClassVar[str] = "approval"


@dataclass(frozen=True, kw_only=True)
class ApprovalHandedOn(Event):
    """Too few of those who were to decide are left: it is others' to decide, or fewer do."""

    name: ClassVar[str] = "approval.handed_on"
    entity: ClassVar[str] = "approval"


@dataclass(frozen=True, kw_only=True)
class StageNotified(Event):
    """Somebody is told of a stage by a rule of the template."""

    name: ClassVar[str] = "stage.notified"
    entity: ClassVar[str] = "workflowstage"


@dataclass(frozen=True, kw_only=True)
class ApprovalNotified(Event):
    """Somebody is told of an approval by a rule of the template."""

    name: ClassVar[str] = "approval.notified"
    entity: ClassVar[str] = "approval"
