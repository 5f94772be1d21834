"""Events as a query, for those who cannot hold a connection: the same that subscriptions tell, a page at a time."""

from typing import Annotated

import strawberry

from cma_graphql.core.errors import Invalid
from cma_graphql.graph.cases.live_types import CASES, CaseEvent
from cma_graphql.graph.context import Context, Info
from cma_graphql.graph.cost_directives import CALL, list_size
from cma_graphql.graph.fields import query
from cma_graphql.graph.live.cursors import read_event_cursor, require_past, write_event_cursor
from cma_graphql.graph.live.gate import sees
from cma_graphql.graph.live.topics import Told, Topic, Watch
from cma_graphql.graph.live.types import Removed, ResyncReason, ResyncRequired
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.event_log import Happening, OutOfRetention, read_after, read_head

_TOPICS = (CASES,)
_LARGEST_PAGE = 100
_USUAL_PAGE = 50
_LOOKED_THROUGH = 500
"""How many events one page looks through at most, whoever's they are."""

Update = Annotated[
    CaseEvent | Removed | ResyncRequired,
    strawberry.union("Update", description="What has happened, as subscriptions tell it."),
]


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
        description="What has happened to the cases that the viewer sees, behind a cursor, in order: for programs that "
        "cannot hold a connection.",
        call=3 * CALL,
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
        first: Annotated[int, strawberry.argument(description="How many at most: 1 to 100.")] = _USUAL_PAGE,
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
        end = told[-1][0].seq if len(told) == first else happened[-1].seq if happened else start
        return UpdatePage(items=await _items(context, told), cursor=_cursor(context, end), has_next_page=end < head)


def _told(context: Context, happened: list[Happening], most: int) -> list[tuple[Happening, Topic, Told]]:
    """Choose, of what has happened, the first events that are for the viewer."""
    watches = [Watch(topic) for topic in _TOPICS if context.actor.may(topic.requires)]
    chosen: list[tuple[Happening, Topic, Told]] = []
    for event in happened:
        for watch in watches:
            told = watch.judge(context.actor, event)
            if told is not Told.NOTHING and len(chosen) < most:
                chosen.append((event, watch.topic, told))
    return chosen


async def _items(context: Context, told: list[tuple[Happening, Topic, Told]]) -> list[Update]:
    """Make what is told, each record as it is now; what has left the viewer's sight since is told as removed, there."""
    items: list[Update] = []
    for topic in _TOPICS:
        keys = {topic.concerns(event) for event, of, kind in told if of is topic and kind is Told.EVENT} - {None}
        present = await topic.present(context.reader, [key for key in keys if key is not None]) if keys else {}
        for event, of, kind in told:
            key = topic.concerns(event)
            if of is not topic or key is None:
                continue
            cursor = _cursor(context, event.seq)
            if kind is Told.REMOVED:
                removed = Removed(id=write_id(topic.prefix, key), cursor=cursor, occurred_at=event.occurred_at)
                items.append(removed)
            elif key in present and sees(context.actor, present[key][1]):
                items.append(topic.made(event, present[key][0], cursor))  # type: ignore[arg-type] # of the union
    return items


def _place(context: Context, after: str, head: int) -> int:
    return require_past(read_event_cursor(context.keys.vault, context.actor.centre_id, after), head)


def _cursor(context: Context, seq: int) -> str:
    return write_event_cursor(context.keys.vault, context.actor.centre_id, seq)
