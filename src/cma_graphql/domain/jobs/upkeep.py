"""Work that falls due by itself and belongs to no other room."""

from datetime import datetime, timedelta

from sqlalchemy import Integer, delete, literal, select

from cma_graphql.domain.jobs.models import DeadJob, DeadJobState
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import forget_repetitions

MOST_AT_ONCE = 500
SETTLED_KEPT_FOR = timedelta(days=90)
"""How long a job that was given up is kept once somebody has settled it: a quarter, so that what fails again and again
can be compared with how it was mended before. Its events and its audit entries stay for as long as all others."""


async def forget_idempotency_keys(uow: UnitOfWork, at: datetime) -> int:
    """Delete the centre's idempotency keys that are not replayed any more (decision 13); answer how many, 500 at most.

    They are good for nothing after 24 hours and name the records of a mutation, so that they are not kept for longer.
    """
    return await forget_repetitions(uow, at, most=MOST_AT_ONCE)


async def forget_settled_jobs(uow: UnitOfWork, at: datetime) -> int:
    """Delete the centre's dead jobs that were settled long ago; answer how many, 500 at most.

    Those that nobody has settled stay, however old they are. One that somebody holds just then is left out.
    """
    forgotten = (
        select(DeadJob.id)
        .where(
            DeadJob.centre_id == uow.actor.centre_id,
            DeadJob.state != DeadJobState.DEAD.value,
            DeadJob.settled_at < at - SETTLED_KEPT_FOR,
        )
        .order_by(DeadJob.settled_at, DeadJob.id)
        .limit(literal(MOST_AT_ONCE, Integer()))
        .with_for_update(skip_locked=True)
        .cte("forgotten")
    )
    return await uow.connection.count(
        delete(DeadJob).where(DeadJob.centre_id == uow.actor.centre_id, DeadJob.id == forgotten.c.id)
    )
