"""Every select of tasks; diary_selectors.py has the diary, rules.py what rules go by."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import of_visible_client
from cma_graphql.domain.clients.sight import keys_on_cases_seen
from cma_graphql.domain.tasks.models import Task, TaskState
from cma_graphql.domain.users.models import TeamMember
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_TEAMS, ACTOR_USER
from cma_graphql.persistence.facets import Facet
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.narrowing import Rare
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, live, of_centre, statement

TASK_COLUMNS = (
    Task.id.label("key"),
    Task.case_id,
    Task.client_id,
    Task.title,
    Task.details,
    Task.kind,
    Task.priority,
    Task.due_on,
    Task.due_at,
    Task.timed,
    Task.assignee_id,
    Task.confidential,
    Task.state,
    Task.origin,
    Task.rule,
    Task.source_id,
    Task.snoozes,
    Task.snooze_reason,
    Task.completed_at,
    Task.completed_by,
    Task.outcome,
    Task.closed_by_kind,
    Task.closed_by_id,
    Task.cancelled_at,
    Task.cancel_reason,
    Task.author_elsewhere,
    Task.created_at,
    Task.created_by,
    Task.updated_at,
    Task.version,
)


def of_case(*conditions: object) -> object:
    """Match the tasks whose case meets these conditions."""
    return exists().where(
        Case.centre_id == ACTOR_CENTRE,
        Case.id == Task.case_id,
        Case.deleted_at.is_(None),
        *conditions,  # type: ignore[arg-type] # clauses
    )


MINE = or_(
    Task.assignee_id == ACTOR_USER,
    and_(Task.assignee_id.is_(None), of_case(Case.advisor_id == ACTOR_USER)),  # type: ignore[arg-type]
)
"""The tasks that the actor does: those that are assigned to them, and those of their cases that are to nobody else."""
OF_MY_TEAMS = or_(MINE, of_case(Case.team_id == any_(ACTOR_TEAMS)))  # type: ignore[arg-type]
_DUE_FROM, _DUE_BEFORE = bindparam("due_from", type_=Date()), bindparam("due_before", type_=Date())


def _beginning_of(day: Any) -> Any:
    """Answer the instant at which a day begins in London: what days say is said again for the index of instants."""
    return func.timezone("Europe/London", cast(day, TIMESTAMP))


_OVERDUE = and_(Task.state == TaskState.OPEN.value, Task.due_at <= bindparam("overdue", type_=DateTime(timezone=True)))

_on_cases = keys_on_cases_seen(Task)


def _keys_seen(sight: Sight) -> Any:
    """Select the tasks on the cases that a narrow sight sees, on clients without one, and on neither."""
    of_cases = _on_cases(sight)
    if of_cases is None:
        return None
    others = select(Task.id.label("key")).where(
        of_centre(Task),
        Task.case_id.is_(None),
        or_(
            of_visible_client(Task.client_id, sight),
            and_(Task.client_id.is_(None), or_(Task.assignee_id == ACTOR_USER, Task.created_by == ACTOR_USER)),
        ),
    )
    return select(union_all(of_cases, others).subquery("seen_tasks").c.key)


def _keys_by_index(*reasons: Any) -> Any:
    """Select the tasks that are the actor's by what each index knows: whom they are for, whose case they are on."""
    mine = aliased(Task, name="my_task")
    assigned = select(mine.id).where(mine.centre_id == ACTOR_CENTRE, mine.assignee_id == ACTOR_USER)
    of_cases = (
        select(mine.id)
        .join(_MY_CASE, and_(_MY_CASE.centre_id == mine.centre_id, _MY_CASE.id == mine.case_id))
        .where(mine.centre_id == ACTOR_CENTRE, _MY_CASE.centre_id == ACTOR_CENTRE, _MY_CASE.deleted_at.is_(None))
    )
    of_mine = of_cases.where(_MY_CASE.advisor_id == ACTOR_USER, mine.assignee_id.is_(None))
    return union_all(assigned, of_mine, *(of_cases.where(reason) for reason in reasons))


