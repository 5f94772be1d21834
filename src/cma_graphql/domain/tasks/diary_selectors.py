"""The diary: open tasks and key dates of one's cases in the order of their time, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    TIMESTAMP,
    Date,
    DateTime,
    Integer,
    Uuid,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.compliance.models import BaseStatus, CaseCompliance
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.tasks.models import RuleCode, Task, TaskState
from cma_graphql.domain.tasks.rules import OWED, london_day, values
from cma_graphql.domain.tasks.selectors import MINE, OF_MY_TEAMS
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_TEAMS, ACTOR_USER
from cma_graphql.persistence.listing import Page, no_facets, page_of, read_place
from cma_graphql.persistence.reads import AnySelect, Reads, live, statement
from cma_graphql.persistence.window import Window

LONGEST_DAYS = 92
"""How many days a diary shows at most: a quarter."""
_ORDER = "AT_ASC"
_KEYS = (Task.due_at, Task.id)


class DiaryScope(StrEnum):
    """Whose diary it is."""

    MINE = "MINE"
    TEAM = "TEAM"
    CENTRE = "CENTRE"


class DiaryKind(StrEnum):
    """What an entry of the diary is."""

    TASK = "TASK"
    CASE_REVIEW = "CASE_REVIEW"
    DEBT_DATE = "DEBT_DATE"
    COMPLIANCE_DEADLINE = "COMPLIANCE_DEADLINE"


@dataclass(frozen=True, slots=True)
class DiaryShape:
    """What the text of a diary's statement depends on."""

    scope: DiaryScope
    backward: bool = False
    continued: bool = False


_FROM, _UNTIL = bindparam("from_day", type_=Date()), bindparam("until_day", type_=Date())
_TASKS_OF: Mapping[DiaryScope, Any] = {
    DiaryScope.MINE: MINE,
    DiaryScope.TEAM: OF_MY_TEAMS,
    DiaryScope.CENTRE: true(),
}


ITS_CASE = aliased(Case, name="its_case")
"""The case of a debt or a checklist, under a name of its own: their record rules look at cases, too."""


def _cases_of(case: Any, scope: DiaryScope) -> Any:
    match scope:
        case DiaryScope.MINE:
            return case.advisor_id == ACTOR_USER
        case DiaryScope.TEAM:
            return or_(case.advisor_id == ACTOR_USER, case.team_id == any_(ACTOR_TEAMS))
        case DiaryScope.CENTRE:
            return true()


def _end_of(day: Any) -> Any:
    """Answer the instant at which a day ends in London."""
    return func.timezone("Europe/London", cast(day + 1, TIMESTAMP))


def _stands_for(source_id: Any, day: Any, *codes: RuleCode) -> Any:
    """Match where a task of a rule stands for a date itself: open, done or cancelled, it is the date's entry."""
    return exists().where(
        Task.centre_id == ACTOR_CENTRE,
        Task.source_id == source_id,
        Task.rule == any_(values(*codes)),
        Task.occasion == day,
    )


def _tasks(sight: Sight, scope: DiaryScope) -> AnySelect:
    return select(
        literal(DiaryKind.TASK.value).label("kind"),
        Task.id.label("key"),
        Task.due_at.label("at"),
        Task.due_on.label("day"),
        Task.timed,
        Task.case_id,
        Task.client_id,
    ).where(
        live(Task, sight),
        Task.state == TaskState.OPEN.value,
        Task.due_on.between(_FROM, _UNTIL),
        # What follows from the days, said for the index, which goes by instants.
        Task.due_at >= func.timezone("Europe/London", cast(_FROM, TIMESTAMP)),
        Task.due_at <= _end_of(_UNTIL),
        _TASKS_OF[scope],
    )


def _reviews(sight: Sight, scope: DiaryScope) -> AnySelect:
    day = london_day(Case.next_review_at)
    return select(
        literal(DiaryKind.CASE_REVIEW.value).label("kind"),
        Case.id.label("key"),
        Case.next_review_at.label("at"),
        day.label("day"),
        true().label("timed"),
        Case.id.label("case_id"),
        Case.client_id,
    ).where(
        live(Case, sight),
        Case.status == any_(values(*OPEN)),
        Case.next_review_at >= func.timezone("Europe/London", cast(_FROM, TIMESTAMP)),
        Case.next_review_at < _end_of(_UNTIL),
        not_(_stands_for(Case.id, day, RuleCode.CASE_REVIEW, RuleCode.HOLD_REVIEW)),
        _cases_of(Case, scope),
    )


