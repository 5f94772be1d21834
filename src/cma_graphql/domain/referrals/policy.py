"""What an actor may do with referrals, by right; their states are another matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.domain.cases.policy import CaseFacts
from cma_graphql.domain.cases.policy import rights_over as rights_over_cases
from cma_graphql.domain.referrals.models import ReferralDirection, ReferralParty
from cma_graphql.domain.referrals.selectors import cases_by_optional_id
from cma_graphql.persistence.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """What of a referral its rules look at."""

    direction: str
    party: str
    case_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralRights:
    """What an actor may do with one referral, as far as rights go."""

    edit: bool
    send: bool
    decide: bool
    complete: bool


async def rights_over(reads: Reads, referrals: Sequence[ReferralFacts]) -> list[ReferralRights]:
    """Answer what the actor may do with each of these visible referrals, by at most two statements."""
    manages = reads.actor.reach(Permission.CORRESPONDENCE_SEND) is Reach.CENTRE
    admits = reads.actor.reach(Permission.CASE_CREATE) in {Reach.CENTRE, Reach.SCOPED}
    found = await cases_by_optional_id(reads, [referral.case_id for referral in referrals])
    cases = {
        case["key"]: CaseFacts(
            id=case["key"],
            client_id=case["client_id"],
            team_id=case["team_id"],
            restricted=case["restricted"],
            status=case["status"],
        )
        for case in found
        if case is not None
    }
    over = dict(zip(cases, await rights_over_cases(reads, list(cases.values())), strict=True))

    def rights(referral: ReferralFacts) -> ReferralRights:
        of_case = None if referral.case_id is None else over.get(referral.case_id)
        out = referral.direction == ReferralDirection.OUT
        transfer = referral.party == ReferralParty.CENTRE
        refers = of_case is not None and of_case.refer
        return ReferralRights(
            edit=out and of_case is not None and of_case.update,
            send=out and refers and (manages or not transfer),
            decide=not out and referral.case_id is None and admits and (manages or not transfer),
            complete=refers and not transfer,
        )

    return [rights(referral) for referral in referrals]
