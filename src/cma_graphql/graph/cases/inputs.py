"""How lists of cases are filtered and ordered."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.tags import MOST_TAGS, NOBODYS, find_tag
from cma_graphql.core.formats.text import one_line
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.graph.cases.enums import CaseCategory, CaseEventName, CaseOrder, CaseStage, CaseStatus, Level, Priority
from cma_graphql.graph.node import find_id


@strawberry.input(
    description="Which cases to list: every condition given has to hold; values in a list are alternatives."
)
class CaseFilter:
    """Conditions on cases."""

    status: list[CaseStatus] | None = strawberry.field(default=None, description="Being in one of these states.")
    open: bool | None = strawberry.field(
        default=None, description="`true`: NEW, ASSIGNED, IN_PROGRESS, ON_HOLD or REOPENED; `false`: the other states."
    )
    priority: list[Priority] | None = strawberry.field(default=None, description="Having one of these priorities.")
    category: list[CaseCategory] | None = strawberry.field(
        default=None, description="Being of one of these categories."
    )
    stage: list[CaseStage] | None = strawberry.field(default=None, description="Being at one of these stages.")
    risk_level: list[Level] | None = strawberry.field(default=None, description="Having one of these risk levels.")
    case_type: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Being of one of these case types."
    )
    advisor: list[strawberry.ID] | None = strawberry.field(default=None, description="Having one of these advisors.")
    team: list[strawberry.ID] | None = strawberry.field(default=None, description="Being one of these teams'.")
    client: list[strawberry.ID] | None = strawberry.field(default=None, description="Being one of these clients'.")
    tag: list[str] | None = strawberry.field(default=None, description="Having one of these tags, however written.")
    every_tag: list[str] | None = strawberry.field(
        default=None, description="Having every one of these tags, however written: at most 20."
    )
    unassigned: bool | None = strawberry.field(default=None, description="`true`: having no advisor.")
    triage: bool | None = strawberry.field(
        default=None, description="`true`: waiting for an advisor, since nobody could be given it automatically."
    )
    own: bool | None = strawberry.field(
        default=None, description="`true`: the viewer being the advisor or in the case team."
    )
    case_number: str | None = strawberry.field(default=None, description="Having this number: CASE-2026-000123.")
    opened_from: date | None = strawberry.field(default=None, description="Opened on this day or later.")
    opened_until: date | None = strawberry.field(default=None, description="Opened on this day or earlier.")
    review_before: datetime | None = strawberry.field(default=None, description="To be reviewed before this instant.")


@strawberry.input(description="Which events of cases to be told of.")
class CaseEventFilter:
    """Conditions on events."""

    names: list[CaseEventName] | None = strawberry.field(
        default=None, description="Being one of these. That a case has left the viewer's sight is always told."
    )


CaseEventFilterArgument = Annotated[CaseEventFilter | None, strawberry.argument(description="Which events.")]
CaseFilterArgument = Annotated[CaseFilter | None, strawberry.argument(description="Which cases.")]
CaseOrderArgument = Annotated[CaseOrder, strawberry.argument(description="In which order.")]

_CHOICES = ("priority", "category", "stage", "risk_level")
_IDS = (("case_type", "casetype"), ("advisor", "membership"), ("team", "team"), ("client", "client"))
_FLAGS = ("unassigned", "triage", "own")
_BOUNDS = ("opened_from", "opened_until", "review_before")


def case_filters(given: CaseFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing. Raise Invalid."""
    if given is None:
        return {}
    filters: dict[str, object] = {
        **{
            name: [member.value for member in chosen]
            for name in _CHOICES
            if (chosen := getattr(given, name)) is not None
        },
        **{name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None},
        **{name: True for name in _FLAGS if getattr(given, name)},
        **{name: bound for name in _BOUNDS if (bound := getattr(given, name)) is not None},
    }
    if given.status is not None or given.open is not None:
        statuses = set(CaseStatus) if given.status is None else set(given.status)
        if given.open is not None:
            statuses &= set(OPEN) if given.open else set(CaseStatus) - set(OPEN)
        filters["status"] = sorted(status.value for status in statuses)
    if given.case_number is not None:
        filters["case_number"] = read_field("filter.case_number", one_line, given.case_number, max_length=40)
    return {**filters, **_tag_filters(given)}


def _tag_filters(given: CaseFilter) -> dict[str, object]:
    """Answer the conditions on tags; of every one of several, what is nobody's tag matches nothing."""
    filters: dict[str, object] = {}
    if given.tag is not None:
        filters["tag"] = sorted({tag for text in given.tag if (tag := find_tag(text)) is not None})
    if given.every_tag:
        every = {find_tag(text) or NOBODYS for text in given.every_tag}
        if len(every) > MOST_TAGS:
            message = f"A case has at most {MOST_TAGS} tags."
            raise Invalid("filter.every_tag", "too-many", message, maximum=MOST_TAGS)
        filters["every_tag"] = sorted(every)
    return filters


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]
