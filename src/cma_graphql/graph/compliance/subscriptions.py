"""Subscriptions to compliance."""

from collections.abc import AsyncGenerator

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.compliance.inputs import ComplianceEventFilterArgument
from cma_graphql.graph.compliance.live_types import COMPLIANCE, ComplianceUpdate
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import Watch
from cma_graphql.graph.live.types import AfterCursor


@strawberry.type
class ComplianceSubscriptions:
    """What can be followed of compliance."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the checklists of the cases that the viewer sees and to their requirements, in "
        "order: begun, met, not met, waived, due by another day. `Removed` names a case that has left the viewer's "
        "sight, with its checklists.",
    )
    async def compliance_alerts(
        self, filter: ComplianceEventFilterArgument = None, after: AfterCursor = None
    ) -> AsyncGenerator[ComplianceUpdate]:
        """Follow the checklists of all cases in sight."""
        names = None if filter is None or filter.names is None else frozenset(name.value for name in filter.names)
        return Watch(COMPLIANCE, after=after, names=names)  # type: ignore[return-value]
