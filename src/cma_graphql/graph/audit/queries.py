"""Queries of the audit trail, the access log and the security log."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.audit import selectors
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.graph.audit.inputs import (
    NOBODY,
    AccessFilter,
    AuditFilterArgument,
    AuditOrder,
    AuditOrderArgument,
    SecurityFilter,
    audit_filters,
    log_filters,
)
from cma_graphql.graph.audit.types import AccessEntry, AuditEntry, SecurityEntry
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.fields import query
from cma_graphql.graph.pagination import After, Before, Connection, First, Last, window

_WALK = 8_000
"""What it costs to walk along a centre's audit chain."""
_WHOLE_CENTRE = frozenset({Reach.CENTRE, Reach.NETWORK, Reach.ALL})


def _require_whole_centre(context: Context) -> None:
    """Refuse what tells of everybody to those whose right ends at own cases."""
    if context.actor.reach(Permission.AUDIT_READ) not in _WHOLE_CENTRE:
        raise Forbidden(Permission.AUDIT_READ.name)


async def _only_visible_client(context: Context, filters: dict[str, object]) -> dict[str, object]:
    """Let a client whom the viewer does not see match nothing: who was shown a restricted one tells of it."""
    client = filters.get("client")
    if isinstance(client, UUID) and context.actor.sight is not Sight.EVERYTHING:
        (seen,) = await clients_by_id(context.reader, [client])
        return filters if seen is not None else {**filters, "client": NOBODY}
    return filters


@strawberry.type(description="What a walk along the centre's audit chain found.")
class AuditVerification:
    """The chain's state."""

    intact: bool = strawberry.field(description="Whether every entry is as it was recorded, and none is missing.")
    entries: int = strawberry.field(description="How many entries hold, from the start.")
    broken_at: int | None = strawberry.field(description="The number of the first that does not hold.")
    reason: str | None = strawberry.field(description="What is wrong with it.")


@strawberry.type
class AuditQueries:
    """What can be asked about changes, accesses and refusals."""

    @query(requires=Permission.AUDIT_READ, description="The audit trail: changes, as far as the viewer may read them.")
    async def audit_logs(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: AuditFilterArgument = None,
        order_by: AuditOrderArgument = AuditOrder.SEQ_DESC,
    ) -> Connection[AuditEntry]:
        """List audit entries."""
        return await selectors.AUDIT_ENTRIES.page(  # type: ignore[return-value]
            info.context.reader,
            order=order_by.value,
            window=window(first, after, last, before),
            filters=audit_filters(info.context.actor, filter),
        )

    @query(
        requires=Permission.AUDIT_READ,
        description="Whether the centre's audit trail is whole and unaltered.",
        call=_WALK,
    )
    async def audit_verification(self, info: Info) -> AuditVerification:
        """Walk the chain."""
        _require_whole_centre(info.context)
        found = await verify_chain(info.context.reader)
        return AuditVerification(
            intact=found.intact, entries=found.entries, broken_at=found.broken_at, reason=found.reason
        )

    @query(requires=Permission.AUDIT_READ, description="The access log: who was shown which clients.")
    async def access_logs(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[AccessFilter | None, strawberry.argument(description="Which rows.")] = None,
    ) -> Connection[AccessEntry]:
        """List accesses."""
        _require_whole_centre(info.context)
        return await selectors.ACCESS_ENTRIES.page(  # type: ignore[return-value]
            info.context.reader,
            order="OCCURRED_AT_DESC",
            window=window(first, after, last, before),
            filters=await _only_visible_client(info.context, log_filters(filter)),
        )

    @query(requires=Permission.AUDIT_READ, description="The security log: sign-ins, refusals and the like.")
    async def security_logs(  # noqa: PLR0917 - a connection's arguments
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        filter: Annotated[SecurityFilter | None, strawberry.argument(description="Which entries.")] = None,
    ) -> Connection[SecurityEntry]:
        """List what bears on security."""
        _require_whole_centre(info.context)
        return await selectors.SECURITY_ENTRIES.page(  # type: ignore[return-value]
            info.context.reader,
            order="OCCURRED_AT_DESC",
            window=window(first, after, last, before),
            filters=log_filters(filter),
        )
