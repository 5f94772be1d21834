"""What can be done with jobs that were given up."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.jobs.services import discard_dead_job, retry_dead_job
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.jobs.types import DeadJob
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="Which job.")
class DeadJobInput(MutationInput):
    """The part that inputs about one job share."""

    id: strawberry.ID = strawberry.field(description="The job.")
    expected_version: int = strawberry.field(description="The version you read.")


@strawberry.input(description="Which job to queue again.")
class DeadJobRetryInput(DeadJobInput):
    """What `deadJobRetry` is given."""


@strawberry.input(description="Which job to do without.")
class DeadJobDiscardInput(DeadJobInput):
    """What `deadJobDiscard` is given."""


@strawberry.type(description="What a mutation of a job answers.")
class DeadJobPayload(Payload):
    """The part that payloads with a job share."""

    dead_job: DeadJob | None = strawberry.field(
        default=None, description="The job as it is now; null where it was refused."
    )


@strawberry.type(description="The job that is queued again.")
class DeadJobRetryPayload(DeadJobPayload):
    """What deadJobRetry answers."""


@strawberry.type(description="The job that is not wanted any more.")
class DeadJobDiscardPayload(DeadJobPayload):
    """What deadJobDiscard answers."""


P = TypeVar("P", bound=DeadJobPayload)
_WHICH = strawberry.argument(description="Which job.")


async def _settled(info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: DeadJobInput) -> P:
    """Call a service in a unit of work; answer its job as it is afterwards."""
    outcome = await write(info, service, given, job_id=read_id("deadjob", given.id), version=given.expected_version)
    (job_id,) = outcome.subject_ids
    return payload(dead_job=await reread(info, DeadJob, job_id), replayed=outcome.replayed)


@strawberry.type
class JobMutations:
    """What can be done with jobs."""

    @mutation(
        requires=Permission.INTEGRATION_MANAGE,
        description="Queue a job that was given up once more, with all its attempts.",
    )
    async def dead_job_retry(self, info: Info, input: Annotated[DeadJobRetryInput, _WHICH]) -> DeadJobRetryPayload:
        """Queue it again."""
        return await _settled(info, DeadJobRetryPayload, retry_dead_job, input)

    @mutation(
        requires=Permission.INTEGRATION_MANAGE,
        description="Do without a job that was given up; it stays on record.",
    )
    async def dead_job_discard(
        self, info: Info, input: Annotated[DeadJobDiscardInput, _WHICH]
    ) -> DeadJobDiscardPayload:
        """Do without it."""
        return await _settled(info, DeadJobDiscardPayload, discard_dead_job, input)
