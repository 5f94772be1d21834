"""Jobs that were given up, as the schema shows them."""

from datetime import datetime
from typing import ClassVar

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.jobs.selectors import dead_jobs_by_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.jobs.enums import DeadJobState
from cma_graphql.graph.node import Node, node_type


@node_type(table="dead_jobs", load=dead_jobs_by_id, requires=Permission.INTEGRATION_MANAGE)
@strawberry.type(
    description="Work of the worker's that failed as often as it may. Nothing in it is about anybody: of the error it "
    "keeps the class and the place, never the text."
)
class DeadJob(Node):
    """One job that was given up."""

    prefix: ClassVar[str] = "deadjob"

    name: str = strawberry.field(description="What was to be done, such as `jobs.forget_idempotency_keys`.")
    state: DeadJobState = strawberry.field(description="What became of it.")
    attempts: int = strawberry.field(description="How often it was tried.")
    error: str = strawberry.field(description="The class of the last error.")
    message: str = strawberry.field(description="What that class means, and where it was raised.")
    queued_at: datetime = strawberry.field(description="When it was queued first.")
    died_at: datetime = strawberry.field(description="When it was given up.")
    settled_at: datetime | None = strawberry.field(description="When it was retried or discarded.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")

    history = history_by("subject_id")
