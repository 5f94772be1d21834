"""What the worker can do, by name: jobs that services queue, and upkeep that falls due by itself.

To add one is one line in JOBS or UPKEEP.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.domain.appointments.request_tasks import SEE_TO_REQUEST, see_to_request
from cma_graphql.domain.appointments.upkeep import flag_unattended, remind_of_appointments, see_to_requests
from cma_graphql.domain.casework.transfers.carrying import Network, carry_transfers
from cma_graphql.domain.casework.upkeep import answer_for_leavers
from cma_graphql.domain.jobs.upkeep import forget_idempotency_keys, forget_settled_jobs
from cma_graphql.domain.referrals.upkeep import expire_referrals
from cma_graphql.domain.staffing.upkeep import see_to_cover
from cma_graphql.domain.tasks.notices import give_notices
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step, notices_of_deadlines, reminders_due
from cma_graphql.domain.workflow.telling import NOTICES
from cma_graphql.domain.workflow.upkeep import end_waits, escalate_approvals, tell_of_late_stages
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


@dataclass(frozen=True, slots=True)
class Crossing:
    """Work of every active centre that takes several transactions, of one centre each: steps that may be repeated.

    It is done before the job's own transaction, which then only settles it (decision 24: none has two centres).
    """

    function: Callable[[Network, UUID, datetime], Awaitable[int]]
    every: timedelta
    exclusive: bool = True

    @property
    def name(self) -> str:
        """Name it for where it is and what it does."""
        place = self.function.__module__.removeprefix("cma_graphql.domain.").rpartition(".")[0]
        return f"{place}.{self.function.__name__}"

    async def cross(self, network: Network, centre_id: UUID) -> None:
        """Take the centre's steps that are left, and those of others that follow them."""
        await self.function(network, centre_id, now())

    async def run(self, _uow: UnitOfWork, _ids: Mapping[str, UUID]) -> bool:
        """Do no more in the job's own transaction."""
        return False


Work = Job | Upkeep | Crossing
Periodic = (Upkeep, Crossing)
"""What falls due by itself."""


def by_name(works: Sequence[Work]) -> Mapping[str, Work]:
    """Answer all of it by name. Raises ValueError for a name that two share."""
    named = {work.name: work for work in works}
    if len(named) != len(works):
        raise ValueError("Two jobs have the same name.")
    return named


JOBS: Sequence[Job] = (Job(NOTICES, give_notices), Job(SEE_TO_REQUEST, see_to_request))
_SOON = timedelta(minutes=5)
_LATER = timedelta(minutes=15)
UPKEEP: Sequence[Upkeep] = (
    Upkeep(forget_idempotency_keys, every=timedelta(hours=1)),
    Upkeep(forget_settled_jobs, every=timedelta(days=1)),
    Upkeep(see_to_cover, every=_SOON),
    Upkeep(answer_for_leavers, every=_SOON),
    Upkeep(escalate_approvals, every=_SOON),
    Upkeep(tell_of_late_stages, every=_SOON),
    Upkeep(end_waits, every=_SOON),
    Upkeep(keep_tasks_in_step, every=_LATER),
    Upkeep(reminders_due, every=_LATER),
    Upkeep(notices_of_deadlines, every=_SOON),
    Upkeep(remind_of_appointments, every=_SOON),
    Upkeep(flag_unattended, every=_SOON),
    Upkeep(see_to_requests, every=_LATER),
    Upkeep(expire_referrals, every=_LATER),
)
CROSSINGS: Sequence[Crossing] = (Crossing(carry_transfers, every=timedelta(minutes=1)),)
EVERYTHING: Sequence[Work] = (*JOBS, *UPKEEP, *CROSSINGS)
