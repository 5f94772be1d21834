"""What a session or a key is good for at this moment: read for a request, believed for a second (decision 29)."""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, bindparam, column, exists, func, or_, select, true

from cma_graphql.access.actor import Actor, ActorKind, Sight, anonymous, system_of
from cma_graphql.access.permissions import PLATFORM_ROLES, STAFF_ROLES, Permission, Role
from cma_graphql.core.access_tokens import AccessClaims
from cma_graphql.core.clock import now
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth import doors
from cma_graphql.domain.auth.selectors import CLIENTS
from cma_graphql.domain.centres.models import Centre, CentreStatus
from cma_graphql.domain.users.models import Membership, MembershipStatus, Team, TeamMember
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.reads import AnySelect, Record, live, statement

BELIEVED_FOR = timedelta(seconds=1)
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who somebody is at one centre, apart from any request."""

    kind: ActorKind
    centre_id: UUID
    user_id: UUID
    roles: frozenset[Role]
    authenticated_by: str
    ends_at: datetime
    team_ids: tuple[UUID, ...] = ()
    client_id: UUID | None = None
    scopes: frozenset[Permission] | None = None
    session_id: UUID | None = None

    def is_of(self, claims: AccessClaims) -> bool:
        """Tell whether a token speaks of the person and the centre that its session is of."""
        return (self.user_id, self.centre_id) == (claims.user_id, claims.centre_id or PLATFORM_CENTRE)

    def actor(self, facts: RequestFacts) -> Actor:
        """Make the actor of one request."""
        return Actor(
            kind=self.kind,
            centre_id=self.centre_id,
            user_id=self.user_id,
            roles=self.roles,
            team_ids=self.team_ids,
            client_id=self.client_id,
            scopes=self.scopes,
            session_id=self.session_id,
            authenticated_by=self.authenticated_by,
            request_id=facts.request_id,
            remote_address=facts.remote_address,
            user_agent=facts.user_agent,
        )


class Standings:
    """The standings read within the last second, by the session's id or by a key's digest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[UUID | bytes, tuple[datetime, Standing]] = OrderedDict()

    def get(self, key: UUID | bytes) -> Standing | None:
        """Answer a standing that may still be believed."""
        found = self._kept.get(key)
        if found is None:
            return None
        read_at, standing = found
        present = now()
        # A clock that was set back must not make a standing young again.
        if timedelta(0) <= present - read_at < BELIEVED_FOR and standing.ends_at > present:
            return standing
        del self._kept[key]
        return None

    def keep(self, key: UUID | bytes, standing: Standing, *, read_at: datetime) -> None:
        """Believe a standing for a second from when its reading began."""
        self._kept[key] = (read_at, standing)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def forget(self, *keys: UUID | bytes) -> None:
        """Believe these no longer: they were ended here. Other processes learn it within the second."""
        for key in keys:
            self._kept.pop(key, None)


@statement
def standing_of_session(sight: Sight) -> AnySelect:
    """Select a session with its person's membership, centre and teams, as they are now."""
    session = doors.function_of("auth_session", {"session_id": Uuid()}, doors.SESSION_COLUMNS)
    return _with_standing(select(*session.c).select_from(session), session, sight)


@statement
def standings_of_sessions(sight: Sight) -> AnySelect:
    """Select many sessions of one centre with the same; those of other centres are left out."""
    given = (
        func.unnest(bindparam("session_ids", type_=ARRAY(Uuid())))
        .table_valued(column("session_id", Uuid()), name="given")
        .render_derived()
    )
    session = (
        func.auth_session(given.c.session_id)
        .table_valued(*(column(title, kind) for title, kind in doors.SESSION_COLUMNS.items()))
        .lateral("session")
    )
    chosen = select(given.c.session_id, *session.c).select_from(given).join(session, true())
    return _with_standing(chosen, session, sight)


