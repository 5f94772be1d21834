"""Which roles a membership may carry, and who may give and take them (domain reference 5.5)."""

from collections.abc import Iterable
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import PLATFORM_ROLES, STAFF_ROLES, Permission, Reach, Role
from cma_graphql.core.errors import Forbidden
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import PLATFORM_CENTRE


def check_roles(faults: Faults, roles: Iterable[Role], *, centre_id: UUID, client_id: UUID | None) -> list[str]:
    """Answer the roles as a membership keeps them: each once, in one order; note what they may not be.

    Rules: `roles-empty`; `role-of-platform` and `role-of-centre` (each kind stays where it belongs);
    `role-of-programs`; `client-alone`, since a person who advises is not advised under the same membership;
    `client-record`, since a client's membership is of one client's record, and nobody else's is.
    """
    held = frozenset(roles)
    if not held:
        faults.add("roles", "roles-empty", "A member has at least one role.")
    if Role.SERVICE in held:
        faults.add("roles", "role-of-programs", "Programs have keys; people do not hold the role SERVICE.")
    if centre_id == PLATFORM_CENTRE:
        if held - PLATFORM_ROLES - {Role.SERVICE}:
            faults.add("roles", "role-of-centre", "This role is held at a centre, not at the platform.")
    elif held & PLATFORM_ROLES:
        faults.add("roles", "role-of-platform", "This role is held at the platform, not at a centre.")
    if Role.CLIENT in held and held & (STAFF_ROLES | PLATFORM_ROLES):
        faults.add("roles", "client-alone", "A client of the centre holds no other role there.")
    if held and (Role.CLIENT in held) != (client_id is not None):
        faults.add("roles", "client-record", "The role CLIENT goes with a client's record, and with nothing else.")
    return [role.value for role in Role if role in held]


def may_grant(actor: Actor, before: Iterable[str], after: Iterable[str]) -> bool:
    """Tell whether the actor may turn these roles of somebody into those: none above the actor's own.

    Who administers the network does not make, or unmake, administrators of the whole platform.
    """
    above = actor.kind is ActorKind.SYSTEM or actor.reach(Permission.USER_MANAGE) is Reach.ALL
    return above or Role.SYSTEM_ADMIN.value not in set(before) ^ set(after)


def require_may_grant(actor: Actor, user_id: UUID, before: Iterable[str], after: Iterable[str]) -> None:
    """Raise Forbidden where the actor may not give this person, or take from them, these roles.

    Above the centres nobody sees a client (decision 4): who stands there is let into a centre by somebody else.
    """
    if actor.at_platform and actor.centre_id != PLATFORM_CENTRE and user_id == actor.user_id and set(after) - {*before}:
        raise Forbidden(
            Permission.USER_MANAGE.name, "Nobody lets themselves into a centre: its manager or a colleague does."
        )
    if not may_grant(actor, before, after):
        raise Forbidden(
            Permission.USER_MANAGE.name, "Only a system administrator makes or unmakes system administrators."
        )
