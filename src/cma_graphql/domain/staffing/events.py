"""What happened to what advisors can do, to their hours and absences."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AdvisorProfileChanged(Event):
    """An advisor can do something more, or less, or takes new cases, or none."""

    name: ClassVar[str] = "advisor.profile_changed"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class WorkingHoursChanged(Event):
    """Somebody works at other times of the week."""

    name: ClassVar[str] = "advisor.hours_changed"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class AbsenceRecorded(Event):
    """Somebody will be away, or is."""

    name: ClassVar[str] = "absence.recorded"
    entity: ClassVar[str] = "absence"


@dataclass(frozen=True, kw_only=True)
class AbsenceChanged(Event):
    """Somebody is away at another time, or somebody else covers."""

    name: ClassVar[str] = "absence.changed"
    entity: ClassVar[str] = "absence"


@dataclass(frozen=True, kw_only=True)
class AbsenceCancelled(Event):
    """Somebody will not be away after all."""

    name: ClassVar[str] = "absence.cancelled"
    entity: ClassVar[str] = "absence"
