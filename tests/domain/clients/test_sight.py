"""What the room of clients says by name of tables of a later room is what that room says."""

import pytest

from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.team_models import CaseTeamMember
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.clients import sight


@pytest.mark.parametrize(("named", "model"), [(sight.CASES, Case), (sight.CASE_TEAM, CaseTeamMember)])
def test_columns_are_there(named: object, model: type[Case] | type[CaseTeamMember]) -> None:
    assert named.name == model.__table__.name  # type: ignore[attr-defined]
    assert {column.name for column in named.c} <= {column.name for column in model.__table__.columns}  # type: ignore[attr-defined]


def test_open_states_are_the_same() -> None:
    assert set(sight.OPEN_STATUSES) == {status.value for status in OPEN}
