"""How a refusal of a possible duplicate is shown: by the ids of those whom the viewer sees."""

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.clients.duplicates import PossibleDuplicate
from cma_graphql.graph.node import write_id


def shown(refusal: PossibleDuplicate) -> Invalid:
    """Name the lookalikes that the actor sees by their ids."""
    ids = [write_id("client", key) for key in refusal.visible]
    return Invalid(refusal.field, refusal.rule, refusal.message, **refusal.params, client_ids=ids)
