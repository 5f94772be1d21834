"""What people do with teams; deleting one is in `casework`, since its cases come first."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import AlreadyExists, Invalid, LimitReached, NotFound
from cma_graphql.core.events import STAFF, Change, Changes, Event, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import multiline, name_key, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.users import selectors
from cma_graphql.domain.users.events import (
    TeamCreated,
    TeamDeleted,
    TeamMemberAdded,
    TeamMemberRemoved,
    TeamRestored,
    TeamUpdated,
)
from cma_graphql.domain.users.models import Membership, MembershipStatus, Team, TeamMember
from cma_graphql.persistence.unit_of_work import UnitOfWork

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 2_000
MOST_MEMBERS = 200
MOST_TEAMS = 50


def _name(text: str) -> str:
    name = one_line(text, max_length=LONGEST_NAME)
    if not name_key(name):
        raise FormatError("letters", "A name has at least one letter or digit.")
    return name


def _description(text: str) -> str:
    return multiline(text, max_length=LONGEST_DESCRIPTION)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    faults = Faults()
    read: dict[str, Any] = {}
    if "name" in given:
        read["name"] = faults.read("name", _name, given["name"])
        read["name_key"] = name_key(read["name"] or "")
    if "description" in given:
        text = given["description"]
        read["description"] = None if text is None else faults.read("description", _description, text)
    faults.raise_any()
    return read


async def _flush_name(uow: UnitOfWork) -> None:
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("name", "unique", "Another team of the centre has this name.") from None


def _told(changes: Changes) -> Changes:
    """Leave out the key by which the name is found: it says the same again."""
    return {name: change for name, change in changes.items() if name != "name_key"}


async def create_team(uow: UnitOfWork, *, name: str, description: str | None = None) -> UUID:
    """Make a team without members.

    Raises Forbidden, NotFound (no such centre), InvalidInput, Invalid (`name` with the rule `unique`).
    """
    uow.actor.require(Permission.USER_MANAGE)
    await uow.get(Centre, uow.actor.centre_id, field="centre_id")
    team = Team(id=new_id(), **_read({"name": name, "description": description}))
    changes = uow.add(team)
    await _flush_name(uow)
    uow.record(TeamCreated(subject_id=team.id, version=team.version), changes=_told(changes), after=STAFF)
    return team.id


async def update_team(uow: UnitOfWork, *, team_id: UUID, version: int, values: Mapping[str, Any]) -> UUID:
    """Change a team's name or description. Raises Forbidden, NotFound, Conflict, InvalidInput, Invalid."""
    uow.actor.require(Permission.USER_MANAGE)
    team = await uow.lock(Team, team_id, version=version)
    changes = uow.change(team, **_read(values))
    if changes:
        await _flush_name(uow)
        _record(uow, TeamUpdated, team, _told(changes))
    return team.id


def _record(uow: UnitOfWork, event: type[Event], team: Team, changes: Changes) -> None:
    uow.record(event(subject_id=team.id, version=team.version), changes=changes, before=STAFF, after=STAFF)


async def remove_team(uow: UnitOfWork, team: Team) -> UUID:
    """Delete a locked team whose cases are settled; its members stay on its record."""
    changes = uow.soft_delete(team)
    await uow.flush()
    uow.record(TeamDeleted(subject_id=team.id, version=team.version), changes=changes, before=STAFF)
    return team.id


async def restore_team(uow: UnitOfWork, *, team_id: UUID, version: int) -> UUID:
    """Bring a deleted team back, with the members it had, less who was deactivated since.

    Raises Forbidden, NotFound, Conflict, Invalid (`name` with the rule `unique`: another has it by now).
    """
    uow.actor.require(Permission.USER_MANAGE)
    team = await uow.lock(Team, team_id, version=version, deleted=True)
    changes = uow.change(team, deleted_at=None, deleted_by=None)
    await _flush_name(uow)
    uow.record(TeamRestored(subject_id=team.id, version=team.version), changes=changes, after=STAFF)
    return team.id


def _who(user_id: UUID, *, joined: bool) -> Changes:
    """Answer the person as what changed of a team."""
    old, new = (None, user_id) if joined else (user_id, None)
    return {"member": Change(old, new, Publicity.OPEN)}


async def add_team_member(uow: UnitOfWork, *, team_id: UUID, version: int, user_id: UUID) -> UUID:
    """Put a person of the centre's staff into a team, whose unrestricted cases they then see.

    Raises Forbidden, NotFound, Conflict, LimitReached, Invalid (`membership_id` with the rules `not-staff`,
    `inactive`, `unique`).
    """
    uow.actor.require(Permission.USER_MANAGE)
    member = await uow.lock(Membership, user_id, field="membership_id")
    team = await uow.lock(Team, team_id, version=version)
    if member.client_id is not None:
        raise Invalid("membership_id", "not-staff", "Teams are made of staff.")
    if member.status == MembershipStatus.DEACTIVATED:
        raise Invalid("membership_id", "inactive", "This person does not act for the centre any more.")
    times = await uow.all(selectors.present_members, keys=[team_id, user_id])
    if any((time["team_id"], time["user_id"]) == (team_id, user_id) for time in times):
        raise Invalid("membership_id", "unique", "This person is in the team already.")
    if sum(time["team_id"] == team_id for time in times) >= MOST_MEMBERS:
        raise LimitReached("team-members", MOST_MEMBERS)
    if sum(time["user_id"] == user_id for time in times) >= MOST_TEAMS:
        raise LimitReached("teams-of-a-member", MOST_TEAMS)
    uow.add(TeamMember(id=new_id(), team_id=team_id, user_id=user_id, added_at=now(), added_by=uow.actor.user_id))
    uow.touch(team)
    await uow.flush()
    _record(uow, TeamMemberAdded, team, _who(user_id, joined=True))
    return team.id


async def remove_team_member(uow: UnitOfWork, *, team_id: UUID, version: int, user_id: UUID) -> UUID:
    """End a person's time in a team. Raises Forbidden, NotFound (also where they are not in it), Conflict."""
    uow.actor.require(Permission.USER_MANAGE)
    team = await uow.lock(Team, team_id, version=version)
    times = await uow.all(selectors.present_members, keys=[team_id])
    (time,) = [time["key"] for time in times if time["user_id"] == user_id] or [None]
    if time is None:
        raise NotFound("membership_id")
    await _end(uow, time, team, user_id)
    return team.id


async def _end(uow: UnitOfWork, time: UUID, team: Team, user_id: UUID) -> None:
    row = await uow.lock(TeamMember, time)
    uow.change(row, removed_at=now(), removed_by=uow.actor.user_id)
    uow.touch(team)
    await uow.flush()
    audience = STAFF if team.deleted_at is None else None
    uow.record(
        TeamMemberRemoved(subject_id=team.id, version=team.version),
        changes=_who(user_id, joined=False),
        before=audience,
        after=audience,
    )


async def leave_all_teams(uow: UnitOfWork, user_id: UUID) -> None:
    """End a person's times in all teams, deleted ones included; the membership is locked by the caller."""
    times = {time["team_id"]: time["key"] for time in await uow.all(selectors.present_members, keys=[user_id])}
    team_ids = sorted(times)
    for team_id, found in zip(team_ids, await selectors.teams_by_id(uow, team_ids), strict=True):
        team = await uow.lock(Team, team_id, deleted=found is None)
        await _end(uow, times[team_id], team, user_id)
