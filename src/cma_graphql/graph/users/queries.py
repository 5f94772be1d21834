"""Queries of memberships and teams."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.users import selectors
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.node import IdArgument, find_place
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.users.inputs import (
    MembershipFilterArgument,
    MembershipOrder,
    MembershipOrderArgument,
    TeamFilterArgument,
    TeamOrder,
    TeamOrderArgument,
    membership_filters,
    team_filters,
)
from cma_graphql.graph.users.types import DeletedTeam, Membership, Team


@strawberry.type
class UserQueries:
    """What can be asked about people and teams."""

    @query(requires=Permission.USER_READ, description="The membership with this id, or null.")
    async def membership(self, info: Info, id: IdArgument) -> Membership | None:
        """Find a membership."""
        place = find_place(info.context.actor, "membership", id)
        return (await selectors.memberships_at(info.context.reader, [place]))[0]  # type: ignore[return-value]

    @query(
        requires=Permission.USER_READ,
        description="The people of the viewer's centre: colleagues, and clients with access to the portal for those "
        "who see the whole centre. For administrators above the centres: those of the platform.",
    )
    async def memberships(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: MembershipFilterArgument = None,
        order_by: MembershipOrderArgument = MembershipOrder.NAME_ASC,
    ) -> Connection[Membership]:
        """List memberships."""
        return await selectors.MEMBERSHIPS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=membership_filters(filter),
        )

    @query(requires=Permission.USER_READ, description="The team with this id, or null.")
    async def team(self, info: Info, id: IdArgument) -> Team | None:
        """Find a team."""
        place = find_place(info.context.actor, "team", id)
        return (await selectors.teams_at(info.context.reader, [place]))[0]  # type: ignore[return-value]

    @query(requires=Permission.USER_READ, description="The teams of the viewer's centre.")
    async def teams(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TeamFilterArgument = None,
        order_by: TeamOrderArgument = TeamOrder.NAME_ASC,
    ) -> Connection[Team]:
        """List teams."""
        return await selectors.TEAMS.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=team_filters(filter),
        )

    @query(
        requires=Permission.USER_MANAGE,
        description="The deleted teams of the viewer's centre, the last deleted first, for restoring one.",
    )
    async def deleted_teams(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[DeletedTeam]:
        """List deleted teams."""
        return await selectors.DELETED_TEAMS.page(  # type: ignore[return-value]
            info.context.reader, order="DELETED_AT_DESC", window=window(first, after, last, before), filters={}
        )
