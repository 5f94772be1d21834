"""Memberships and teams, as the schema shows them."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.users import selectors
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.graph.cases.inputs import CaseFilterArgument, CaseOrder, CaseOrderArgument, case_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import CaseConnection
from cma_graphql.persistence.reads import grouped

described(
    MembershipStatus,
    "Whether somebody may act for a centre.",
    {
        "INVITED": "Invited by e-mail, not yet accepted.",
        "ACTIVE": "May sign in to the centre.",
        "DEACTIVATED": "May not sign in any more; the records keep the name.",
    },
)


@node_type(table="memberships", load=selectors.memberships_by_id, requires=Permission.USER_READ)
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

    @strawberry.field(description="Given and family name.")
    def full_name(self) -> str:
        """Join the names."""
        return f"{self.first_name} {self.last_name}"

    @relation(description="Who supervises the person, for trainees.")
    async def supervisor(members: list["Membership"], info: Info) -> list["Membership | None"]:
        """Answer each person's supervisor."""
        return await selectors.memberships_by_optional_id(  # type: ignore[return-value]
            info.context.reader, [member.supervisor_id for member in members]
        )

    @relation(description="The teams the person is in.")
    async def teams(members: list["Membership"], info: Info) -> list[list["Team"]]:
        """Answer each person's teams."""
        keys = [member.key for member in members]
        return await grouped(info.context.reader, selectors.teams_by_member, keys, by="user_id")  # type: ignore[return-value]

    @relation(description="The cases the person advises.", requires=Permission.CASE_READ)
    async def cases(  # noqa: PLR0917 - a connection's arguments
        members: list["Membership"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseFilterArgument = None,
        order_by: CaseOrderArgument = CaseOrder.CREATED_AT_DESC,
    ) -> list[CaseConnection | None]:
        """Answer a page of each person's cases."""
        return await CASES.pages(  # type: ignore[return-value]
            info.context.reader,
            [member.key for member in members],
            by="advisor_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=case_filters(filter),
        )


@node_type(table="teams", load=selectors.teams_by_id, requires=Permission.USER_READ)
@strawberry.type(description="People of one centre who share their cases.")
class Team(Node):
    """One team."""

    prefix: ClassVar[str] = "team"

    name: str = strawberry.field(description="What the team is called.")
    description: str | None = strawberry.field(description="What the team does.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")

    @relation(description="Who is in the team.")
    async def members(teams: list["Team"], info: Info) -> list[list[Membership]]:
        """Answer each team's members."""
        keys = [team.key for team in teams]
        return await grouped(info.context.reader, selectors.members_by_team, keys, by="team_id")  # type: ignore[return-value]

    @relation(description="The team's cases.", requires=Permission.CASE_READ)
    async def cases(  # noqa: PLR0917 - a connection's arguments
        teams: list["Team"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseFilterArgument = None,
        order_by: CaseOrderArgument = CaseOrder.CREATED_AT_DESC,
    ) -> list[CaseConnection | None]:
        """Answer a page of each team's cases."""
        return await CASES.pages(  # type: ignore[return-value]
            info.context.reader,
            [team.key for team in teams],
            by="team_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=case_filters(filter),
        )
