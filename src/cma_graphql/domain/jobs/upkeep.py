"""Work that falls due by itself and belongs to no other room."""

from datetime import datetime

from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import forget_repetitions

MOST_AT_ONCE = 500


async def forget_idempotency_keys(uow: UnitOfWork, at: datetime) -> int:
    """Delete the centre's idempotency keys that are not replayed any more (decision 13); answer how many, 500 at most.

    They are good for nothing after 24 hours and name the records of a mutation, so that they are not kept for longer.
    """
    return await forget_repetitions(uow, at, most=MOST_AT_ONCE)
