"""Who may manage which templates."""

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.case_templates.kinds import TemplateCategory

MANAGE = Permission.WORKFLOW_TEMPLATE_MANAGE


def may_manage(actor: Actor, category: str) -> bool:
    """Tell whether the actor may manage templates of this category at the centre (domain reference 5.5)."""
    if actor.at_platform or not actor.may(MANAGE):
        return False
    every = actor.kind is not ActorKind.STAFF or Role.CENTRE_MANAGER in actor.roles
    return every or category != TemplateCategory.GENERAL


def require_may_manage(actor: Actor, *categories: str) -> None:
    """Raise Forbidden where the actor may not manage templates of one of these categories.

    A compliance officer manages those of legal and compliance work alone; whoever stands above the centres, none of
    a centre's: its templates are its own.
    """
    actor.require(MANAGE)
    if actor.at_platform:
        raise Forbidden(MANAGE.name, "A centre's templates are its own: its manager changes them.")
    if not all(may_manage(actor, category) for category in categories):
        raise Forbidden(MANAGE.name, "Templates of general work are for the centre's manager to change.")
