"""Tasks together with who sees them, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import team_users
from cma_graphql.domain.notes.sighted import beside_in_team, places_of
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.models import Task
from cma_graphql.domain.tasks.selectors import TASK_COLUMNS
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


@statement
def tasks_and_cases(_sight: Sight) -> AnySelect:
    """Select these tasks with what of their cases settles who sees them, whoever asks; none of a deleted case."""
    return (
        select(
            *TASK_COLUMNS,
            Case.advisor_id,
            Case.team_id,
            Case.restricted,
            team_users(),
            beside_in_team(Task.assignee_id),
        )
        .outerjoin(Case, and_(Case.centre_id == Task.centre_id, Case.id == Task.case_id, of_centre(Case)))
        .where(
            of_centre(Task),
            or_(Task.case_id.is_(None), and_(Case.id.is_not(None), Case.deleted_at.is_(None))),
            Task.id == any_(KEYS),
        )
    )


async def tasks_and_audiences(reads: Reads, task_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these tasks and who sees each, by two statements; those of deleted cases and clients are left out."""
    rows = await reads.all(tasks_and_cases, keys=list(task_ids))
    places = await places_of(reads, rows)
    return {
        row["key"]: (row, _audience(row, place))
        for row, place in zip(rows, places, strict=True)
        if place is not None or row["client_id"] is None
    }


def is_done_by(task: Record, user_id: UUID) -> bool:
    """Tell whether a task read here is somebody's: assigned to them, or to nobody, and they advise on the case."""
    done_by: UUID | None = task["assignee_id"] or task["advisor_id"]
    return done_by == user_id


def _audience(row: Record, place: Audience | None) -> Audience:
    assignee: UUID | None = row["assignee_id"]
    return audience_on(
        place,
        confidential=row["confidential"],
        assignee_id=assignee,
        beside=assignee if row["beside"] else None,
        people=[row["created_by"], *([] if assignee is None else [assignee])],
    )
