"""What happened to a centre's case types."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseTypeEvent(Event):
    """Something happened to a case type."""

    entity: ClassVar[str] = "casetype"


@dataclass(frozen=True, kw_only=True)
class CaseTypeCreated(CaseTypeEvent):
    """A centre has a case type of its own."""

    name: ClassVar[str] = "case_type.created"


@dataclass(frozen=True, kw_only=True)
class CaseTypeUpdated(CaseTypeEvent):
    """A case type is called otherwise, stands elsewhere, or proposes something else."""

    name: ClassVar[str] = "case_type.updated"


@dataclass(frozen=True, kw_only=True)
class CaseTypeDeactivated(CaseTypeEvent):
    """New cases are not of a type any more."""

    name: ClassVar[str] = "case_type.deactivated"


@dataclass(frozen=True, kw_only=True)
class CaseTypeActivated(CaseTypeEvent):
    """New cases may be of a type again."""

    name: ClassVar[str] = "case_type.activated"
