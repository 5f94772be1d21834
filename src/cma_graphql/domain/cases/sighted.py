"""Cases together with who sees them, whoever asks: for live updates, whose gate then decides viewer by viewer."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.events import Audience
from cma_graphql.domain.cases.audience import audience_with
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.selectors import CASE_COLUMNS
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, of_centre, statement


def team_users() -> Any:
    """Select, as a column beside a case's, the people on its team."""
    return (
        select(func.array_agg(CaseTeamMember.user_id, type_=ARRAY(Uuid())))
        .where(of_centre(CaseTeamMember), CaseTeamMember.case_id == Case.id, CaseTeamMember.removed_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
        .label("team_users")
    )


@statement
def cases_and_teams(_sight: Sight) -> AnySelect:
    """Select these cases with the people on their teams, whoever asks."""
    return select(*CASE_COLUMNS, team_users()).where(of_centre(Case), Case.deleted_at.is_(None), Case.id == any_(KEYS))


async def cases_and_audiences(reads: Reads, case_ids: Sequence[UUID]) -> Mapping[UUID, tuple[Record, Audience]]:
    """Answer these cases and who sees each, by one statement; those that are deleted are left out."""
    rows = await reads.all(cases_and_teams, keys=list(case_ids))
    return {row["key"]: (row, audience_of_row(row)) for row in rows}


def audience_of_row(row: Record) -> Audience:
    """Tell who sees a case, from its advisor, team, restriction, client and the people on its team."""
    return audience_with(
        row["team_users"] or (),
        advisor_id=row["advisor_id"],
        team_id=row["team_id"],
        restricted=row["restricted"],
        client_id=row["client_id"],
    )
