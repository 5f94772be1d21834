"""Every select of jobs that were given up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, bindparam, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.jobs.models import DeadJob
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, statement

DEAD_JOB_COLUMNS = (
    DeadJob.id.label("key"),
    DeadJob.name,
    DeadJob.state,
    DeadJob.attempts,
    DeadJob.error,
    DeadJob.message,
    DeadJob.queued_at,
    DeadJob.died_at,
    DeadJob.settled_at,
    DeadJob.version,
)
DEAD_JOBS = Listing(
    DeadJob,
    columns=DEAD_JOB_COLUMNS,
    orders={"DIED_AT_DESC": Order((DeadJob.died_at,), descending=True)},
    conditions={"state": DeadJob.state == bindparam("state", type_=Text())},
)


@statement
def dead_jobs_by_key(sight: Sight) -> AnySelect:
    """Select these jobs."""
    return select(*DEAD_JOB_COLUMNS).where(live(DeadJob, sight), DeadJob.id == any_(KEYS))


async def dead_jobs_by_id(reads: Reads, job_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these jobs, in their order; None of them without the permission to look after them."""
    if not reads.actor.may(Permission.INTEGRATION_MANAGE):
        return [None] * len(job_ids)
    return await aligned(reads, dead_jobs_by_key, job_ids)
