"""What stands in the way of an end: open cases of a person, a team, a centre, whoever sees them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.persistence.reads import KEYS, AnySelect, of_centre, statement
from cma_graphql.persistence.unit_of_work import UnitOfWork

_OPEN = [status.value for status in OPEN]
_HOLDERS: Mapping[str, ColumnElement[bool]] = {
    "advisor": Case.advisor_id == any_(KEYS),
    "team": Case.team_id == any_(KEYS),
    "centre": Case.centre_id == any_(KEYS),
}


@statement
def open_cases(_sight: Sight, holder: str) -> AnySelect:
    """Count the open cases of an advisor, of a team or of the whole centre: restricted ones too."""
    return select(func.count().label("total")).where(
        of_centre(Case),
        Case.deleted_at.is_(None),
        Case.status == any_(bindparam("open_statuses", _OPEN, type_=ARRAY(Text()))),
        _HOLDERS[holder],
    )


async def require_no_open_cases(uow: UnitOfWork, holder: str, key: UUID, *, field: str, message: str) -> None:
    """Raise Invalid (rule `has-open-cases` with the count): no client is left without an advisor."""
    row = await uow.one(open_cases, holder, keys=[key])
    if row is not None and row["total"]:
        raise Invalid(field, "has-open-cases", message, count=row["total"])
