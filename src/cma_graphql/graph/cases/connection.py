"""A page of cases, with what filtering it further would leave: counts by status, priority, advisor and tag."""

from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.cases.enums import CaseStatus, Priority
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT, cost, list_size
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.pagination import Connection
from cma_graphql.graph.refs import CaseRef, MembershipRef
from cma_graphql.persistence.facets import MOST_VALUES
from cma_graphql.persistence.listing import Page


@strawberry.type(description="How many cases of a list are in one state.")
class CaseStatusCount:
    """One state's figure."""

    status: CaseStatus = strawberry.field(description="The state.")
    count: int = strawberry.field(description="How many cases are in it.")


@strawberry.type(description="How many cases of a list have one priority.")
class CasePriorityCount:
    """One priority's figure."""

    priority: Priority = strawberry.field(description="The priority.")
    count: int = strawberry.field(description="How many cases have it.")


@strawberry.type(description="How many cases of a list have one advisor.")
class CaseAdvisorCount:
    """One advisor's figure."""

    unassigned: bool = strawberry.field(description="Whether it counts the cases that have no advisor.")
    count: int = strawberry.field(description="How many cases have this advisor.")
    advisor_id: strawberry.Private[UUID | None]

    @relation(description="The advisor; null where the cases have none.", requires=Permission.USER_READ, reads=())
    async def advisor(counts: list["CaseAdvisorCount"], info: Info) -> list[MembershipRef | None]:
        """Answer each figure's advisor."""
        return await memberships_by_optional_id(reader_for(info), [count.advisor_id for count in counts])


@strawberry.type(description="How many cases of a list have one tag.")
class CaseTagCount:
    """One tag's figure."""

    tag: str = strawberry.field(description="The tag.")
    count: int = strawberry.field(description="How many cases have it.")


@strawberry.type(
    description="How a list's cases divide, all its pages together, as far as the viewer sees them. Each dimension is "
    "counted under the list's filter without the conditions on that dimension, so that every figure tells how many "
    "cases choosing that value would list. Largest first; values without a case are left out. A dimension is counted "
    "only when it is asked for."
)
class CaseFacets:
    """The figures beside a page of cases."""

    page: strawberry.Private[Page]

    @strawberry.field(
        description="By status, leaving out the filter's `status` and `open`.",
        directives=[cost(call=COUNT), list_size(len(CaseStatus))],
    )
    async def by_status(self, info: Info) -> list[CaseStatusCount]:  # noqa: ARG002 - strawberry tells async resolvers apart by it
        """Count by status."""
        rows = await self.page.facet("status")
        return [CaseStatusCount(status=CaseStatus(row["value"]), count=row["total"]) for row in rows]

    @strawberry.field(
        description="By priority, leaving out the filter's `priority`.",
        directives=[cost(call=COUNT), list_size(len(Priority))],
    )
    async def by_priority(self, info: Info) -> list[CasePriorityCount]:  # noqa: ARG002 - the same
        """Count by priority."""
        rows = await self.page.facet("priority")
        return [CasePriorityCount(priority=Priority(row["value"]), count=row["total"]) for row in rows]

    @strawberry.field(
        description="By advisor, leaving out the filter's `advisor` and `unassigned`; the 50 who have the most.",
        directives=[cost(call=COUNT), list_size(MOST_VALUES)],
    )
    async def by_advisor(self, info: Info) -> list[CaseAdvisorCount]:  # noqa: ARG002 - the same
        """Count by advisor."""
        rows = await self.page.facet("advisor")
        return [
            CaseAdvisorCount(unassigned=row["value"] is None, count=row["total"], advisor_id=row["value"])
            for row in rows
        ]

    @strawberry.field(
        description="By tag, leaving out the filter's `tag`; the 50 that the most have. A case counts for each of its "
        "tags.",
        directives=[cost(call=COUNT), list_size(MOST_VALUES)],
    )
    async def by_tag(self, info: Info) -> list[CaseTagCount]:  # noqa: ARG002 - the same
        """Count by tag."""
        rows = await self.page.facet("tag")
        return [CaseTagCount(tag=row["value"], count=row["total"]) for row in rows]


@strawberry.type(description="A page of a list of cases.")
class CaseConnection(Connection[CaseRef]):
    """One page of cases."""

    @strawberry.field(description="How the list's cases divide by status, priority, advisor and tag.")
    def facets(self) -> CaseFacets:
        """Count nothing yet."""
        return CaseFacets(page=self.page)
