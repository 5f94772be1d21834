"""Who sees a note: the record rule of `notes.models`, as the event log keeps it."""

from dataclasses import replace
from uuid import UUID

from cma_graphql.core.events import Audience


def audience_on(
    place: Audience, *, author_id: UUID, confidential: bool, visible_to_client: bool, author_beside: UUID | None = None
) -> Audience:
    """Tell who sees a note on a case, or a client, that this audience sees.

    Never more than its record rule says. `author_beside` is the author who sees the case as one of its team's, not
    as an own one: they see their confidential note, too.
    """
    if confidential:
        people = place.user_ids if author_beside is None else tuple(sorted({*place.user_ids, author_beside}))
        return Audience(user_ids=people, restricted=True, confidential=True, author_id=author_id)
    return replace(place, client_id=place.client_id if visible_to_client else None)
