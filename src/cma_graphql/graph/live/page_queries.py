"""Events as a query, for those who cannot hold a connection: the same that subscriptions tell, a page at a time."""

from dataclasses import dataclass
from typing import Annotated

import strawberry

from cma_graphql.core.errors import Invalid
from cma_graphql.graph.appointments.live_types import APPOINTMENTS, AppointmentEvent
from cma_graphql.graph.cases.live_types import CASES, CaseEvent
from cma_graphql.graph.compliance.live_types import COMPLIANCE, ComplianceEvent
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.cost_directives import CALL, list_size
from cma_graphql.graph.documents.live_types import DOCUMENTS, DocumentEvent
from cma_graphql.graph.fields import query
from cma_graphql.graph.live.cursors import read_event_cursor, require_past, write_event_cursor
from cma_graphql.graph.live.gate import sees
from cma_graphql.graph.live.topics import Told, Topic, Watch
from cma_graphql.graph.live.types import Removed, ResyncReason, ResyncRequired
from cma_graphql.graph.node import write_id
from cma_graphql.graph.notes.live_types import NOTES, NoteEvent
from cma_graphql.graph.referrals.live_types import REFERRALS, ReferralEvent
from cma_graphql.graph.tasks.live_types import TASKS, TaskEvent
from cma_graphql.graph.workflow.live_types import WORKFLOWS, WorkflowEvent
from cma_graphql.persistence.event_log import Happening, OutOfRetention, read_after, read_head

_TOPICS = (CASES, DOCUMENTS, COMPLIANCE, WORKFLOWS, APPOINTMENTS, REFERRALS, NOTES, TASKS)
_LARGEST_PAGE = 100
_USUAL_PAGE = 50
_LOOKED_THROUGH = 500
"""How many events one page looks through at most, whoever's they are."""

Update = Annotated[
    CaseEvent
    | DocumentEvent
    | ComplianceEvent
    | WorkflowEvent
    | AppointmentEvent
    | ReferralEvent
    | NoteEvent
    | TaskEvent
    | Removed
    | ResyncRequired,
    strawberry.union("Update", description="What has happened, as subscriptions tell it."),
]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What the viewer is told of one event."""

    event: Happening
    removed: bool
    topics: list[Topic]
    """Those as whose event it is told."""


@strawberry.type(description="A page of what has happened.")
class UpdatePage:
    """Some events behind a cursor, in order."""

    items: list[Update] = strawberry.field(
        description="What of it is for the viewer; there may be nothing although more follows."
    )
    cursor: str = strawberry.field(description="What to ask after, to go on behind this page.")
    has_next_page: bool = strawberry.field(description="Whether more has happened behind the page.")


@strawberry.type
class EventPageQueries:
    """What can be asked about what has happened."""

    @query(
        requires=None,
        description="What has happened to the cases that the viewer sees, to their documents, checklists, workflows, "
        "appointments, referrals, notes and tasks, behind a cursor, in order: for programs that cannot hold a "
        "connection. What is an event of two kinds is told as both.",
        call=12 * CALL,
        size=list_size(_USUAL_PAGE, by=["first"], of=["items"]),
    )
    async def events(
        self,
        info: Info,
        after: Annotated[
            str | None,
            strawberry.argument(
                description="The cursor: `eventCursor`, or the last page's. Unset: from now on, so that only a cursor "
                "is answered."
            ),
        ] = None,
        first: Annotated[int, strawberry.argument(description="How many events at most: 1 to 100.")] = _USUAL_PAGE,
    ) -> UpdatePage:
        """List events."""
        if not 1 <= first <= _LARGEST_PAGE:
            raise Invalid("first", "page-size", f"A page has 1 to {_LARGEST_PAGE} events.", maximum=_LARGEST_PAGE)
        context = info.context
        head = await read_head(context.reader)
        start = head if after is None else _place(context, after, head)
        try:
            happened = await read_after(context.reader, start, most=_LOOKED_THROUGH)
        except OutOfRetention:
            cursor = _cursor(context, head)
            lost = ResyncRequired(reason=ResyncReason.OUT_OF_RETENTION, cursor=cursor)
            return UpdatePage(items=[lost], cursor=cursor, has_next_page=False)
        told = _told(context, happened, first)
        end = told[-1].event.seq if len(told) == first else happened[-1].seq if happened else start
        return UpdatePage(items=await _items(context, told), cursor=_cursor(context, end), has_next_page=end < head)


def _told(context: Context, happened: list[Happening], most: int) -> list[_Telling]:
    """Choose, of what has happened, the first events that are for the viewer."""
    watches = [Watch(topic) for topic in _TOPICS if context.actor.may(topic.requires)]
    chosen: list[_Telling] = []
    for event in happened:
        judged = {watch.topic: watch.judge(context.actor, event) for watch in watches}
        as_events = [topic for topic, told in judged.items() if told is Told.EVENT]
        removed = Told.REMOVED in judged.values()
        if removed or as_events:
            chosen.append(_Telling(event, removed, as_events))
        if len(chosen) == most:
            break
    return chosen


async def _items(context: Context, told: list[_Telling]) -> list[Update]:
    """Make what is told, each record as it is now; what has left the viewer's sight since is told as removed, there.

    What left sight in one respect and stays in another is told as removed first, then as it is now.
    """
    present = {}
    for topic in _TOPICS:
        keys = {topic.concerns(each.event) for each in told if topic in each.topics} - {None}
        present[topic] = await topic.present(context.reader, [key for key in keys if key is not None]) if keys else {}
    items: list[Update] = []
    for each in told:
        event, cursor = each.event, _cursor(context, each.event.seq)
        if each.removed:
            gone = write_id(event.entity, event.subject_id)
            items.append(Removed(id=gone, cursor=cursor, occurred_at=event.occurred_at))
        for topic in each.topics:
            found = present[topic].get(topic.concerns(event))  # type: ignore[arg-type] # it is one of the keys
            if found is not None and sees(context.actor, found[1]):
                items.append(topic.made(event, found[0], cursor))  # type: ignore[arg-type] # of the union
    return items


def _place(context: Context, after: str, head: int) -> int:
    return require_past(read_event_cursor(context.keys.vault, context.actor.centre_id, after), head)


def _cursor(context: Context, seq: int) -> str:
    return write_event_cursor(context.keys.vault, context.actor.centre_id, seq)
