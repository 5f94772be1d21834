"""The enum of jobs, with its descriptions."""

from cma_graphql.domain.jobs.models import DeadJobState
from cma_graphql.graph.enums import described

__all__ = ["DeadJobState"]

described(
    DeadJobState,
    "What became of a job that was given up.",
    {
        "DEAD": "Nobody has done anything about it.",
        "RETRIED": "It was queued again.",
        "DISCARDED": "It is not wanted any more.",
    },
)
