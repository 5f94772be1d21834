"""What happens to clients and their consents."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientEvent(Event):
    """Something that happened to a client."""

    entity: ClassVar[str] = "client"


@dataclass(frozen=True, kw_only=True)
class ClientCreated(ClientEvent):
    """A client was recorded."""

    name: ClassVar[str] = "client.created"


@dataclass(frozen=True, kw_only=True)
class ClientUpdated(ClientEvent):
    """A client's details changed."""

    name: ClassVar[str] = "client.updated"


@dataclass(frozen=True, kw_only=True)
class ClientDeleted(ClientEvent):
    """A client was deleted; the record stays and can be restored."""

    name: ClassVar[str] = "client.deleted"


@dataclass(frozen=True, kw_only=True)
class ClientRestored(ClientEvent):
    """A deleted client was restored."""

    name: ClassVar[str] = "client.restored"


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(Event):
    """A client consented to a use of their data."""

    name: ClassVar[str] = "client.consent_given"
    entity: ClassVar[str] = "consent"


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Event):
    """A client withdrew a consent."""

    name: ClassVar[str] = "client.consent_withdrawn"
    entity: ClassVar[str] = "consent"
