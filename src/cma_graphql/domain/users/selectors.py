"""Every select of memberships and teams."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, func, literal, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.users.events import MembershipDeactivated
from cma_graphql.domain.users.models import Membership, MembershipStatus, Team, TeamMember
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.logs import AuditEntry
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Place,
    Reads,
    Record,
    Span,
    aligned_at,
    grouped_at,
    live,
    spanning,
    statement,
)

MEMBERSHIP_COLUMNS = (
    Membership.id.label("key"),
    Membership.centre_id,
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
    Team.centre_id,
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
        "role": Membership.roles.op("@>")(bindparam("role", type_=ARRAY(Text()))),
        "name_starts_with": func.starts_with(Membership.name_key, bindparam("name_starts_with", type_=Text())),
    },
    parents=("supervisor_id", "centre_id"),
    above=Span.CENTRES,
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
    parents=("centre_id",),
    above=Span.CENTRES,
)


DELETED_TEAM_COLUMNS = (
    Team.id.label("key"),
    Team.centre_id,
    Team.name,
    Team.deleted_at,
    Team.deleted_by,
    Team.version,
)
DELETED_TEAMS = Listing(
    Team,
    columns=DELETED_TEAM_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Team.deleted_at,), descending=True)},
    conditions={},
    deleted=True,
)


@spanning(Span.CENTRE, Span.CENTRES)
def memberships_by_key(sight: Sight, span: Span) -> AnySelect:
    """Select these people's memberships."""
    return select(*MEMBERSHIP_COLUMNS).where(live(Membership, sight, span=span), Membership.id == any_(KEYS))


@spanning(Span.CENTRE, Span.CENTRES)
def teams_by_key(sight: Sight, span: Span) -> AnySelect:
    """Select these teams."""
    return select(*TEAM_COLUMNS).where(live(Team, sight, span=span), Team.id == any_(KEYS))


@spanning(Span.CENTRE, Span.CENTRES)
def deleted_teams_by_key(sight: Sight, span: Span) -> AnySelect:
    """Select these teams, where they are deleted."""
    return select(*DELETED_TEAM_COLUMNS).where(live(Team, sight, deleted=True, span=span), Team.id == any_(KEYS))


@spanning(Span.CENTRE, Span.CENTRES)
def members_by_team(sight: Sight, span: Span) -> AnySelect:
    """Select the present members of these teams, by name; a team has at most MOST_MEMBERS."""
    return (
        select(TeamMember.team_id, TeamMember.added_at, *MEMBERSHIP_COLUMNS)
        .join(
            Membership,
            (Membership.centre_id == TeamMember.centre_id) & (Membership.id == TeamMember.user_id),
        )
        .where(
            live(TeamMember, sight, span=span),
            live(Membership, sight, span=span),
            TeamMember.removed_at.is_(None),
            TeamMember.team_id == any_(KEYS),
        )
        .order_by(Membership.name_key, Membership.id)
    )


@spanning(Span.CENTRE, Span.CENTRES)
def teams_by_member(sight: Sight, span: Span) -> AnySelect:
    """Select the teams these people are in at present, by name; a person is in at most MOST_TEAMS."""
    return (
        select(TeamMember.user_id, *TEAM_COLUMNS)
        .join(Team, (Team.centre_id == TeamMember.centre_id) & (Team.id == TeamMember.team_id))
        .where(
            live(TeamMember, sight, span=span),
            live(Team, sight, span=span),
            TeamMember.removed_at.is_(None),
            TeamMember.user_id == any_(KEYS),
        )
        .order_by(Team.name_key, Team.id)
    )


@statement
def present_members(sight: Sight) -> AnySelect:
    """Select the present times of these people in teams, and those of anybody in these teams."""
    return select(TeamMember.id.label("key"), TeamMember.team_id, TeamMember.user_id).where(
        live(TeamMember, sight),
        TeamMember.removed_at.is_(None),
        (TeamMember.team_id == any_(KEYS)) | (TeamMember.user_id == any_(KEYS)),
    )


