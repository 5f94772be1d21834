"""What a subscription hands to a transport: answers that are written already, each with the cursor to resume after.

A transport prepares the document as for a query, then asks `Subscribes.subscribe` for the answers and frames each
`Delivery.body` as it stands: the body of a `next` message, the data of an SSE event whose `id:` line is the cursor.

    deliveries = await subscriptions.subscribe(prepared, operation, variables, facts)
    async with aclosing(deliveries):
        async for delivery in deliveries: ...

- **Before the first delivery:** whatever keeps the subscription from beginning is raised by `subscribe` itself, as for
  a query: RequestRefused (variables, arguments, a cursor that is none) or a DomainError (Unauthenticated, Forbidden,
  Unavailable). Nothing is held then.
- **While it runs:** the iterator raises Unauthenticated when the session or key is ended, Forbidden when the permission
  is taken away; both within a second of the change where there is anything to deliver. It ends without an error when
  the server stops. Faults of the database or of Valkey are waited out, never raised.
- **Its end:** `aclose()` frees everything at once. Whoever stops reading is not waited for: what does not fit into the
  subscription's queue is read again from the log when it is wanted.
- **At once:** where a transport gives `directly`, an answer that nothing waits before is given to it without a turn of
  the subscription's own; it answers whether it has taken it. What it does not take comes by the iterator, in order. It
  is called only while the iterator is being waited for.
- When the token ends is the transport's to watch (4403): here the session counts, which a refreshed token continues.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql import OperationDefinitionNode

from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.prepared import PreparedDocument


@dataclass(frozen=True, slots=True)
class Delivery:
    """One answer of a subscription."""

    body: bytes
    """`{"data": …}` with `errors` and `extensions` where there are any, as JSON in UTF-8; subscribers share it."""
    cursor: str | None
    """What to subscribe after, to go on behind this answer."""


Directly = Callable[[Delivery], bool]
"""Takes an answer at once, or answers False where it would have to wait; it may neither wait nor fail."""


class Subscribes(Protocol):
    """What transports need of live updates; the application holds the one of the process."""

    async def subscribe(
        self,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
        facts: RequestFacts,
        *,
        extensions: Mapping[str, Any] | None = None,
        resume_after: str | None = None,
        directly: Directly | None = None,
    ) -> AsyncGenerator[Delivery]:
        """Begin a subscription; answer its deliveries. `resume_after` (Last-Event-ID) counts before `after`.

        Raises RequestRefused, Unauthenticated, Forbidden or Unavailable, and then holds nothing.
        """
        ...
