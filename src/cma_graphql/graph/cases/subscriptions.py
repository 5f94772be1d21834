"""Subscriptions to cases."""

from collections.abc import AsyncGenerator

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.cases.inputs import CaseEventFilterArgument
from cma_graphql.graph.cases.live_types import CASES, CASES_WITH_PARTS, CaseUpdate
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import NOBODYS, Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.node import IdArgument, find_id


@strawberry.type
class CaseSubscriptions:
    """What can be followed of cases."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the cases that the viewer sees, in order. Query them, then subscribe after the "
        "query's `eventCursor`: nothing falls between.",
    )
    async def case_events(
        self, filter: CaseEventFilterArgument = None, after: AfterCursor = None
    ) -> AsyncGenerator[CaseUpdate]:
        """Follow all cases in sight."""
        names = None if filter is None or filter.names is None else frozenset(name.value for name in filter.names)
        return Watch(CASES, after=after, names=names)  # type: ignore[return-value]

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to one case, its debts, assets, budgets, checklist, outcomes and workflow, and to "
        "those of its notes and tasks that the viewer sees, in order. Nothing, where there is no such case in the "
        "viewer's sight.",
    )
    async def case_changed(self, id: IdArgument, after: AfterCursor = None) -> AsyncGenerator[CaseUpdate]:
        """Follow one case and its parts."""
        return Watch(CASES_WITH_PARTS, after=after, case_id=find_id("case", id) or NOBODYS)  # type: ignore[return-value]
