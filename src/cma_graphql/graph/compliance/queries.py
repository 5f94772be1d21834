"""Queries of compliance."""

import dataclasses

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.domain.compliance import framework_selectors, selectors
from cma_graphql.graph.compliance.counts import ComplianceCounts
from cma_graphql.graph.compliance.inputs import CaseComplianceFilterArgument, compliance_filters
from cma_graphql.graph.compliance.types import CaseCompliance, ComplianceFramework
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT
from cma_graphql.graph.fields import query, relation
from cma_graphql.graph.node import IdArgument, find_id
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window
from cma_graphql.graph.records import wrapped
from cma_graphql.persistence.listing import Filters


@strawberry.type(description="A page of the checklists of cases that the viewer sees, and what all of them count.")
class ComplianceOverview(Connection[CaseCompliance]):
    """A connection, with counts beside it."""

    filters: strawberry.Private[Filters] = dataclasses.field(default_factory=dict)

    @relation(
        description="How many there are of each status under the filter; counted only when it is asked for.", call=COUNT
    )
    async def counts(overviews: list["ComplianceOverview"], info: Info) -> list[ComplianceCounts]:
        """Count for each overview."""
        found = [await selectors.counts_by_status(info.context.reader, overview.filters) for overview in overviews]
        return [ComplianceCounts.of(counts) for counts in found]


@strawberry.type
class ComplianceQueries:
    """What can be asked about compliance."""

    @query(requires=Permission.CASE_READ, description="The checklist of a case with this id, or null.")
    async def case_compliance(self, info: Info, id: IdArgument) -> CaseCompliance | None:
        """Find a checklist of a case."""
        key = find_id("casecompliance", id)
        found = [None] if key is None else await selectors.case_compliances_by_id(info.context.reader, [key])
        return found[0]  # type: ignore[return-value]

    @query(
        requires=Permission.REFERENCE_READ, description="The frameworks that the viewer's centre works under.", size=10
    )
    async def compliance_frameworks(self, info: Info) -> list[ComplianceFramework]:
        """List the centre's frameworks."""
        return await framework_selectors.frameworks(info.context.reader)  # type: ignore[return-value]

    @query(
        requires=Permission.CASE_READ,
        description="How the cases that the viewer sees stand with what is required of them, by due day: overdue ones "
        "first, those of which nothing is due last.",
    )
    async def compliance_overview(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: CaseComplianceFilterArgument = None,
    ) -> ComplianceOverview:
        """Look over the checklists of cases."""
        filters = {**compliance_filters(filter), "today": today()}
        page = await selectors.CASE_COMPLIANCES.page(
            info.context.reader, order="DUE_ON_ASC", window=window(first, after, last, before), filters=filters
        )
        overview = ComplianceOverview.of(page, [wrapped(CaseCompliance, row, info.context) for row in page.rows])
        overview.filters = filters
        return overview
