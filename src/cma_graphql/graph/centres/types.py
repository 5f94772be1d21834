"""Centre, as the schema shows it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.centres import policy, selectors
from cma_graphql.domain.users.selectors import MEMBERSHIPS, TEAMS, memberships_at
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.centres.enums import CentreStatus, Jurisdiction, OrganisationType
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import MembershipConnection, MembershipRef, TeamConnection
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


@strawberry.type(description="What the viewer may do with a centre.")
class CentrePermissions:
    """The answer of Centre.viewerCan."""

    update: bool = strawberry.field(description="Change its name, address and the like, and name its manager.")
    suspend: bool = strawberry.field(description="Keep its people from signing in.")
    reactivate: bool = strawberry.field(description="Put it to work again.")
    close: bool = strawberry.field(description="Close it for good, once none of its cases is open.")


@node_type(table="centres", load=selectors.centres_by_id, load_at=selectors.centres_at)
@strawberry.type(description="A debt-advice centre: an office of the network, with records of its own.")
class Centre(Node):
    """One centre."""

    prefix: ClassVar[str] = "centre"

    name: str = strawberry.field(description="What the centre is called.")
    code: str = strawberry.field(description="Its short code, unique in the network; part of client references.")
    organisation_type: OrganisationType = strawberry.field(description="What kind of organisation runs it.")
    jurisdiction: Jurisdiction = strawberry.field(description="Whose law its clients mostly live under.")
    status: CentreStatus = strawberry.field(description="Whether it is at work.")
    address_line1: str | None = strawberry.field(description="First line of its address.")
    address_line2: str | None = strawberry.field(description="Second line of its address.")
    city: str | None = strawberry.field(description="Town or city.")
    postcode: str | None = strawberry.field(description="Postcode.")
    phone: str | None = strawberry.field(description="Telephone number in international form.")
    email: str | None = strawberry.field(description="E-mail address for the public.")
    created_at: datetime = strawberry.field(description="When it joined the network.")
    updated_at: datetime = strawberry.field(description="When its record last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    manager_id: strawberry.Private[UUID | None]
    settings: strawberry.Private[dict[str, Any]]

    @relation(description="Who manages the centre.", requires=Permission.USER_READ, reads=())
    async def manager(centres: list["Centre"], info: Info) -> list[MembershipRef | None]:
        """Answer each centre's manager."""
        return await memberships_at(
            reader_for(info),
            [None if centre.manager_id is None else (centre.key, centre.manager_id) for centre in centres],
        )

    @relation(
        description="Its people: staff, and clients with access to the portal for those who see the whole centre.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def memberships(  # noqa: PLR0917 - a connection's arguments
        centres: list["Centre"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: MembershipFilterArgument = None,
        order_by: MembershipOrderArgument = MembershipOrder.NAME_ASC,
    ) -> list[MembershipConnection | None]:
        """Answer a page of each centre's memberships."""
        return await MEMBERSHIPS.pages(  # type: ignore[return-value]
            info.context.reader,
            [centre.key for centre in centres],
            by="centre_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=membership_filters(filter),
        )

    @relation(description="Its teams.", requires=Permission.USER_READ, reads=())
    async def teams(  # noqa: PLR0917 - a connection's arguments
        centres: list["Centre"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: TeamFilterArgument = None,
        order_by: TeamOrderArgument = TeamOrder.NAME_ASC,
    ) -> list[TeamConnection | None]:
        """Answer a page of each centre's teams."""
        return await TEAMS.pages(  # type: ignore[return-value]
            info.context.reader,
            [centre.key for centre in centres],
            by="centre_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=team_filters(filter),
        )

    @relation(description="What the viewer may do with the centre.")
    async def viewer_can(centres: list["Centre"], info: Info) -> list[CentrePermissions]:
        """Answer the viewer's rights over each centre."""
        actor = info.context.actor
        return [
            CentrePermissions(
                update=policy.may_configure(actor, centre),
                suspend=policy.may_become(actor, centre, CentreStatus.SUSPENDED),
                reactivate=policy.may_become(actor, centre, CentreStatus.ACTIVE),
                close=policy.may_become(actor, centre, CentreStatus.CLOSED),
            )
            for centre in centres
        ]

    history = history_by("subject_id")