def _debts(sight: Sight, scope: DiaryScope) -> AnySelect:
    return (
        select(
            literal(DiaryKind.DEBT_DATE.value).label("kind"),
            Debt.id.label("key"),
            _end_of(Debt.due_key).label("at"),
            Debt.due_key.label("day"),
            false().label("timed"),
            Debt.case_id,
            Debt.client_id,
        )
        .join(ITS_CASE, (ITS_CASE.centre_id == Debt.centre_id) & (ITS_CASE.id == Debt.case_id))
        .where(
            live(Debt, sight),
            ITS_CASE.deleted_at.is_(None),
            ITS_CASE.status == any_(values(*OPEN)),
            Debt.status == any_(values(*OWED)),
            Debt.due_key.between(_FROM, _UNTIL),
            not_(_stands_for(Debt.id, Debt.due_key, RuleCode.DEBT_ACTION)),
            _cases_of(ITS_CASE, scope),
        )
    )


def _checklists(sight: Sight, scope: DiaryScope) -> AnySelect:
    return (
        select(
            literal(DiaryKind.COMPLIANCE_DEADLINE.value).label("kind"),
            CaseCompliance.id.label("key"),
            _end_of(CaseCompliance.due_on).label("at"),
            CaseCompliance.due_on.label("day"),
            false().label("timed"),
            CaseCompliance.case_id,
            CaseCompliance.client_id,
        )
        .join(ITS_CASE, (ITS_CASE.centre_id == CaseCompliance.centre_id) & (ITS_CASE.id == CaseCompliance.case_id))
        .where(
            live(CaseCompliance, sight),
            ITS_CASE.deleted_at.is_(None),
            ITS_CASE.status == any_(values(*OPEN)),
            CaseCompliance.base_status
            == any_(values(BaseStatus.PENDING, BaseStatus.IN_PROGRESS, BaseStatus.NON_COMPLIANT)),
            CaseCompliance.due_on.between(_FROM, _UNTIL),
            _cases_of(ITS_CASE, scope),
        )
    )


def _arms(sight: Sight, scope: DiaryScope) -> list[AnySelect]:
    return [build(sight, scope) for build in (_tasks, _reviews, _debts, _checklists)]


@statement
def diary_page(sight: Sight, shape: DiaryShape) -> AnySelect:
    """Select a page of the diary: as many of each kind as the page holds, merged."""
    falling = shape.backward
    limit = bindparam("page_limit", type_=Integer())
    position = tuple_(bindparam("key_0", type_=DateTime(timezone=True)), bindparam("key_1", type_=Uuid()))

    def in_order(listed: Any) -> list[Any]:
        keys = (listed.c.at, listed.c.key)
        return [key.desc() if falling else key.asc() for key in keys]

    merged = []
    for number, arm in enumerate(_arms(sight, shape.scope)):
        listed = arm.subquery(f"arm_{number}")
        page = select(*listed.c).order_by(*in_order(listed)).limit(limit)
        if shape.continued:
            place = tuple_(listed.c.at, listed.c.key)
            page = page.where(place < position if falling else place > position)
        merged.append(select(*page.subquery(f"page_{number}").c))
    diary = union_all(*merged).subquery("diary")
    return (
        select(*diary.c, diary.c.at.label("page_key_0"), diary.c.key.label("page_key_1"))
        .order_by(*in_order(diary))
        .limit(limit)
    )


@statement
def diary_total(sight: Sight, scope: DiaryScope) -> AnySelect:
    """Count the entries of a diary."""
    return select(func.count().label("total")).select_from(union_all(*_arms(sight, scope)).subquery("diary"))


async def diary(reads: Reads, *, scope: DiaryScope, from_day: date, until_day: date, window: Window) -> Page:
    """Answer a page of the diary from one day to another, both included, in the order of time.

    Raises Invalid for days in the wrong order, for more than a quarter, and for a cursor that is none of a diary's.
    """
    if until_day < from_day:
        raise Invalid("to", "before-start", "A diary does not end before it begins.")
    if (until_day - from_day).days >= LONGEST_DAYS:
        raise Invalid("to", "too-long", f"A diary shows at most {LONGEST_DAYS} days.", maximum=LONGEST_DAYS)
    given: dict[str, object] = {"from_day": from_day, "until_day": until_day}
    parameters = {**given, "page_limit": window.size + 1}
    place = read_place(window, _ORDER, _KEYS, refusal="This is not a cursor of a diary.")
    if place is not None:
        parameters |= {"key_0": place[0], "key_1": place[1]}
    rows = await reads.all(diary_page, DiaryShape(scope, window.backward, place is not None), **parameters)

    async def count() -> int:
        counted = await reads.one(diary_total, scope, **given)
        return 0 if counted is None else int(counted["total"])

    return page_of(rows, window, order=_ORDER, keys=("page_key_0", "page_key_1"), count=count, facet=no_facets)
