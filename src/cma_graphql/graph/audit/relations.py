"""The history of a record: the audit entries under it, a page for each parent."""

from typing import Any

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.audit.selectors import AUDIT_ENTRIES
from cma_graphql.graph.audit.inputs import AuditFilterArgument, AuditOrder, AuditOrderArgument, audit_filters
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.pagination import After, Before, First, Last, window
from cma_graphql.graph.refs import AuditConnection


def history_by(column: str) -> Any:
    """Declare the history of a type's records; `column` of the audit trail is what names them there."""

    async def history(  # noqa: PLR0917 - a connection's arguments
        records: list[Any],
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
            by=column,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=audit_filters(info.context.actor, filter),
        )

    return relation(description="Its changes, newest first.", requires=Permission.AUDIT_READ, reads=())(history)
