"""What may be done with one membership or one team."""

from typing import Any, Protocol

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.domain.users.roles import may_grant


class HasStanding(Protocol):
    """A membership, loaded or shown."""

    @property
    def status(self) -> str:
        """Its state."""

    @property
    def roles(self) -> Any:
        """Its roles, by name or as they are."""


def may_manage(actor: Actor) -> bool:
    """Tell whether the actor may change memberships and teams that the actor sees."""
    return actor.may(Permission.USER_MANAGE)


def may_deactivate(actor: Actor, member: HasStanding) -> bool:
    """Tell whether the actor may deactivate a member, what the member still has in hand apart."""
    return may_manage(actor) and member.status != MembershipStatus.DEACTIVATED and may_grant(actor, member.roles, ())


def may_reactivate(actor: Actor, member: HasStanding) -> bool:
    """Tell whether the actor may let a deactivated member act again."""
    return may_manage(actor) and member.status == MembershipStatus.DEACTIVATED and may_grant(actor, (), member.roles)
