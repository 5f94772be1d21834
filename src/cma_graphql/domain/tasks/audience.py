"""Who sees a task: the record rule of `tasks.models`, as the event log keeps it."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from cma_graphql.core.events import Audience
from cma_graphql.core.ids import SYSTEM_ACTOR


def audience_on(
    place: Audience | None,
    *,
    confidential: bool,
    assignee_id: UUID | None,
    beside: UUID | None,
    people: Iterable[UUID],
) -> Audience:
    """Tell who sees a task on a case, or a client, that this audience sees; None: a task on neither, its people's.

    Never more than its record rule says, and never the client. `beside` is the assignee who sees the case as one of
    its team's: they see a confidential task, too.
    """
    if place is None:
        return Audience(user_ids=tuple(sorted({*people} - {SYSTEM_ACTOR})), restricted=True)
    if confidential:
        seen = place.user_ids if beside is None else tuple(sorted({*place.user_ids, beside}))
        return Audience(user_ids=seen, restricted=True, confidential=True, author_id=assignee_id)
    return replace(place, client_id=None)
