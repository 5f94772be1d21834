"""What is told of cases as they change."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.topics import Topic
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.refs import MembershipRef
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Record

_PARTS = frozenset({"debt", "asset", "budgetsheet", "budgetline", "casecompliance", "complianceitem"})
"""What hangs on a case and is seen by whoever sees the case. Documents are not: each has readers of its own."""


@strawberry.type(description="Something happened to a case, or to a part of it.")
class CaseEvent:
    """One event, with the case as it is when the event is delivered."""

    name: str = strawberry.field(description="What happened, such as `case.status_changed` or `debt.added`.")
    cursor: str = strawberry.field(description="What to subscribe after, to go on behind this event.")
    occurred_at: datetime = strawberry.field(description="When it happened.")
    actor_kind: ActorKind = strawberry.field(description="What sort of actor did it.")
    actor_id: strawberry.Private[UUID]
    record: strawberry.Private[Record | None]

    @relation(description="The case as it is now; null where the viewer does not see it any more.")
    async def case(happened: list["CaseEvent"], info: Info) -> list[Case | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's case, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped

    @relation(description="Who did it, where it was a person of the centre.", requires=Permission.USER_READ)
    async def actor(happened: list["CaseEvent"], info: Info) -> list[MembershipRef | None]:
        """Answer who did each."""
        return await memberships_by_id(info.context.reader, [event.actor_id for event in happened])


CaseUpdate = Annotated[
    CaseEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("CaseUpdate", description="What a subscription to cases answers."),
]


def _made(event: Happening, record: Record | None, cursor: str) -> CaseEvent:
    return CaseEvent(
        name=event.name,
        cursor=cursor,
        occurred_at=event.occurred_at,
        actor_kind=ActorKind(event.actor_kind),
        actor_id=event.actor_id,
        record=record,
    )


def _own_case(event: Happening) -> UUID | None:
    return event.subject_id if event.entity == "case" else None


def _case_or_part(event: Happening) -> UUID | None:
    return event.case_id if event.entity == "case" or event.entity in _PARTS else None


CASES = Topic(
    requires=Permission.CASE_READ,
    entity="case",
    prefix="case",
    concerns=_own_case,
    present=cases_and_audiences,
    made=_made,
)
CASES_WITH_PARTS = replace(CASES, concerns=_case_or_part)
