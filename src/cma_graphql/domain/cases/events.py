"""What happened to cases."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseCreated(Event):
    """A case was opened."""

    name: ClassVar[str] = "case.created"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseUpdated(Event):
    """What a case says of itself changed: its words, its kind, its value."""

    name: ClassVar[str] = "case.updated"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseAssigned(Event):
    """A case has an advisor, or another one than before."""

    name: ClassVar[str] = "case.assigned"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseTriaged(Event):
    """Nobody could be given a case automatically: it waits for somebody to find an advisor."""

    name: ClassVar[str] = "case.triaged"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseStatusChanged(Event):
    """A case went from one state to another."""

    name: ClassVar[str] = "case.status_changed"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseStageChanged(Event):
    """A case is elsewhere in the course of advice."""

    name: ClassVar[str] = "case.stage_changed"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseTeamChanged(Event):
    """Other people work on a case: somebody joined or left, or it went to another team."""

    name: ClassVar[str] = "case.team_changed"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseRestricted(Event):
    """A case is hidden from those who do not work on it, or is not any more."""

    name: ClassVar[str] = "case.restricted"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseDeleted(Event):
    """A case was deleted; its history stays."""

    name: ClassVar[str] = "case.deleted"
    entity: ClassVar[str] = "case"


@dataclass(frozen=True, kw_only=True)
class CaseRestored(Event):
    """A deleted case is back."""

    name: ClassVar[str] = "case.restored"
    entity: ClassVar[str] = "case"
