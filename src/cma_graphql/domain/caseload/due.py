"""What is due in cases, on which day: each room's part is one select."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Date, Text, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from cma_graphql.domain.compliance.models import NOT_DUE, CaseCompliance
from cma_graphql.persistence.reads import of_centre


class DueKind(StrEnum):
    """What is due in a case."""

    REVIEW = "REVIEW"
    """The case is to be looked at again."""
    REQUIREMENT = "REQUIREMENT"
    """A requirement of a checklist has its deadline."""


def _reviews(cases: Any) -> Any:
    in_london = func.timezone("Europe/London", cases.c.next_review_at)
    return select(cases.c.id.label("case_id"), cast(in_london, Date()).label("due_on")).where(
        cases.c.next_review_at.is_not(None)
    )


def _requirements(cases: Any) -> Any:
    return (
        select(CaseCompliance.case_id, CaseCompliance.due_on)
        .join(cases, cases.c.id == CaseCompliance.case_id)
        .where(of_centre(CaseCompliance), CaseCompliance.due_on < NOT_DUE)
    )


SOURCES: Mapping[DueKind, Callable[[Any], Any]] = {DueKind.REVIEW: _reviews, DueKind.REQUIREMENT: _requirements}
"""For each kind, the select of `case_id` and `due_on` in cases that the actor sees: a later room adds its own."""


def first_due(cases: Any) -> Any:
    """Select the first thing due in each of these cases: `case_id`, `due_on`, `kind`.

    `cases` is a select of cases that the actor sees, with `id` and `next_review_at`.
    """
    parts = []
    for kind, source in SOURCES.items():
        part = source(cases).subquery()
        parts.append(select(part.c.case_id, part.c.due_on, literal(kind.value, Text()).label("kind")))
    due = union_all(*parts).subquery("due")
    return select(due).ext(distinct_on(due.c.case_id)).order_by(due.c.case_id, due.c.due_on, due.c.kind)
