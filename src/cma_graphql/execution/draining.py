"""Knows which resolvers of an operation are still running, so that a cancelled operation can wait for them.

When an operation is cancelled, asyncio cancels all of its resolvers but passes the cancellation on as soon as the
first of them has ended. The others may still be inside their clean-up, holding the operation's database connection.
"""

import asyncio
from typing import Any

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class DrainingExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, counting the resolvers that have begun and not ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def complete_awaitable_value(self, *args: Any, **kwargs: Any) -> Any:
        """Await one resolver and complete its value, counted while it runs."""
        self._running += 1
        self._idle.clear()
        try:
            return await super().complete_awaitable_value(*args, **kwargs)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def drained(self, seconds: float) -> bool:
        """Wait until no resolver runs any more; tell False when some still do after `seconds`."""
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True
