"""What happened to centres."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CentreCreated(Event):
    """A centre joined the network."""

    name: ClassVar[str] = "centre.created"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CentreUpdated(Event):
    """A centre's name, address or the like changed."""

    name: ClassVar[str] = "centre.updated"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CentreManagerChanged(Event):
    """Another person, or nobody, manages the centre."""

    name: ClassVar[str] = "centre.manager_changed"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CentreSuspended(Event):
    """The centre's people cannot sign in for the time being."""

    name: ClassVar[str] = "centre.suspended"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CentreReactivated(Event):
    """A suspended centre is at work again."""

    name: ClassVar[str] = "centre.reactivated"
    entity: ClassVar[str] = "centre"


@dataclass(frozen=True, kw_only=True)
class CentreClosed(Event):
    """A centre is closed for good."""

    name: ClassVar[str] = "centre.closed"
    entity: ClassVar[str] = "centre"
