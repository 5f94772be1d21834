"""Subscriptions to notes."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.graph.fields import subscription
from cma_graphql.graph.live.topics import NOBODYS, Watch
from cma_graphql.graph.live.types import AfterCursor
from cma_graphql.graph.node import find_id
from cma_graphql.graph.notes.inputs import NoteEventFilterArgument, event_names, wanted_notes
from cma_graphql.graph.notes.live_types import NOTES, NoteUpdate

CaseArgument = Annotated[
    strawberry.ID | None, strawberry.argument(description="The id of the case. Unset: all that the viewer sees.")
]


@strawberry.type
class NoteSubscriptions:
    """What can be followed of notes."""

    @subscription(
        requires=Permission.CASE_READ,
        description="What happens to the notes that the viewer sees, of one case or of all, in order: written, "
        "changed, opened or closed to others, given a document, deleted, restored. `Removed` names a note that has "
        "left the viewer's sight, as one does that became confidential, or a case or a client: take its notes off "
        "the screen, and query those that are left.",
    )
    async def note_events(
        self,
        filter: NoteEventFilterArgument = None,
        case_id: CaseArgument = None,
        after: AfterCursor = None,
    ) -> AsyncGenerator[NoteUpdate]:
        """Follow notes in sight."""
        key = None if case_id is None else find_id("case", case_id) or NOBODYS
        return Watch(  # type: ignore[return-value]
            NOTES, after=after, case_id=key, names=event_names(filter), wanted=wanted_notes(filter)
        )