_MY_CASE = aliased(Case, name="my_case")
TASKS = Listing(
    Task,
    columns=TASK_COLUMNS,
    orders={
        "DUE_AT_ASC": Order((Task.due_at,)),
        "DUE_AT_DESC": Order((Task.due_at,), descending=True),
        "CREATED_AT_ASC": Order((Task.created_at,)),
        "CREATED_AT_DESC": Order((Task.created_at,), descending=True),
    },
    conditions={
        "mine": MINE,
        "team": OF_MY_TEAMS,
        "overdue": _OVERDUE,
        "state": Task.state == any_(bindparam("state", type_=ARRAY(Text()))),
        "kind": Task.kind == any_(bindparam("kind", type_=ARRAY(Text()))),
        "origin": Task.origin == any_(bindparam("origin", type_=ARRAY(Text()))),
        "priority": Task.priority == any_(bindparam("priority", type_=ARRAY(Text()))),
        "case": Task.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "client": Task.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
        "assignee": Task.assignee_id == any_(bindparam("assignee", type_=ARRAY(Uuid()))),
        "due_from": and_(Task.due_on >= _DUE_FROM, Task.due_at >= _beginning_of(_DUE_FROM)),
        "due_before": and_(Task.due_on < _DUE_BEFORE, Task.due_at <= _beginning_of(_DUE_BEFORE)),
    },
    parents=("case_id", "client_id", "assignee_id"),
    source=_keys_seen,
    rare={
        "mine": Rare(Task.id.in_(_keys_by_index())),
        "team": Rare(Task.id.in_(_keys_by_index(_MY_CASE.team_id == any_(ACTOR_TEAMS)))),
    },
    facets={
        "state": Facet(Task.state, own=("state", "overdue")),
        "kind": Facet(Task.kind, own=("kind",)),
        "priority": Facet(Task.priority, own=("priority",)),
    },
    merged={
        "assignee": Task.assignee_id,
        "state": Task.state,
        "kind": Task.kind,
        "priority": Task.priority,
    },
    exact=("case", "client"),
)


@statement
def tasks_by_key(sight: Sight) -> AnySelect:
    """Select these tasks."""
    return select(*TASK_COLUMNS).where(live(Task, sight), Task.id == any_(KEYS))


@statement
def place_of_task(sight: Sight) -> AnySelect:
    """Select which case and client a task hangs on, if any."""
    return select(Task.case_id, Task.client_id).where(live(Task, sight), Task.id == bindparam("task_id", type_=Uuid()))


@statement
def tasks_of_source(_sight: Sight) -> AnySelect:
    """Select the tasks that a rule has made of a record which the actor holds locked, whoever sees them."""
    return select(Task.id.label("key"), Task.state, Task.occasion, Task.confidential).where(
        of_centre(Task),
        Task.source_id == bindparam("source_id", type_=Uuid()),
        Task.rule == bindparam("rule", type_=Text()),
    )


@statement
def teams_of_person(_sight: Sight) -> AnySelect:
    """Select the teams that a person is a member of at present."""
    return select(TeamMember.team_id).where(
        of_centre(TeamMember),
        TeamMember.removed_at.is_(None),
        TeamMember.user_id == bindparam("user_id", type_=Uuid()),
    )


@statement
def teams_of_people(_sight: Sight) -> AnySelect:
    """Select the teams that these people are members of at present."""
    return select(TeamMember.user_id, TeamMember.team_id).where(
        of_centre(TeamMember), TeamMember.removed_at.is_(None), TeamMember.user_id == any_(KEYS)
    )


@statement
def open_tasks_by_case(_sight: Sight) -> AnySelect:
    """Select the open tasks of these cases, whoever sees them."""
    return (
        select(Task.id.label("key"), Task.origin, Task.assignee_id)
        .where(of_centre(Task), Task.state == TaskState.OPEN.value, Task.case_id == any_(KEYS))
        .order_by(Task.id)
    )


async def tasks_by_id(reads: Reads, task_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these tasks, in their order, None for those the actor does not see."""
    return await aligned(reads, tasks_by_key, task_ids)
