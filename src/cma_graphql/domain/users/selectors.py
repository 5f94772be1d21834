"""Every select of memberships and teams."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.users.models import Membership, Team, TeamMember
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    aligned_optional,
    live,
    statement,
)

MEMBERSHIP_COLUMNS = (
    Membership.id.label("key"),
    Membership.first_name,
    Membership.last_name,
    Membership.email,
    Membership.roles,
    Membership.status,
    Membership.phone,
    Membership.hire_date,
    Membership.qualification_level,
    Membership.capacity_points,
    Membership.supervisor_id,
    Membership.client_id,
    Membership.created_at,
    Membership.updated_at,
    Membership.version,
)
TEAM_COLUMNS = (
    Team.id.label("key"),
    Team.name,
    Team.description,
    Team.created_at,
    Team.updated_at,
    Team.version,
)

MEMBERSHIPS = Listing(
    Membership,
    columns=MEMBERSHIP_COLUMNS,
    orders={
        "NAME_ASC": Order((Membership.name_key,)),
        "NAME_DESC": Order((Membership.name_key,), descending=True),
        "CREATED_AT_ASC": Order((Membership.created_at,)),
        "CREATED_AT_DESC": Order((Membership.created_at,), descending=True),
    },
    conditions={
        "status": Membership.status == any_(bindparam("status", type_=ARRAY(Text()))),
        "role": Membership.roles.op("@>")(
            func.array_append(bindparam("no_roles", [], type_=ARRAY(Text())), bindparam("role", type_=Text()))
        ),
        "name_starts_with": func.starts_with(Membership.name_key, bindparam("name_starts_with", type_=Text())),
    },
    parents=("supervisor_id",),
)
TEAMS = Listing(
    Team,
    columns=TEAM_COLUMNS,
    orders={
        "NAME_ASC": Order((Team.name_key,)),
        "NAME_DESC": Order((Team.name_key,), descending=True),
    },
    conditions={
        "name_starts_with": func.starts_with(Team.name_key, bindparam("name_starts_with", type_=Text())),
    },
)


@statement
def memberships_by_key(sight: Sight) -> AnySelect:
    """Select the centre's memberships of these people."""
    return select(*MEMBERSHIP_COLUMNS).where(live(Membership, sight), Membership.id == any_(KEYS))


@statement
def teams_by_key(sight: Sight) -> AnySelect:
    """Select these teams."""
    return select(*TEAM_COLUMNS).where(live(Team, sight), Team.id == any_(KEYS))


@statement
def members_by_team(sight: Sight) -> AnySelect:
    """Select the present members of these teams, by name; a team is bounded by the centre's staff."""
    return (
        select(TeamMember.team_id, TeamMember.added_at, *MEMBERSHIP_COLUMNS)
        .join(
            Membership,
            (Membership.centre_id == TeamMember.centre_id) & (Membership.id == TeamMember.user_id),
        )
        .where(
            live(TeamMember, sight),
            live(Membership, sight),
            TeamMember.removed_at.is_(None),
            TeamMember.team_id == any_(KEYS),
        )
        .order_by(Membership.name_key, Membership.id)
    )


@statement
def teams_by_member(sight: Sight) -> AnySelect:
    """Select the teams these people are in at present, by name."""
    return (
        select(TeamMember.user_id, *TEAM_COLUMNS)
        .join(Team, (Team.centre_id == TeamMember.centre_id) & (Team.id == TeamMember.team_id))
        .where(
            live(TeamMember, sight),
            live(Team, sight),
            TeamMember.removed_at.is_(None),
            TeamMember.user_id == any_(KEYS),
        )
        .order_by(Team.name_key, Team.id)
    )


async def memberships_by_id(reads: Reads, user_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these people's memberships of the actor's centre, in their order."""
    return await aligned(reads, memberships_by_key, user_ids)


async def memberships_by_optional_id(reads: Reads, user_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer memberships where some are absent."""
    return await aligned_optional(reads, memberships_by_key, user_ids)


async def teams_by_id(reads: Reads, team_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these teams, in their order."""
    return await aligned(reads, teams_by_key, team_ids)


async def teams_by_optional_id(reads: Reads, team_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer teams where some are absent."""
    return await aligned_optional(reads, teams_by_key, team_ids)
