"""What becomes of referrals by itself: those that nobody answers in time expire."""

from datetime import datetime

from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.referrals.events import ReferralExpired
from cma_graphql.domain.referrals.models import Referral, ReferralState
from cma_graphql.domain.referrals.selectors import referrals_by_id, referrals_overdue
from cma_graphql.domain.referrals.telling import Taken, change
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_AT_ONCE = 200


async def expire_referrals(uow: UnitOfWork, at: datetime) -> int:
    """Let the referrals of the centre expire whose time for an answer is over; answer how many those were.

    Their links were good for nothing from that instant on. Of a transfer the rest is carried out by `carry_transfers`
    (casework/transfers). At most 200 a call.
    """
    keys = [row["key"] for row in await uow.all(referrals_overdue, at=at, most=MOST_AT_ONCE)]
    seen = [row for row in await referrals_by_id(uow, keys) if row is not None]
    cases = {case.id: case for case in await uow.lock_all(Case, sorted({row["case_id"] for row in seen}))}
    expired = 0
    for referral in await uow.lock_all(Referral, sorted(row["key"] for row in seen)):
        if referral.state != ReferralState.SENT or referral.case_id not in cases:
            continue
        await change(
            uow,
            ReferralExpired,
            Taken(referral, cases[referral.case_id]),
            state=ReferralState.EXPIRED.value,
            token_digest=None,
            ended_at=at,
        )
        expired += 1
    return expired
