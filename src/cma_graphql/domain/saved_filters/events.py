"""What happens to saved filters."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FilterSaved(Event):
    """Somebody kept a filter."""

    name: ClassVar[str] = "savedfilter.created"
    entity: ClassVar[str] = "savedfilter"


@dataclass(frozen=True, kw_only=True)
class SavedFilterUpdated(Event):
    """Somebody changed a filter of theirs."""

    name: ClassVar[str] = "savedfilter.updated"
    entity: ClassVar[str] = "savedfilter"


@dataclass(frozen=True, kw_only=True)
class SavedFilterDeleted(Event):
    """Somebody threw a filter of theirs away."""

    name: ClassVar[str] = "savedfilter.deleted"
    entity: ClassVar[str] = "savedfilter"
