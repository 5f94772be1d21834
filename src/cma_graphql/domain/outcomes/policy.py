"""Who may change the outcomes of which cases."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.policy import reached
from cma_graphql.persistence.reads import Reads


async def may_change(reads: Reads, case_ids: Sequence[UUID]) -> list[bool]:
    """Tell of each of these visible cases whether the actor may write in its ledger: at most one statement."""
    if reads.actor.kind is ActorKind.CLIENT:
        return [False] * len(case_ids)
    within = (await reached(reads, [Permission.WORKFLOW_PROGRESS], case_ids))[Permission.WORKFLOW_PROGRESS]
    return [case_id in within for case_id in case_ids]
