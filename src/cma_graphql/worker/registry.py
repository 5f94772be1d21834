"""What the worker can do, by name: jobs that services queue, and upkeep that falls due by itself.

To add one is one line in JOBS or UPKEEP.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.domain.jobs.upkeep import forget_idempotency_keys
from cma_graphql.persistence.unit_of_work import UnitOfWork

FULL = 100
"""From so many records on an upkeep is taken to have left some for another call, which follows at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that a service queues by this name, with the ids that the handler takes.

    The handler is called in a unit of work, again where that fails, and so does nothing outside of it.
    """

    name: str
    handler: Callable[..., Awaitable[object]]
    exclusive: bool = False
    """Whether it holds on to its key while it is done: what is queued under it meanwhile is left to this run."""

    async def run(self, uow: UnitOfWork, ids: Mapping[str, UUID]) -> bool:
        """Do it; answer whether there is more to do at once."""
        await self.handler(uow, **ids)
        return False


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Work that is due in every active centre, every so often: a function of a room's `upkeep.py`."""

    function: Callable[[UnitOfWork, datetime], Awaitable[int]]
    every: timedelta
    exclusive: bool = True

    @property
    def name(self) -> str:
        """Name it for its room and its function."""
        room = self.function.__module__.removeprefix("cma_graphql.domain.").removesuffix(".upkeep")
        return f"{room}.{self.function.__name__}"

    async def run(self, uow: UnitOfWork, _ids: Mapping[str, UUID]) -> bool:
        """Do what is due in the centre by now; answer whether there is more to do at once."""
        return await self.function(uow, now()) >= FULL


Work = Job | Upkeep


def by_name(works: Sequence[Work]) -> Mapping[str, Work]:
    """Answer all of it by name. Raises ValueError for a name that two share."""
    named = {work.name: work for work in works}
    if len(named) != len(works):
        raise ValueError("Two jobs have the same name.")
    return named


JOBS: Sequence[Job] = ()
UPKEEP: Sequence[Upkeep] = (Upkeep(forget_idempotency_keys, every=timedelta(hours=1)),)
EVERYTHING: Sequence[Work] = (*JOBS, *UPKEEP)
