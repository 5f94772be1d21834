"""Centre, as the schema shows it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.audit.selectors import AUDIT_ENTRIES
from cma_graphql.domain.centres import selectors
from cma_graphql.domain.centres.models import CentreStatus, Jurisdiction, OrganisationType
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.audit.inputs import AuditFilterArgument, AuditOrder, AuditOrderArgument, audit_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.enums import described
from cma_graphql.graph.fields import relation
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import AuditConnection, MembershipRef

described(
    CentreStatus,
    "Whether a centre is at work.",
    {
        "ACTIVE": "At work.",
        "SUSPENDED": "Its people cannot sign in for the time being.",
        "CLOSED": "Closed for good; its records stay as long as they must.",
    },
)
described(
    OrganisationType,
    "What kind of organisation runs a centre.",
    {
        "CITIZENS_ADVICE": "A Citizens Advice bureau.",
        "INDEPENDENT_CHARITY": "An independent debt-advice charity.",
        "LOCAL_AUTHORITY": "A council's advice service.",
        "CREDIT_UNION": "A credit union's advice service.",
        "HOUSING_ASSOCIATION": "A housing association's advice team.",
        "PLATFORM": "The platform itself, which advises nobody.",
    },
)
described(
    Jurisdiction,
    "Whose law a centre's clients mostly live under.",
    {
        "ENGLAND_AND_WALES": "England and Wales.",
        "SCOTLAND": "Scotland.",
        "NORTHERN_IRELAND": "Northern Ireland.",
    },
)


@node_type(table="centres", load=selectors.centres_by_id)
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

    @relation(description="Who manages the centre.", requires=Permission.USER_READ)
    async def manager(centres: list["Centre"], info: Info) -> list[MembershipRef | None]:
        """Answer each centre's manager."""
        return await memberships_by_optional_id(info.context.reader, [centre.manager_id for centre in centres])

    @relation(description="Its changes, newest first.", requires=Permission.AUDIT_READ)
    async def history(  # noqa: PLR0917 - a connection's arguments
        records: list["Centre"],
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: AuditFilterArgument = None,
        order_by: AuditOrderArgument = AuditOrder.SEQ_DESC,
    ) -> list[AuditConnection | None]:
        """Answer a page of each record's audit entries."""
        return await AUDIT_ENTRIES.pages(  # type: ignore[return-value]
            info.context.reader,
            [record.key for record in records],
            by="subject_id",
            order=order_by.value,
            window=window(first, after, last, before),
            filters=audit_filters(info.context.actor, filter),
        )
