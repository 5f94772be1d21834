"""What happened to frameworks, checklists and the requirements of cases."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FrameworkCreated(Event):
    """A centre has a framework of its own."""

    name: ClassVar[str] = "compliance.framework_created"
    entity: ClassVar[str] = "complianceframework"


@dataclass(frozen=True, kw_only=True)
class ChecklistCreated(Event):
    """A centre has a checklist of its own, or a new revision of one."""

    name: ClassVar[str] = "compliance.checklist_created"
    entity: ClassVar[str] = "compliancechecklist"


@dataclass(frozen=True, kw_only=True)
class ChecklistRetired(Event):
    """New cases are not given a checklist any more."""

    name: ClassVar[str] = "compliance.checklist_retired"
    entity: ClassVar[str] = "compliancechecklist"


@dataclass(frozen=True, kw_only=True)
class ComplianceBegun(Event):
    """A case was given checklists; one event for all of them."""

    name: ClassVar[str] = "compliance.begun"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class ComplianceRealigned(Event):
    """The requirements that a case has to meet changed with its type or its stage."""

    name: ClassVar[str] = "compliance.realigned"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class ChecklistWaived(Event):
    """What was still owed on a case's checklist was waived as a whole."""

    name: ClassVar[str] = "compliance.checklist_waived"
    entity: ClassVar[str] = "casecompliance"


@dataclass(frozen=True, kw_only=True)
class ItemCompleted(Event):
    """A requirement is met in a case."""

    name: ClassVar[str] = "compliance.item_completed"
    entity: ClassVar[str] = "complianceitem"


@dataclass(frozen=True, kw_only=True)
class ItemReopened(Event):
    """A requirement is open again in a case."""

    name: ClassVar[str] = "compliance.item_reopened"
    entity: ClassVar[str] = "complianceitem"


@dataclass(frozen=True, kw_only=True)
class ItemFailed(Event):
    """A requirement was not met in a case; something is to be done about it."""

    name: ClassVar[str] = "compliance.item_failed"
    entity: ClassVar[str] = "complianceitem"


@dataclass(frozen=True, kw_only=True)
class ItemSetAside(Event):
    """A requirement does not apply to a case, or applies after all."""

    name: ClassVar[str] = "compliance.item_applicability_changed"
    entity: ClassVar[str] = "complianceitem"


@dataclass(frozen=True, kw_only=True)
class ItemWaived(Event):
    """A requirement was waived in a case."""

    name: ClassVar[str] = "compliance.item_waived"
    entity: ClassVar[str] = "complianceitem"


@dataclass(frozen=True, kw_only=True)
class ItemDeadlineSet(Event):
    """A requirement of a case has another deadline."""

    name: ClassVar[str] = "compliance.item_deadline_set"
    entity: ClassVar[str] = "complianceitem"
