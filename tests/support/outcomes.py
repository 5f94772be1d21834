"""Builders of outcomes."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from cma_graphql.access.actor import Actor
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.outcomes.codes import OutcomeCode
from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.domain.outcomes.services import record_outcome
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def an_outcome(data: Data, actor: Actor, case_id: UUID, details: OutcomeDetails) -> UUID:
    """Record an outcome of a case, by the service."""
    async with unit_of_work(data.database, data.keys, actor) as uow:
        return await record_outcome(uow, case_id=case_id, details=details)


async def fill_outcomes(data: Data, actor: Actor, cases: Sequence[UUID], mark: str) -> None:
    """Write into the ledger of every case that a debt was written off."""
    for case_id in cases:
        async with unit_of_work(data.database, data.keys, actor) as uow:
            query = select(Debt.id).where(Debt.centre_id == actor.centre_id, Debt.case_id == case_id).limit(1)
            debts = await uow.connection.run(query)
        details = OutcomeDetails(
            code=OutcomeCode.DEBT_WRITTEN_OFF,
            amount=Decimal("250.00"),
            debt_id=debts[0]["id"] if debts else None,
            note=f"{mark} letter of the creditor",
        )
        await an_outcome(data, actor, case_id, details)
