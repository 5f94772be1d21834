"""What becomes of a job that failed too often: given up by the worker, then retried or discarded by a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import TransitionRefused
from cma_graphql.core.events import Audience, Event
from cma_graphql.core.ids import new_id
from cma_graphql.domain.jobs.events import JobDied, JobDiscarded, JobRetried
from cma_graphql.domain.jobs.models import DeadJob, DeadJobState
from cma_graphql.domain.jobs.queue import enqueue
from cma_graphql.persistence.unit_of_work import UnitOfWork

WHO_HEARS = Audience(restricted=True)
"""Those who see the whole centre, and nobody else."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a job failed for the last time, in words that no record is quoted in."""

    attempts: int
    error: str
    message: str
    queued_at: datetime


async def give_up_job(uow: UnitOfWork, *, name: str, ids: Mapping[str, UUID], failure: Failure) -> UUID:
    """Keep a job that failed as often as it may, for a person to look at; answer its id."""
    job = DeadJob(
        id=new_id(),
        name=name,
        ids={argument: str(value) for argument, value in ids.items()},
        state=DeadJobState.DEAD.value,
        attempts=failure.attempts,
        error=failure.error,
        message=failure.message,
        queued_at=failure.queued_at,
        died_at=now(),
    )
    changes = uow.add(job)
    await uow.flush()
    uow.record(JobDied(subject_id=job.id, version=job.version), changes=changes, after=WHO_HEARS)
    return job.id


async def retry_dead_job(uow: UnitOfWork, *, job_id: UUID, version: int) -> UUID:
    """Queue a job that was given up once more, with all its attempts.

    Raises Forbidden, NotFound, Conflict; TransitionRefused for one that was retried or discarded already.
    """
    uow.actor.require(Permission.INTEGRATION_MANAGE)
    job = await _settle(uow, job_id, version, DeadJobState.RETRIED, JobRetried)
    ids = {argument: UUID(value) for argument, value in job.ids.items()}
    await enqueue(uow, job.name, ids, key=str(job.id))
    return job.id


async def discard_dead_job(uow: UnitOfWork, *, job_id: UUID, version: int) -> UUID:
    """Do without a job that was given up; it stays on record.

    Raises Forbidden, NotFound, Conflict; TransitionRefused for one that was retried or discarded already.
    """
    uow.actor.require(Permission.INTEGRATION_MANAGE)
    return (await _settle(uow, job_id, version, DeadJobState.DISCARDED, JobDiscarded)).id


async def _settle(uow: UnitOfWork, job_id: UUID, version: int, state: DeadJobState, event: type[Event]) -> DeadJob:
    job = await uow.lock(DeadJob, job_id, version=version)
    if job.state != DeadJobState.DEAD.value:
        raise TransitionRefused(source=job.state, target=state.value, allowed=())
    changes = uow.change(job, state=state.value, settled_at=now())
    await uow.flush()
    uow.record(event(subject_id=job.id, version=job.version), changes=changes, before=WHO_HEARS, after=WHO_HEARS)
    return job
