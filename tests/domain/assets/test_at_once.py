"""Several people at work on the assets of one case: one after the other, and never past the bound."""

import asyncio
from decimal import Decimal

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import LimitReached
from cma_graphql.domain.assets.details import AssetDetails
from cma_graphql.domain.assets.models import AssetType
from cma_graphql.domain.assets.selectors import totals_of_cases
from cma_graphql.domain.assets.services import add_asset
from cma_graphql.persistence import writing
from cma_graphql.persistence.writing import unit_of_work, write
from support.assets import an_asset
from support.data import Data

DETAILS: AssetDetails = {
    "asset_type": AssetType.SAVINGS,
    "description": "Savings",
    "estimated_value": Decimal("1.00"),
}


async def test_nobody_passes_the_bound(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)  # so that a deadlock is an error instead of a retry
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre)
    for _ in range(198):
        await an_asset(data, centre, case, estimated_value=Decimal("1.00"))
    work = (write(data.database, data.keys, manager, add_asset, case_id=case, details=DETAILS) for _ in range(5))
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [refusal.limit for refusal in refusals if isinstance(refusal, LimitReached)] == ["assets"] * 3
    async with unit_of_work(data.database, data.keys, manager) as uow:
        (totals,) = await totals_of_cases(uow, [case])
    assert totals.value == Decimal("200.00")
