"""The query of imports."""

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.exchange.importing.selectors import CASELOAD_IMPORTS
from cma_graphql.graph.context import Info
from cma_graphql.graph.exchange.importing_types import CaseloadImport
from cma_graphql.graph.fields import query
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window


@strawberry.type
class CaseloadImportQueries:
    """What can be asked about imports."""

    @query(requires=Permission.CASELOAD_IMPORT, description="The caseloads that were taken over, the last one first.")
    async def caseload_imports(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CaseloadImport]:
        """List imports."""
        return await CASELOAD_IMPORTS.page(  # type: ignore[return-value]
            info.context.reader, order="IMPORTED_AT_DESC", window=window(first, after, last, before), filters={}
        )
