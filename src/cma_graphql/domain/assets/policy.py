"""Who may change the assets of which cases."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.domain.cases.selectors import own_case_ids
from cma_graphql.persistence.reads import Reads


async def may_change(reads: Reads, case_ids: Sequence[UUID]) -> list[bool]:
    """Tell of each of these visible cases whether the actor may change its assets: at most one statement.

    A client of the portal tells the advisor instead.
    """
    portal = reads.actor.kind is ActorKind.CLIENT
    reach = Reach.NONE if portal else reads.actor.reach(Permission.DEBT_WRITE)
    own = await own_case_ids(reads, case_ids) if reach is Reach.OWN and case_ids else set()
    return [reach is Reach.CENTRE or case_id in own for case_id in case_ids]
