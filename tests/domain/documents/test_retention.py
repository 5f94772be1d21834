"""Until when a document is kept: six years from the end of its case, and undecided while that goes on."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.documents.policy import ENDED
from cma_graphql.domain.documents.selectors import retention_dates
from support.acting import Acting
from support.data import Data


def test_which_cases_are_at_their_end() -> None:
    assert {CaseStatus.CLOSED, CaseStatus.CANCELLED, CaseStatus.REFERRED} == ENDED


@pytest.mark.parametrize(
    ("status", "closed_on", "last_step", "kept_until"),
    [
        ("IN_PROGRESS", None, None, None),
        ("RESOLVED", None, None, None),
        ("CLOSED", date(2026, 3, 1), None, date(2032, 3, 1)),
        ("CLOSED", date(2024, 2, 29), None, date(2030, 2, 28)),
        ("CANCELLED", None, datetime(2026, 7, 1, 23, 30, tzinfo=UTC), date(2032, 7, 2)),  # the day in London
        ("REFERRED", None, datetime(2026, 1, 1, 23, 30, tzinfo=UTC), date(2032, 1, 1)),
    ],
)
async def test_from_the_end_of_the_case(  # noqa: PLR0917 - a table's columns
    data: Data,
    acting: Acting,
    status: str,
    closed_on: date | None,
    last_step: datetime | None,
    kept_until: date | None,
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    given: dict[str, Any] = {"closed_on": closed_on} if closed_on is not None else {}
    case_id = await data.a_case(centre, status=status, **given)
    if last_step is not None:
        await acting.rows.execute(
            "INSERT INTO case_status_history (centre_id, id, case_id, from_status, to_status, changed_at, changed_by) "
            "VALUES ($1, $2, $3, 'NEW', $4, $5, $6)",
            centre,
            new_id(),
            case_id,
            status,
            last_step,
            manager.user_id,
        )
    wanted: list[UUID | None] = [case_id, None, new_id(), case_id]
    async with acting.database.read(manager) as reader:
        assert await retention_dates(reader, wanted) == [kept_until, None, None, kept_until]
        assert reader.statements <= 2
