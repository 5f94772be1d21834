"""What is told of the checklists of cases as they change."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.sighted import cases_and_audiences
from cma_graphql.domain.compliance import events, selectors
from cma_graphql.graph.compliance.types import CaseCompliance, ComplianceItem
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.graph.refs import CaseRef
from cma_graphql.persistence.event_log import Happening
from cma_graphql.persistence.reads import Reads, Record

_PARTS = frozenset({"casecompliance", "complianceitem"})
_OF_THE_CASE = frozenset({events.ComplianceBegun.name, events.ComplianceRealigned.name})
"""What happens to several checklists of a case at once."""


@strawberry.type(description="Something happened to a checklist of a case, or to a requirement on it.")
class ComplianceEvent(Happened):
    """One event, with what it is about as it is when the event is delivered."""

    @relation(description="The case as it is now; null where the viewer does not see it any more.")
    async def case(happened: list["ComplianceEvent"], info: Info) -> list[CaseRef | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's case, which was read together with who sees it."""
        return [event.record for event in happened]

    @relation(
        description="The checklist of the case; null where something happened to several of them, which are "
        "`case.compliance`, and where it was to one requirement, whose is `item.caseCompliance`."
    )
    async def checklist(happened: list["ComplianceEvent"], info: Info) -> list[CaseCompliance | None]:
        """Answer each event's checklist."""
        return await _subjects(happened, info, "casecompliance", selectors.case_compliances_by_id)  # type: ignore[return-value]

    @relation(description="The requirement; null where something happened to a whole checklist, or to several.")
    async def item(happened: list["ComplianceEvent"], info: Info) -> list[ComplianceItem | None]:
        """Answer each event's requirement."""
        return await _subjects(happened, info, "complianceitem", selectors.items_by_id)  # type: ignore[return-value]


ComplianceUpdate = Annotated[
    ComplianceEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("ComplianceUpdate", description="What a subscription to compliance answers."),
]


async def _subjects(
    happened: Sequence[ComplianceEvent],
    info: Info,
    entity: str,
    load: Callable[[Reads, Sequence[UUID]], Awaitable[list[Record | None]]],
) -> list[Record | None]:
    """Answer what each event is about, where that is of this kind."""
    keys = [event.subject_id for event in happened if event.entity == entity]
    found = dict(zip(keys, await load(info.context.reader, keys), strict=True))
    return [found[event.subject_id] if event.entity == entity else None for event in happened]


def _case(event: Happening) -> UUID | None:
    return event.case_id if event.entity == "case" or event.entity in _PARTS else None


def _of_compliance(event: Happening) -> bool:
    return event.entity in _PARTS or event.name in _OF_THE_CASE


COMPLIANCE = Topic(
    requires=Permission.CASE_READ,
    settled_by=frozenset({"case"}),
    concerns=_case,
    present=cases_and_audiences,
    made=ComplianceEvent.of,
    tells=_of_compliance,
)
