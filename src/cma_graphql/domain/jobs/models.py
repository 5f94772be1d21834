"""The table of jobs that were given up. What is queued stands in pgqueuer's tables, which no service reads."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from cma_graphql.persistence.base import CentreRow, EnumText, Tracked


class DeadJobState(StrEnum):
    """What became of a job that was given up."""

    DEAD = "DEAD"
    RETRIED = "RETRIED"
    DISCARDED = "DISCARDED"


class DeadJob(Tracked, CentreRow):
    """A job of one centre that failed as often as it may. It holds ids and no word about anybody."""

    __tablename__ = "dead_jobs"

    name: Mapped[str]
    ids: Mapped[dict[str, Any]]
    """What it was to be done to, by the name of the handler's argument."""
    state: Mapped[str] = mapped_column(EnumText(DeadJobState))
    attempts: Mapped[int]
    error: Mapped[str]
    """The class of the last error."""
    message: Mapped[str]
    """What that class means and where it was raised: never the error's own text, which may quote a record."""
    queued_at: Mapped[datetime]
    died_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        EnumText(DeadJobState).check("state"),
        CheckConstraint("(state = 'DEAD') = (settled_at IS NULL)", name="settled"),
        Index("dead_jobs_centre_id_state_idx", "centre_id", "state", "died_at", "id"),
    )