@statement
def other_holders(sight: Sight) -> AnySelect:
    """Select somebody active, other than this person, who holds this role at the centre."""
    return (
        select(Membership.id.label("key"))
        .where(
            live(Membership, sight),
            Membership.status == MembershipStatus.ACTIVE.value,
            Membership.roles.op("@>")(bindparam("role", type_=ARRAY(Text()))),
            Membership.id != bindparam("person", type_=Uuid()),
        )
        .limit(1)
    )


@statement
def supervised(sight: Sight) -> AnySelect:
    """Select those who are supervised by these people and not deactivated."""
    return select(Membership.id.label("key")).where(
        live(Membership, sight),
        Membership.status != MembershipStatus.DEACTIVATED.value,
        Membership.supervisor_id == any_(KEYS),
    )


@statement
def last_deactivation(sight: Sight) -> AnySelect:
    """Select what this person's status was when they were last deactivated."""
    path = (literal("status", Text()), literal("old", Text()))
    return (
        select(func.jsonb_extract_path_text(AuditEntry.changes, *path).label("status"))
        .where(
            live(AuditEntry, sight),
            AuditEntry.subject_id == bindparam("person", type_=Uuid()),
            AuditEntry.action == literal(MembershipDeactivated.name, Text()),
        )
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )


async def was_deactivated_as(reads: Reads, person: UUID) -> MembershipStatus:
    """Tell what a deactivated person was before: the audit trail knows; active, where it does not say."""
    row = await reads.one(last_deactivation, person=person)
    status = row["status"] if row is not None else None
    return MembershipStatus.ACTIVE if status is None else MembershipStatus(status)


async def anybody_else_holds(reads: Reads, role: Role, person: UUID) -> bool:
    """Tell whether somebody active, other than this person, holds a role at the actor's centre."""
    return await reads.one(other_holders, role=[role.value], person=person) is not None


async def number_supervised(reads: Reads, person: UUID) -> int:
    """Count who would be without a supervisor without this person."""
    return len(await reads.all(supervised, keys=[person]))


async def memberships_at(reads: Reads, places: Sequence[Place | None]) -> list[Record | None]:
    """Answer the memberships at these places, in their order."""
    return await aligned_at(reads, memberships_by_key, places)


async def memberships_by_id(reads: Reads, user_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these people's memberships of the actor's centre, in their order."""
    return await memberships_at(reads, [(reads.actor.centre_id, user_id) for user_id in user_ids])


async def memberships_by_optional_id(reads: Reads, user_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer memberships where some are absent."""
    own = reads.actor.centre_id
    return await memberships_at(reads, [None if user_id is None else (own, user_id) for user_id in user_ids])


async def teams_at(reads: Reads, places: Sequence[Place | None]) -> list[Record | None]:
    """Answer the teams at these places, in their order."""
    return await aligned_at(reads, teams_by_key, places)


async def teams_by_id(reads: Reads, team_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these teams of the actor's centre, in their order."""
    return await teams_at(reads, [(reads.actor.centre_id, team_id) for team_id in team_ids])


async def teams_by_optional_id(reads: Reads, team_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer teams where some are absent."""
    own = reads.actor.centre_id
    return await teams_at(reads, [None if team_id is None else (own, team_id) for team_id in team_ids])


async def deleted_teams_at(reads: Reads, places: Sequence[Place | None]) -> list[Record | None]:
    """Answer the deleted teams at these places, in their order, None for those that are not deleted."""
    return await aligned_at(reads, deleted_teams_by_key, places)


async def members_of_teams(reads: Reads, places: Sequence[Place]) -> list[list[Record]]:
    """Answer the members of each team."""
    return await grouped_at(reads, members_by_team, places, by="team_id")


async def teams_of_members(reads: Reads, places: Sequence[Place]) -> list[list[Record]]:
    """Answer the teams of each person."""
    return await grouped_at(reads, teams_by_member, places, by="user_id")
