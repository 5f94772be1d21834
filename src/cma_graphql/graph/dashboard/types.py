"""What a dashboard shows, counted in one moment."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry

from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases.selectors import CASES as LIST_OF_CASES
from cma_graphql.domain.compliance.selectors import counts_by_status
from cma_graphql.graph.cases.connection import CaseFacets
from cma_graphql.graph.cases.inputs import CaseFilterArgument, case_filters
from cma_graphql.graph.cases.live_types import CASES
from cma_graphql.graph.compliance.counts import ComplianceCounts
from cma_graphql.graph.compliance.inputs import CaseComplianceFilterArgument, compliance_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import COUNT, cost
from cma_graphql.graph.live.types import Heartbeat, ResyncRequired
from cma_graphql.persistence.event_log import Happening


@strawberry.type(
    description="How the cases that the viewer sees stand, in one moment. Each figure is counted only when it is asked "
    "for."
)
class Dashboard:
    """The figures of one moment."""

    cursor: str = strawberry.field(description="All that has happened up to here is counted in, and nothing behind it.")
    counted_at: datetime = strawberry.field(description="When it was counted.")

    @classmethod
    def at(cls, cursor: str) -> Self:
        """Count nothing yet, in the snapshot that has everything up to a cursor."""
        return cls(cursor=cursor, counted_at=now())

    @strawberry.field(description="How many cases there are under a filter.", directives=[cost(call=COUNT)])
    async def case_count(self, info: Info, filter: CaseFilterArgument = None) -> int:
        """Count cases."""
        return await _figures(info, filter).page.count()

    @strawberry.field(description="How the cases under a filter divide, as beside the list `cases`.")
    def cases(self, info: Info, filter: CaseFilterArgument = None) -> CaseFacets:
        """Count nothing yet."""
        return _figures(info, filter)

    @strawberry.field(
        description="How many of the checklists of cases under a filter stand where, as in `complianceOverview`.",
        directives=[cost(call=COUNT)],
    )
    async def compliance(self, info: Info, filter: CaseComplianceFilterArgument = None) -> ComplianceCounts:
        """Count checklists by today's status."""
        filters = {**compliance_filters(filter), "today": today()}
        return ComplianceCounts.of(await counts_by_status(info.context.reader, filters))


DashboardUpdate = Annotated[
    Dashboard | Heartbeat | ResyncRequired,
    strawberry.union("DashboardUpdate", description="What a subscription to the dashboard answers."),
]

_COUNTED = frozenset({"case", "casecompliance", "complianceitem"})


def _case(event: Happening) -> UUID | None:
    return event.case_id if event.entity in _COUNTED else None


COUNTED = replace(CASES, concerns=_case)
"""Whatever may change a figure: what happens to cases and to their checklists."""


def _figures(info: Info, chosen: CaseFilterArgument) -> CaseFacets:
    page = LIST_OF_CASES.figures(info.context.reader, order="CREATED_AT_DESC", filters=case_filters(chosen))
    return CaseFacets(page=page)
