"""Who may say when somebody works and is away, and who may know why."""

from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden


def require_manager(actor: Actor) -> None:
    """Raise Forbidden where the actor does not manage the people of this centre.

    Who stands above the centres manages who belongs to them, not when they work.
    """
    actor.require(Permission.USER_MANAGE)
    if actor.at_platform:
        raise Forbidden(Permission.USER_MANAGE.name, "When people of a centre work is for the centre to say.")


def may_keep_absences(actor: Actor, user_id: UUID) -> bool:
    """Tell whether the actor may record, change and cancel this person's absences, and may know why they are away."""
    own = actor.kind is ActorKind.STAFF and actor.user_id == user_id
    return own or (actor.may(Permission.USER_MANAGE) and not actor.at_platform)


def require_may_keep_absences(actor: Actor, user_id: UUID) -> None:
    """Raise Forbidden where neither the absences are the actor's own nor the actor manages people here."""
    if not may_keep_absences(actor, user_id):
        require_manager(actor)
