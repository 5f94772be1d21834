"""Referrals together with who sees them, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.sighted import audience_of_row, team_users
from cma_graphql.domain.referrals.models import Referral
from cma_graphql.domain.referrals.selectors import REFERRAL_COLUMNS
from cma_graphql.domain.referrals.telling import audience_without_case
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


@statement
def referrals_and_cases(_sight: Sight) -> AnySelect:
    """Select these referrals with what of their cases settles who sees them, whoever asks; none of a deleted case."""
    return (
        select(*REFERRAL_COLUMNS, Case.advisor_id, Case.team_id, Case.restricted, team_users())
        .outerjoin(Case, and_(Case.centre_id == Referral.centre_id, Case.id == Referral.case_id, of_centre(Case)))
        .where(
            of_centre(Referral),
            or_(Referral.case_id.is_(None), and_(Case.id.is_not(None), Case.deleted_at.is_(None))),
            Referral.id == any_(KEYS),
        )
    )


async def referrals_and_audiences(reads: Reads, referral_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these referrals and who sees each, by one statement; those of deleted cases are not."""
    rows = await reads.all(referrals_and_cases, keys=list(referral_ids))
    return {row["key"]: (row, _audience(row)) for row in rows}


def _audience(row: Record) -> Audience:
    return audience_without_case(row["party"]) if row["case_id"] is None else audience_of_row(row)
