"""What falls due by itself: covers begin and end with the absences that they are for."""

from datetime import datetime

from cma_graphql.domain.staffing.cover import begin_covers, end_covers
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def see_to_cover(uow: UnitOfWork, at: datetime) -> int:
    """Have those who cover at an instant see the cases they cover, and no others any more; answer how many changed.

    For the centre's system actor, every few minutes; repeated, it does nothing more. It takes at most some hundreds
    of cases a call: call again while it answers that it did any.
    """
    ended = await end_covers(uow, at)
    await uow.flush()
    return ended + await begin_covers(uow, at)
