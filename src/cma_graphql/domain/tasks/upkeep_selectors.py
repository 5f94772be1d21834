"""What upkeep looks for: dates without their task, tasks out of step, tasks due. Asked by the product itself."""

from sqlalchemy import Date, DateTime, Integer, bindparam, exists, not_, or_, select

from cma_graphql.access.actor import Sight
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskState
from cma_graphql.domain.tasks.rules import RULES
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.reads import AnySelect, live, of_centre, statement

_MOST = bindparam("most", type_=Integer())
_TODAY = bindparam("today", type_=Date())
_AT = bindparam("at", type_=DateTime(timezone=True))


@statement
def dates_without_task(sight: Sight, code: RuleCode) -> AnySelect:
    """Select the dates of a rule that have no task yet: none open, none that was ended for this very date.

    What had to be done before a date that is past has no sense any more.
    """
    rule = RULES[code]
    dates = rule.source(sight).subquery("dates")
    beside = exists().where(
        Task.centre_id == ACTOR_CENTRE,
        Task.source_id == dates.c.source_id,
        Task.rule == code.value,
        or_(Task.state == TaskState.OPEN.value, Task.occasion == dates.c.day),
    )
    found = select(dates.c.source_id, dates.c.case_id, dates.c.client_id, dates.c.day).where(not_(beside))
    if rule.days < 0:
        found = found.where(dates.c.day >= _TODAY)
    if rule.ahead is not None:
        found = found.where(dates.c.day <= _TODAY + rule.ahead)
    return found.order_by(dates.c.day, dates.c.source_id).limit(_MOST)


@statement
def tasks_out_of_step(sight: Sight, code: RuleCode) -> AnySelect:
    """Select the open tasks of a rule whose date has moved, or is gone: then `day` is null."""
    dates = RULES[code].source(sight).subquery("dates")
    return (
        select(Task.id.label("key"), Task.case_id, dates.c.day)
        .outerjoin(dates, dates.c.source_id == Task.source_id)
        .where(
            of_centre(Task),
            Task.rule == code.value,
            Task.state == TaskState.OPEN.value,
            or_(dates.c.day.is_(None), dates.c.day != Task.occasion),
        )
        .order_by(Task.id)
        .limit(_MOST)
    )


@statement
def tasks_to_tell_of(sight: Sight) -> AnySelect:
    """Select the open tasks whose day has come, or is past, and of which that was not told yet for this day."""
    return (
        select(Task.id.label("key"), Task.case_id, Task.client_id)
        .where(
            live(Task, sight),
            Task.state == TaskState.OPEN.value,
            Task.due_on <= _TODAY,
            or_(
                Task.due_told_on.is_distinct_from(Task.due_on),
                (Task.due_at <= _AT) & Task.overdue_told_on.is_distinct_from(Task.due_on),
            ),
        )
        .order_by(Task.due_at, Task.id)
        .limit(_MOST)
    )
