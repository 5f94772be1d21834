"""Cancels work that nobody waits for any more."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from starlette.types import Receive

from cma_graphql.transport.body import ClientGone

_PATIENCE_SECONDS = 0.02


class CancelledWhenGone:
    """A block that ends with ClientGone when the client closes the connection meanwhile.

    That is looked for once the block has taken 20 ms: most operations are answered before, and are spared a task.
    Where it is not watched the block runs to its end: a mutation is finished, because a client that went away cannot
    learn whether it was carried out, and half of them would be worse.
    """

    def __init__(self, receive: Receive, *, watched: bool) -> None:
        self._receive = receive
        self._watched = watched
        self._gone = False
        self._patience: asyncio.TimerHandle | None = None
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        if self._watched and task is not None:
            self._patience = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._begin, task)
        return self

    def _begin(self, task: asyncio.Task[object]) -> None:
        self._watcher = asyncio.create_task(self._watch(task))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._patience is not None:
            self._patience.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        task = asyncio.current_task()
        if not self._gone or task is None:
            return
        if kind is not asyncio.CancelledError:
            # The block ended in the moment the client went: take the cancellation that is still on its way.
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(0)
        if task.uncancel() == 0:
            raise ClientGone from error

    async def _watch(self, task: asyncio.Task[object]) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        task.cancel()
