"""What happened to memberships and teams."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MembershipCreated(Event):
    """A person was made a member of the centre: invited, as a rule."""

    name: ClassVar[str] = "membership.created"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class MembershipActivated(Event):
    """An invited person may act from now on."""

    name: ClassVar[str] = "membership.activated"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class MembershipUpdated(Event):
    """Something about a membership changed that gives or takes no right."""

    name: ClassVar[str] = "membership.updated"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class MembershipRolesChanged(Event):
    """A person may do more, or less."""

    name: ClassVar[str] = "membership.roles_changed"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class MembershipDeactivated(Event):
    """A person may not act for the centre any more."""

    name: ClassVar[str] = "membership.deactivated"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class MembershipReactivated(Event):
    """A person may act for the centre again."""

    name: ClassVar[str] = "membership.reactivated"
    entity: ClassVar[str] = "membership"


@dataclass(frozen=True, kw_only=True)
class TeamCreated(Event):
    """A team was made."""

    name: ClassVar[str] = "team.created"
    entity: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamUpdated(Event):
    """A team is called or described otherwise."""

    name: ClassVar[str] = "team.updated"
    entity: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamDeleted(Event):
    """A team is no more."""

    name: ClassVar[str] = "team.deleted"
    entity: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamRestored(Event):
    """A deleted team is back, its members with it."""

    name: ClassVar[str] = "team.restored"
    entity: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamMemberAdded(Event):
    """A person joined a team, and sees its cases."""

    name: ClassVar[str] = "team.member_added"
    entity: ClassVar[str] = "team"


@dataclass(frozen=True, kw_only=True)
class TeamMemberRemoved(Event):
    """A person left a team."""

    name: ClassVar[str] = "team.member_removed"
    entity: ClassVar[str] = "team"
