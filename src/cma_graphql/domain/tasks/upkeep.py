"""What has to be done about tasks without anybody asking: keeping step with dates, telling of what is due.

Each function does one centre's work, as that centre's own actor, at most some hundreds of records a call, and answers
how many; called again, it does the rest, and then nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from cma_graphql.core.clock import LONDON
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.notes.taking import Place
from cma_graphql.domain.tasks import keeping_step
from cma_graphql.domain.tasks.audience import audience_on
from cma_graphql.domain.tasks.events import TaskDue, TaskOverdue
from cma_graphql.domain.tasks.keeping_step import Occasion
from cma_graphql.domain.tasks.models import Task, TaskOrigin, TaskState
from cma_graphql.domain.tasks.notices import give_of_deadlines
from cma_graphql.domain.tasks.rules import RULES, Rule
from cma_graphql.domain.tasks.taking import Taken, audience_of_task, tell
from cma_graphql.domain.tasks.upkeep_selectors import dates_without_task, tasks_out_of_step, tasks_to_tell_of
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_AT_ONCE = 200
NOBODY = Audience(restricted=True)
"""Those who see the whole centre: of a task whose case is gone."""


async def keep_tasks_in_step(uow: UnitOfWork, at: datetime) -> int:
    """Make the tasks that dates ask for, move those whose date moved, cancel those whose date is gone."""
    done = 0
    for rule in RULES.values():
        done += await _follow(uow, rule, at, MOST_AT_ONCE - done)
        if done >= MOST_AT_ONCE:
            break
    return done


async def _follow(uow: UnitOfWork, rule: Rule, at: datetime, most: int) -> int:
    """Bring one rule's tasks into step; cases first, then tasks (decision 37)."""
    moved = await uow.all(tasks_out_of_step, rule.code, most=most)
    today = at.astimezone(LONDON).date()
    lacking = (
        await uow.all(dates_without_task, rule.code, most=most - len(moved), today=today)
        if rule.begins and len(moved) < most
        else ()
    )
    audiences = await _lock_cases(uow, [row["case_id"] for row in (*moved, *lacking)])
    days = {row["key"]: row["day"] for row in moved}
    done = 0
    for task in await uow.lock_all(Task, list(days)):
        if task.state != TaskState.OPEN:
            continue
        audience = _audience(audiences, task.case_id)
        day = days[task.id]
        if day is None:
            await keeping_step.cancel(uow, task, audience=audience)
        else:
            await keeping_step.move(uow, task, on=day, due_on=_due(rule, day), audience=audience)
        done += 1
    for row in lacking:
        await keeping_step.begin(uow, _occasion(rule, row), _audience(audiences, row["case_id"]))
        done += 1
    return done


async def _lock_cases(uow: UnitOfWork, case_ids: Iterable[UUID]) -> Mapping[UUID, Audience]:
    """Lock cases, so that nobody changes their dates meanwhile; answer who sees each. A deleted one is left out."""
    keys = sorted(set(case_ids))
    await uow.lock_all(Case, keys)
    found = await cases_and_audiences(uow, keys) if keys else {}
    return {key: audience for key, (_, audience) in found.items()}


def _audience(audiences: Mapping[UUID, Audience], case_id: UUID | None) -> Audience:
    place = audiences.get(case_id) if case_id is not None else None
    return NOBODY if place is None else audience_on(place, confidential=False, assignee_id=None, beside=None, people=())


def _due(rule: Rule, day: date) -> date:
    return day + timedelta(days=rule.days)


def _occasion(rule: Rule, row: Record) -> Occasion:
    day = row["day"]
    return Occasion(
        rule=rule.code,
        origin=TaskOrigin.RULE,
        kind=rule.kind,
        title=rule.title,
        priority=rule.priority,
        source_id=row["source_id"],
        case_id=row["case_id"],
        client_id=row["client_id"],
        on=day,
        due_on=_due(rule, day),
    )


async def reminders_due(uow: UnitOfWork, at: datetime) -> int:
    """Tell of the tasks whose day has come, and of those that were not done in time: once for each day due."""
    found = await uow.all(tasks_to_tell_of, most=MOST_AT_ONCE, today=at.astimezone(LONDON).date(), at=at)
    cases = {case.id: case for case in await uow.lock_all(Case, _keys(found, "case_id"))}
    clients = {client.id: client for client in await uow.lock_all(Client, _keys(found, "client_id"))}
    done = 0
    for task in await uow.lock_all(Task, [row["key"] for row in found]):
        if task.state != TaskState.OPEN:
            continue
        case = None if task.case_id is None else cases.get(task.case_id)
        client = None if task.client_id is None or task.case_id is not None else clients.get(task.client_id)
        overdue = task.due_at <= at
        told = {"due_told_on": task.due_on, **({"overdue_told_on": task.due_on} if overdue else {})}
        changes = uow.change(task, **told)
        await uow.flush()
        event = TaskOverdue if overdue else TaskDue
        tell(uow, event, task, changes, await audience_of_task(uow, Taken(task, Place(case, client))))
        done += 1
    return done


def _keys(rows: Iterable[Record], column: str) -> list[UUID]:
    return sorted({row[column] for row in rows} - {None})


async def notices_of_deadlines(uow: UnitOfWork, at: datetime) -> int:
    """Tell whom rules of templates say of deadlines that are near or have passed; answer how many there were."""
    return await give_of_deadlines(uow, at)
