"""Memberships and teams, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.users import policy, selectors
from cma_graphql.graph.appointments.relations import appointments_by
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.relations import cases_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.relations import documents_by
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id_at, write_ids_at
from cma_graphql.graph.notes.relations import notes_by
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.staffing.relations import (
    absences_of_members,
    profile_of_members,
    working_hours_of_members,
    workload_of_members,
)
from cma_graphql.graph.tasks.relations import tasks_by
from cma_graphql.graph.users.enums import MembershipStatus
from cma_graphql.persistence.reads import Place


@strawberry.type(description="What the viewer may do with a membership.")
class MembershipPermissions:
    """The answer of Membership.viewerCan."""

    update: bool = strawberry.field(description="Change roles, supervisor and particulars.")
    deactivate: bool = strawberry.field(
        description="Keep the person from acting for the centre, once others have their open cases."
    )
    reactivate: bool = strawberry.field(description="Let the person act again.")


@strawberry.type(description="What the viewer may do with a team.")
class TeamPermissions:
    """The answer of Team.viewerCan."""

    update: bool = strawberry.field(description="Change its name and description.")
    delete: bool = strawberry.field(description="Delete it, once it has no open case.")
    manage_members: bool = strawberry.field(description="Put people in and take them out.")


@node_type(
    table="memberships",
    load=selectors.memberships_by_id,
    load_at=selectors.memberships_at,
    requires=Permission.USER_READ,
)
@strawberry.type(description="A person at one centre: staff, or a client with access to the portal.")
class Membership(Node):
    """One person's membership of the viewer's centre."""

    prefix: ClassVar[str] = "membership"

    first_name: str = strawberry.field(description="Given name.")
    last_name: str = strawberry.field(description="Family name.")
    email: str = strawberry.field(description="The address the person signs in with.")
    roles: list[Role] = strawberry.field(description="What the person is at this centre.")
    status: MembershipStatus = strawberry.field(description="Whether the person may act for the centre.")
    phone: str | None = strawberry.field(description="Work telephone in international form.")
    hire_date: date | None = strawberry.field(description="First day of work at the centre.")
    qualification_level: str | None = strawberry.field(description="Highest advice qualification.")
    capacity_points: int | None = strawberry.field(
        description="How many points of open cases the person can carry (1, 2, 3 or 5 a case); null: no limit."
    )
    created_at: datetime = strawberry.field(description="When the person was invited.")
    updated_at: datetime = strawberry.field(description="When the membership last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    supervisor_id: strawberry.Private[UUID | None]
    centre_id: strawberry.Private[UUID]

    @strawberry.field(
        description="The membership's id: opaque, typed, the same for ever.",
        metadata={"together": write_ids_at, "reads": ()},
    )
    def id(self, info: Info) -> strawberry.ID:
        """Write the id; above the centres it names its own, since a person has one key at all of them."""
        return write_id_at("membership", self.place, info.context.actor)

    @property
    def place(self) -> Place:
        """Tell the centre, and the person's key."""
        return self.centre_id, self.key

    @strawberry.field(description="Given and family name.")
    def full_name(self) -> str:
        """Join the names."""
        return f"{self.first_name} {self.last_name}"

    @relation(description="Who supervises the person, for trainees.", reads=())
    async def supervisor(members: list["Membership"], info: Info) -> list["Membership | None"]:
        """Answer each person's supervisor."""
        return await selectors.memberships_at(  # type: ignore[return-value]
            info.context.reader,
            [None if member.supervisor_id is None else (member.centre_id, member.supervisor_id) for member in members],
        )

    @relation(description="The teams the person is in.", size=5, reads=())
    async def teams(members: list["Membership"], info: Info) -> list[list["Team"]]:
        """Answer each person's teams."""
        return await selectors.teams_of_members(info.context.reader, [member.place for member in members])  # type: ignore[return-value]

    @relation(description="What the viewer may do with the membership.")
    async def viewer_can(members: list["Membership"], info: Info) -> list[MembershipPermissions]:
        """Answer the viewer's rights over each membership."""
        actor = info.context.actor
        return [
            MembershipPermissions(
                update=policy.may_manage(actor),
                deactivate=policy.may_deactivate(actor, member),
                reactivate=policy.may_reactivate(actor, member),
            )
            for member in members
        ]

    profile = profile_of_members()
    working_hours = working_hours_of_members()
    absences = absences_of_members()
    workload = workload_of_members()
    cases = cases_by("advisor_id", "The cases the person advises.")

    tasks = tasks_by("assignee_id", "The tasks that are assigned to the person, those that the viewer sees.")
    notes = notes_by("created_by", "The notes that the person wrote, those that the viewer sees.")
    documents = documents_by("created_by", "The papers that the person handed in, those that the viewer sees.")

    appointments = appointments_by("advisor_id", "The person's appointments that the viewer sees.")
    history = history_by("subject_id")


@node_type(table="teams", load=selectors.teams_by_id, load_at=selectors.teams_at, requires=Permission.USER_READ)
@strawberry.type(description="People of one centre who share their cases.")
class Team(Node):
    """One team."""

    prefix: ClassVar[str] = "team"

    name: str = strawberry.field(description="What the team is called.")
    description: str | None = strawberry.field(description="What the team does.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    centre_id: strawberry.Private[UUID]

    @strawberry.field(
        description="The team's id: opaque, typed, the same for ever.", metadata={"together": write_ids_at, "reads": ()}
    )
    def id(self, info: Info) -> strawberry.ID:
        """Write the id; above the centres it names its own."""
        return write_id_at("team", self.place, info.context.actor)

    @property
    def place(self) -> Place:
        """Tell the centre, and the team's key."""
        return self.centre_id, self.key

    @relation(description="Who is in the team.", size=10, reads=())
    async def members(teams: list["Team"], info: Info) -> list[list[Membership]]:
        """Answer each team's members."""
        places = [team.place for team in teams]
        return await selectors.members_of_teams(info.context.reader, places)  # type: ignore[return-value]

    @relation(description="What the viewer may do with the team.", reads=())
    async def viewer_can(teams: list["Team"], info: Info) -> list[TeamPermissions]:
        """Answer the viewer's rights over each team."""
        may = policy.may_manage(info.context.actor)
        return [TeamPermissions(update=may, delete=may, manage_members=may) for _ in teams]

    cases = cases_by("team_id", "The team's cases.")

    history = history_by("subject_id")


@strawberry.type(description="A deleted team: what one needs to know to restore it.")
class DeletedTeam(FromRecord):
    """One deleted team."""

    name: str = strawberry.field(description="What the team was called.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the team.")
    key: strawberry.Private[UUID]
    centre_id: strawberry.Private[UUID]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The team's id, the same as before and after.")
    def id(self, info: Info) -> strawberry.ID:
        """Write the id; above the centres it names its own."""
        return write_id_at(Team.prefix, (self.centre_id, self.key), info.context.actor)

    @relation(description="Who deleted the team, where it was a person of its centre.", requires=Permission.USER_READ)
    async def deleter(teams: list["DeletedTeam"], info: Info) -> list[Membership | None]:
        """Answer who deleted each team."""
        places = [None if team.deleted_by is None else (team.centre_id, team.deleted_by) for team in teams]
        return await selectors.memberships_at(reader_for(info), places)  # type: ignore[return-value]
