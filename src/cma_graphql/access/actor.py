"""Actor: who acts, at which centre, in which roles. No transaction begins without one."""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach, Role, reach_of
from cma_graphql.core.errors import ApprovalRequired, Forbidden, NotFound, Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE, SYSTEM_ACTOR


class ActorKind(StrEnum):
    """What sort of actor it is (decision 4)."""

    STAFF = "STAFF"
    CLIENT = "CLIENT"
    SERVICE = "SERVICE"
    SYSTEM = "SYSTEM"
    PLATFORM = "PLATFORM"
    ANONYMOUS = "ANONYMOUS"


class Sight(StrEnum):
    """Which cases, and so which clients and what hangs on them, an actor sees; weakest first."""

    NOTHING = "NOTHING"
    RECORD = "RECORD"
    """The client's own."""
    OWN = "OWN"
    """Those whose advisor or team member one is."""
    TEAM = "TEAM"
    """Own ones, and unrestricted ones of one's teams."""
    CENTRE = "CENTRE"
    """Own ones, and every unrestricted one of the centre."""
    EVERYTHING = "EVERYTHING"
    """Every one of the centre, restricted ones included."""

    @property
    def confided_in(self) -> bool:
        """Whether what is confidential on own cases is seen whoever wrote it: advisors and wider; others: one's own.

        Whoever inspects as well as advises sees as one who inspects.
        """
        return self in {Sight.TEAM, Sight.EVERYTHING}


_SIGHTS = {
    Reach.RECORD: Sight.RECORD,
    Reach.OWN: Sight.OWN,
    Reach.TEAM: Sight.TEAM,
    Reach.SCOPED: Sight.CENTRE,
    Reach.MASKED: Sight.CENTRE,
    Reach.CENTRE: Sight.EVERYTHING,
}


@lru_cache(maxsize=1_000)
def _sight_of(kind: ActorKind, roles: frozenset[Role], scopes: frozenset[Permission] | None) -> Sight:
    """Answer the sight; asked of each of thousands of viewers for every event, of whom few differ."""
    reaches = (
        _reach_of(kind, roles, scopes, permission) for permission in (Permission.CASE_READ, Permission.CLIENT_READ)
    )
    return _SIGHTS.get(max(reaches, key=lambda it: it.rank), Sight.NOTHING)


def _reach_of(
    kind: ActorKind, roles: frozenset[Role], scopes: frozenset[Permission] | None, permission: Permission
) -> Reach:
    if kind is ActorKind.SYSTEM:
        return Reach.CENTRE
    if scopes is not None and permission not in scopes:
        return Reach.NONE
    return reach_of(roles, permission)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. Immutable; made once a request, from a verified token or key."""

    kind: ActorKind
    centre_id: UUID
    """The one centre of the transaction; the platform's own for PLATFORM and ANONYMOUS."""
    user_id: UUID
    """The person or the key; SYSTEM_ACTOR for the product itself and for nobody."""
    roles: frozenset[Role] = frozenset()
    team_ids: tuple[UUID, ...] = ()
    client_id: UUID | None = None
    """The client whose portal this is; set for CLIENT alone."""
    scopes: frozenset[Permission] | None = None
    """The permissions a service key names; None for people."""
    session_id: UUID | None = None
    authenticated_by: str = "none"
    """How the session was opened: PASSWORD or INVITATION; SERVICE_KEY for programs."""
    request_id: str = ""
    remote_address: str = ""
    user_agent: str = ""

    def reach(self, permission: Permission) -> Reach:
        """Tell how far this actor's permission goes."""
        return _reach_of(self.kind, self.roles, self.scopes, permission)

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds the permission at all, a proposal included."""
        return self.reach(permission) is not Reach.NONE

    def require(self, permission: Permission) -> Reach:
        """Answer the reach, or raise Unauthenticated, Forbidden, or ApprovalRequired for a mere proposal."""
        reach = self.reach(permission)
        if reach is Reach.NONE:
            if self.kind is ActorKind.ANONYMOUS:
                raise Unauthenticated
            raise Forbidden(permission.name)
        if reach is Reach.PROPOSE:
            raise ApprovalRequired(permission.name)
        return reach

    @property
    def sight(self) -> Sight:
        """Which cases and clients this actor sees; whether it may read either kind is asked where they are read.

        A person's two permissions reach equally far; a program's key may name only one of them.
        """
        return _sight_of(self.kind, self.roles, self.scopes)

    @property
    def at_platform(self) -> bool:
        """Whether the actor stands above the centres, seeing none of their clients."""
        return self.kind is ActorKind.PLATFORM


def acting_at(actor: Actor, centre_id: UUID, *, field: str = "id") -> Actor:
    """Answer the actor for an act on one centre: the same, or above the centres scoped to that one (decision 4).

    Raise NotFound, naming the input field, for another centre where the actor is not above them.
    """
    if centre_id == actor.centre_id:
        return actor
    if not actor.at_platform:
        raise NotFound(field)
    return replace(actor, centre_id=centre_id)


def anonymous(*, request_id: str = "", remote_address: str = "", user_agent: str = "") -> Actor:
    """Make the actor for a request without a sign-in: it may do nothing but sign in."""
    return Actor(
        kind=ActorKind.ANONYMOUS,
        centre_id=PLATFORM_CENTRE,
        user_id=SYSTEM_ACTOR,
        request_id=request_id,
        remote_address=remote_address,
        user_agent=user_agent,
    )


def system_of(centre_id: UUID, *, request_id: str = "") -> Actor:
    """Make the product's own actor at one centre, for jobs and for what precedes a sign-in."""
    return Actor(kind=ActorKind.SYSTEM, centre_id=centre_id, user_id=SYSTEM_ACTOR, request_id=request_id)
