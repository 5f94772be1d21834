"""What happened to jobs that were given up."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class JobDied(Event):
    """A job failed as often as it may, and was given up."""

    name: ClassVar[str] = "job.died"
    entity: ClassVar[str] = "deadjob"


@dataclass(frozen=True, kw_only=True)
class JobRetried(Event):
    """A job that was given up is queued again."""

    name: ClassVar[str] = "job.retried"
    entity: ClassVar[str] = "deadjob"


@dataclass(frozen=True, kw_only=True)
class JobDiscarded(Event):
    """A job that was given up is not wanted any more."""

    name: ClassVar[str] = "job.discarded"
    entity: ClassVar[str] = "deadjob"
