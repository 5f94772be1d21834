"""Executes an operation so that nothing of it is left running when it ends, however it ends.

An operation's resolvers use its database connection, so none may outlive it. Three kinds would: siblings of a resolver
that was cancelled (asyncio passes the cancellation on as soon as the first of them has ended, while the others are
still cleaning up), siblings of one that failed at once (graphql-core lets them run on in the background), and batches,
which run in tasks of their own that nobody cancels.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Optional, cast

from graphql import ExecutionResult
from graphql.execution import Executor
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from cma_graphql.core.logging import get_logger

_log = get_logger("execution")

_SECONDS = 5.0

_operation: ContextVar[Optional["DrainingExecutor"]] = ContextVar("operation", default=None)


class DrainingExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, knowing what it has begun and not ended."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._running = 0
        self._idle: asyncio.Event | None = None
        self._owned: set[asyncio.Task[Any]] = set()

    def build_per_event_executor(self, payload: Any) -> Executor[Any]:
        """Copy the executor for an event of a subscription, which has begun nothing yet."""
        copied = cast("DrainingExecutor", super().build_per_event_executor(payload))
        copied._running, copied._idle, copied._owned = 0, None, set()  # noqa: SLF001 - its own copy
        return copied

    async def run(self) -> ExecutionResult:
        """Execute the operation. Whoever cancels it gets the cancellation back once its resolvers have ended."""
        token = _operation.set(self)
        try:
            running = self.execute_operation()
            if isinstance(running, ExecutionResult):
                return running
            return await cast("Awaitable[ExecutionResult]", running)
        finally:
            _operation.reset(token)
            await self.end_what_is_left()

    def begin(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Begin work of the operation's own, which does not outlive it."""
        task = asyncio.get_running_loop().create_task(work)
        self._owned.add(task)
        task.add_done_callback(self._owned.discard)
        return task

    async def end_what_is_left(self) -> None:
        """Cancel what of the operation is still running, and wait for it."""
        if self._owned or self.background_futures or self._running:
            await self._end()

    async def complete_awaitable_value(self, *args: Any, **kwargs: Any) -> Any:
        """Await one resolver and complete its value, counted while it runs."""
        self._running += 1
        try:
            return await super().complete_awaitable_value(*args, **kwargs)
        finally:
            self._running -= 1
            if not self._running and self._idle is not None:
                self._idle.set()

    async def _end(self) -> None:
        """Cancel what is left, and wait for it."""
        if self.background_futures:
            await asyncio.sleep(0)  # a resolver that is cancelled before it has begun would never be awaited
        left: list[asyncio.Future[Any]] = [*self._owned, *self.background_futures]
        for each in left:
            if not (isinstance(each, asyncio.Task) and each.cancelling()):  # a second one would stop its clean-up
                each.cancel()
        try:
            async with asyncio.timeout(_SECONDS):
                if left:
                    await asyncio.wait(left)
                if self._running:
                    self._idle = asyncio.Event()
                    await self._idle.wait()
        except TimeoutError:
            _log.error("resolvers did not end with their operation", resolvers=self._running)

    @contextmanager
    def _owning(self, task: asyncio.Task[Any]) -> Iterator[None]:
        self._owned.add(task)
        try:
            yield
        finally:
            self._owned.discard(task)


@contextmanager
def part_of_operation() -> Iterator[None]:
    """Make the running task part of the operation that began it: it is cancelled when the operation ends before it."""
    operation, task = _operation.get(), asyncio.current_task()
    if operation is None or task is None:
        yield
        return
    with operation._owning(task):  # noqa: SLF001 - the other half of the same thing
        yield
