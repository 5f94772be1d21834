"""Who sees a document: the record rule of `documents.models`, as the event log keeps it."""

from cma_graphql.core.events import Audience
from cma_graphql.domain.documents.models import AccessLevel

MANAGERS = Audience(restricted=True)
"""Those who see the whole centre, and nobody else."""


def audience_on(of_case: Audience | None, *, access_level: str, with_client: bool) -> Audience:
    """Tell who sees a document on a case that this audience sees; None: a paper of the centre's own.

    Never more than its record rule says; `with_client`: it was shared with the client, or handed in by them.
    """
    if of_case is None:
        return MANAGERS
    client_id = of_case.client_id if with_client else None
    if access_level == AccessLevel.MANAGERS_AND_COMPLIANCE:
        return Audience(restricted=True, client_id=client_id)
    team_id = of_case.team_id if access_level == AccessLevel.CENTRE else None
    return Audience(user_ids=of_case.user_ids, team_id=team_id, restricted=of_case.restricted, client_id=client_id)
