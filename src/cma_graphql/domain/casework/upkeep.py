"""What several rooms have to see to by themselves."""

from datetime import datetime

from cma_graphql.domain.casework.leaving import answer_for, lock_what_is_left
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def answer_for_leavers(uow: UnitOfWork, at: datetime) -> int:
    """See to what is still in the names of those who have left, or may not do it any more; answer how much it was.

    Appointments, tasks and stages, and approvals on which too few may decide. Deactivating somebody, or taking a role
    away, does this at once; what was booked with them at that moment, or what the platform's
    administrators may not see, is found by the centre's own actor a little later.
    """
    return await answer_for(uow, await lock_what_is_left(uow, at), at)
