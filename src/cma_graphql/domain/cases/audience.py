"""Who sees a case besides those who see the whole centre: the record rule of cases, as the event log keeps it."""

from collections.abc import Iterable
from uuid import UUID

from cma_graphql.core.events import Audience


def audience_with(
    team: Iterable[UUID], *, advisor_id: UUID | None, team_id: UUID | None, restricted: bool, client_id: UUID
) -> Audience:
    """Tell who sees a case with these people on its team."""
    people = set(team) if advisor_id is None else {*team, advisor_id}
    return Audience(user_ids=tuple(sorted(people)), team_id=team_id, restricted=restricted, client_id=client_id)
