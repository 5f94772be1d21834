"""What is told of cases as they change."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.persistence.event_log import Happening

_PARTS = frozenset(
    {
        "debt",
        "asset",
        "budgetsheet",
        "budgetline",
        "casecompliance",
        "complianceitem",
        "outcome",
        "caseworkflow",
        "workflowstage",
        "approval",
        "note",
        "task",
        "appointment",
        "appointmentrequest",
        "referral",
    }
)
"""What hangs on a case and is told of to its followers. A note's event, or a task's, names who of them sees it.

Documents are not: each has readers of its own, and subscriptions of its own.
"""


@strawberry.type(description="Something happened to a case, or to a part of it.")
class CaseEvent(Happened):
    """One event, with the case as it is when the event is delivered."""

    @relation(description="The case as it is now; null where the viewer does not see it any more.")
    async def case(happened: list["CaseEvent"], info: Info) -> list[Case | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's case, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


CaseUpdate = Annotated[
    CaseEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("CaseUpdate", description="What a subscription to cases answers."),
]


def _case_or_part(event: Happening) -> UUID | None:
    return event.case_id if event.entity == "case" or event.entity in _PARTS else None


_SETTLING = frozenset({"case"})
CASES = Topic(
    requires=Permission.CASE_READ,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=cases_and_audiences,
    made=CaseEvent.of,
)
CASES_WITH_PARTS = replace(CASES, concerns=_case_or_part)
