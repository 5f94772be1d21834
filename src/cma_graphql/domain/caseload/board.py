"""A board of cases, a column a stage: two statements, however many cases there are."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Date, Integer, bindparam, func, select

from cma_graphql.access.actor import Sight
from cma_graphql.core.clock import today
from cma_graphql.domain.caseload.due import first_due
from cma_graphql.domain.cases.models import Case, CaseStage, CaseStatus
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.persistence.listing import Filters
from cma_graphql.persistence.reads import AnySelect, Reads, Record, live, statement

MOST_CARDS = 50
"""How many cards one asks for in a column."""
_TODAY = bindparam("today", type_=Date())


def _cases_with_due(sight: Sight, filters: tuple[str, ...]) -> Any:
    """Select the cases under these filters that the actor sees, with what is due first in each."""
    cases = (
        select(Case.id, Case.stage, Case.status, Case.advisor_id, Case.next_review_at)
        .where(live(Case, sight), *(CASES.conditions[name] for name in filters))
        .cte("cases_seen")
    )
    due = first_due(cases, sight).subquery("first_due")
    return (
        select(cases.c.id, cases.c.stage, cases.c.status, cases.c.advisor_id, due.c.due_on, due.c.kind)
        .outerjoin_from(cases, due, due.c.case_id == cases.c.id)
        .cte("with_due")
    )


@statement
def board_columns(sight: Sight, filters: tuple[str, ...]) -> AnySelect:
    """Count the cases of each stage: all, overdue, without advisor, on hold; and find the next day of each."""
    case = _cases_with_due(sight, filters).c
    return select(
        case.stage,
        func.count().label("count"),
        func.count().filter(case.due_on < _TODAY).label("overdue"),
        func.count().filter(case.advisor_id.is_(None)).label("unassigned"),
        func.count().filter(case.status == CaseStatus.ON_HOLD.value).label("on_hold"),
        func.min(case.due_on).filter(case.due_on >= _TODAY).label("next_due_on"),
    ).group_by(case.stage)


@statement
def board_cards(sight: Sight, filters: tuple[str, ...]) -> AnySelect:
    """Select the first so many cases of each stage, what is due first at the top, then those with nothing due."""
    case = _cases_with_due(sight, filters).c
    place = func.row_number().over(partition_by=case.stage, order_by=(case.due_on.nulls_last(), case.id))
    ranked = select(
        case.id.label("key"),
        case.stage,
        case.due_on,
        case.kind,
        (case.due_on < _TODAY).label("late"),
        place.label("place"),
    ).subquery("ranked")
    return (
        select(ranked.c.key, ranked.c.stage, ranked.c.due_on, ranked.c.kind, ranked.c.late)
        .where(ranked.c.place <= bindparam("most", type_=Integer()))
        .order_by(ranked.c.stage, ranked.c.place)
    )


def board_filters(filters: Filters) -> Filters:
    """Add that only open cases are on a board, unless the filters say which states."""
    return {"status": [status.value for status in OPEN], **filters}


async def columns_of_board(reads: Reads, filters: Filters) -> list[Mapping[str, Any]]:
    """Answer a board's columns under these filters, one a stage in the order of the advice, empty ones among them."""
    rows = await reads.all(board_columns, tuple(sorted(filters)), today=today(), **filters)
    found = {row["stage"]: row for row in rows}
    return [dict(found[stage.value].items()) if stage.value in found else _empty(stage) for stage in CaseStage]


async def cards_of_board(reads: Reads, filters: Filters, *, most: int) -> Mapping[str, Sequence[Record]]:
    """Answer at most so many cards of each stage, by stage."""
    found: dict[str, list[Record]] = {stage.value: [] for stage in CaseStage}
    for row in await reads.all(board_cards, tuple(sorted(filters)), today=today(), most=most, **filters):
        found[row["stage"]].append(row)
    return found


def _empty(stage: CaseStage) -> Mapping[str, Any]:
    return {"stage": stage.value, "count": 0, "overdue": 0, "unassigned": 0, "on_hold": 0, "next_due_on": None}
