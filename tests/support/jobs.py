"""Jobs that were given up, as the worker leaves them."""

from uuid import UUID

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.jobs.services import Failure, give_up_job
from cma_graphql.persistence.writing import write
from support.data import Data


async def a_dead_job(data: Data, centre_id: UUID, *, name: str = "jobs.test", **ids: UUID) -> UUID:
    """Give a job of the centre up; answer its id."""
    failure = Failure(
        attempts=8, error="builtins.ValueError", message="Raised at cma_graphql.worker:1 work.", queued_at=now()
    )
    outcome = await write(
        data.database,
        data.keys,
        system_of(centre_id, request_id="job-1"),
        give_up_job,
        name=name,
        ids=ids or {"subject_id": new_id()},
        failure=failure,
    )
    return outcome.subject_ids[0]
