"""Builders of assets."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.domain.assets.models import Asset
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.debts.models import Debt
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def an_asset(data: Data, centre_id: UUID, case_id: UUID, **given: Any) -> UUID:
    """Make an asset of a case: savings of 100 pounds, the client's alone, unless said."""
    values = {
        "asset_type": "SAVINGS",
        "description": "Savings account",
        "estimated_value": Decimal("100.00"),
        "valued_on": today(),
        "valuation_basis": "CLIENT_ESTIMATE",
        "ownership_share": Decimal("100.00"),
        "secured_amount": Decimal("0.00"),
        "exempt": False,
        **given,
    }
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        case = await uow.get(Case, case_id)
        asset = Asset(id=new_id(), case_id=case_id, client_id=case.client_id, **values)
        uow.add(asset)
    return asset.id


async def fill_assets(data: Data, centre_id: UUID, cases: dict[str, UUID], mark: str) -> None:
    """Give every case of a centre a house that is owned with somebody and secures a debt of the case."""
    for case_id in cases.values():
        async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
            debts = await uow.connection.run(
                select(Debt.id).where(Debt.centre_id == centre_id, Debt.case_id == case_id).limit(1)
            )
            debt_id = debts[0]["id"] if debts else None
        await an_asset(
            data,
            centre_id,
            case_id,
            asset_type="PROPERTY",
            description=f"{mark} house",
            estimated_value=Decimal("180000.00"),
            ownership_share=Decimal("50.00"),
            joint_owner=f"{mark} Partner",
            secured_amount=Decimal("150000.00"),
            address=f"1 {mark} Street",
            mortgaged=True,
            secured_debt_id=debt_id,
        )
