"""What referrals add to a case: where it was handed to, and where it came from."""

from typing import Any

from cma_graphql.domain.referrals.selectors import referrals_of_cases
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import ReferralRef


def referrals_of_case() -> Any:
    """Declare the referrals of cases."""

    async def referrals(cases: list[Any], info: Info) -> list[list[ReferralRef]]:
        """Answer each case's referrals."""
        return await referrals_of_cases(info.context.reader, [case.key for case in cases])

    return relation(
        description="Its referrals, out and in, the newest first: where it was handed to, and where it came from.",
        size=2,
        reads=(),
    )(referrals)
