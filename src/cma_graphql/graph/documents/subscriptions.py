"""Subscriptions to documents."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.documents.live_types import DOCUMENTS, DocumentUpdate
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import NOBODYS, Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.node import find_id

CaseArgument = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the case. Unset: all that the viewer sees.")
]


@strawberry.type
class DocumentSubscriptions:
    """What can be followed of documents."""

    @subscription(
        requires=Permission.DOCUMENT_ACCESS,
        description="What happens to the documents that the viewer sees, of one case or of all, in order: announced, "
        "looked at, available or refused, changed, shared, deleted. `Removed` with the id of a case: the viewer has "
        "another part in the case than before, or none. Take its documents off the screen, and query those that are "
        "left.",
    )
    async def document_processed(
        self, case_id: CaseArgument = None, after: AfterCursor = None
    ) -> AsyncGenerator[DocumentUpdate]:
        """Follow documents in sight."""
        key = None if case_id is None else find_id("case", case_id) or NOBODYS
        return Watch(DOCUMENTS, after=after, case_id=key)  # type: ignore[return-value]