def _with_standing(chosen: AnySelect, session: Any, sight: Sight) -> AnySelect:
    """Add to sessions what they are good for.

    A client's stands as long as the client's record does: a deleted one is shown to nobody, in the portal neither.
    """
    teams = (
        select(func.array_agg(TeamMember.team_id, type_=ARRAY(Uuid())))
        .join(Team, (Team.centre_id == TeamMember.centre_id) & (Team.id == TeamMember.team_id))
        .where(
            live(TeamMember, sight),
            live(Team, sight),
            TeamMember.removed_at.is_(None),
            TeamMember.user_id == session.c.user_id,
        )
        .correlate(session)
        .scalar_subquery()
    )
    recorded = exists().where(
        CLIENTS.c.centre_id == ACTOR_CENTRE, CLIENTS.c.id == Membership.client_id, CLIENTS.c.deleted_at.is_(None)
    )
    return (
        chosen.add_columns(
            Membership.roles,
            Membership.status,
            Membership.client_id,
            Centre.status.label("centre_status"),
            func.coalesce(teams, bindparam("no_teams", [], type_=ARRAY(Uuid()))).label("team_ids"),
        )
        .join(Membership, and_(live(Membership, sight), Membership.id == session.c.user_id))
        .join(Centre, and_(live(Centre, sight), Centre.id == Membership.centre_id))
        .where(session.c.centre_id == ACTOR_CENTRE, or_(Membership.client_id.is_(None), recorded))
    )


def kind_of(centre_id: UUID, roles: frozenset[Role]) -> ActorKind:
    """Tell what sort of actor these roles make at this centre."""
    if centre_id == PLATFORM_CENTRE:
        return ActorKind.PLATFORM
    return ActorKind.CLIENT if Role.CLIENT in roles else ActorKind.STAFF


def roles_at(centre_id: UUID, held: list[str]) -> frozenset[Role]:
    """Answer those of a membership's roles that count at this centre: each kind where it belongs."""
    if centre_id == PLATFORM_CENTRE:
        countable = PLATFORM_ROLES
    else:
        countable = frozenset({Role.CLIENT}) if Role.CLIENT.value in held else STAFF_ROLES
    return frozenset(role for role in countable if role.value in held)


async def read_session_standing(database: Database, claims: AccessClaims) -> Standing | None:
    """Answer what a session is good for now; None: nothing, whatever the token says."""
    centre_id = claims.centre_id or PLATFORM_CENTRE
    async with database.read(system_of(centre_id)) as reader:
        row = await reader.one(standing_of_session, session_id=claims.session_id)
    if row is None or row["user_id"] != claims.user_id:
        return None
    return _standing(row, centre_id, claims.session_id)


async def read_session_standings(
    database: Database, centre_id: UUID, session_ids: Collection[UUID]
) -> dict[UUID, Standing]:
    """Answer what sessions of one centre are good for now, in one statement; those that are good for nothing lack."""
    async with database.read(system_of(centre_id)) as reader:
        rows = await reader.all(standings_of_sessions, session_ids=list(session_ids))
    found = {row["session_id"]: _standing(row, centre_id, row["session_id"]) for row in rows}
    return {session_id: standing for session_id, standing in found.items() if standing is not None}


def _standing(row: Record, centre_id: UUID, session_id: UUID) -> Standing | None:
    if not _stands(row):
        return None
    roles = roles_at(centre_id, row["roles"])
    kind = kind_of(centre_id, roles)
    if not roles or (kind is ActorKind.CLIENT and row["client_id"] is None):
        return None
    return Standing(
        kind=kind,
        centre_id=centre_id,
        user_id=row["user_id"],
        roles=roles,
        team_ids=tuple(row["team_ids"]),
        client_id=row["client_id"] if kind is ActorKind.CLIENT else None,
        session_id=session_id,
        authenticated_by=row["authenticated_by"],
        ends_at=row["expires_at"],
    )


def _stands(row: Record) -> bool:
    return bool(
        row["revoked_at"] is None
        and row["expires_at"] > now()
        and row["status"] == MembershipStatus.ACTIVE
        and row["centre_status"] == CentreStatus.ACTIVE
    )


async def read_key_standing(database: Database, digest: bytes) -> tuple[Standing | None, Record | None]:
    """Answer what a program's key is good for now, and its row; None: nothing."""
    async with database.read(anonymous()) as reader:
        row = await reader.one(doors.find_service_key, digest=digest)
    if row is None or row["revoked_at"] is not None or row["expires_at"] <= now() or not row["centre_active"]:
        return None, row
    standing = Standing(
        kind=ActorKind.SERVICE,
        centre_id=row["centre_id"],
        user_id=row["key_id"],
        roles=frozenset({Role.SERVICE}),
        # A permission that a later version of the product does not know any more is none.
        scopes=frozenset(permission for permission in Permission if permission.value in row["scopes"]),
        authenticated_by="SERVICE_KEY",
        ends_at=row["expires_at"],
    )
    return standing, row
