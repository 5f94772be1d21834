"""What happened to the keys of programs; of memberships, domain/users says it; of sign-ins, the security log."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MembershipInvitationSent(Event):
    """An invited person was sent another link."""

    name: ClassVar[str] = "membership.invitation_sent"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class ServiceKeyCreated(Event):
    """A program of the centre may sign in."""

    name: ClassVar[str] = "service_key.created"
    entity: ClassVar[str] = "servicekey"


@dataclass(frozen=True, kw_only=True)
class ServiceKeyRevoked(Event):
    """A program's key is good for nothing any more."""

    name: ClassVar[str] = "service_key.revoked"
    entity: ClassVar[str] = "servicekey"
