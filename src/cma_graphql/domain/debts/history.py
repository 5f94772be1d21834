"""Every select of what was paid on debts, what they stood at, and who held them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.debts.models import DebtBalance, DebtHolder, DebtPayment
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, grouped, live, statement

PAYMENTS = Listing(
    DebtPayment,
    columns=(
        DebtPayment.id.label("key"),
        DebtPayment.client_id,
        DebtPayment.paid_on,
        DebtPayment.amount,
        DebtPayment.lowers_balance,
        DebtPayment.note,
        DebtPayment.recorded_at,
        DebtPayment.recorded_by,
    ),
    orders={"PAID_ON_DESC": Order((DebtPayment.paid_on,), descending=True)},
    conditions={},
    parents=("debt_id",),
)
BALANCES = Listing(
    DebtBalance,
    columns=(
        DebtBalance.id.label("key"),
        DebtBalance.client_id,
        DebtBalance.as_of,
        DebtBalance.amount,
        DebtBalance.note,
        DebtBalance.recorded_at,
        DebtBalance.recorded_by,
    ),
    orders={"AS_OF_DESC": Order((DebtBalance.as_of,), descending=True)},
    conditions={},
    parents=("debt_id",),
)


@dataclass(frozen=True, slots=True)
class Paid:
    """How many payments on a debt are recorded, and how much of them came after a day."""

    count: int
    since: Decimal


@statement
def holders_by_debt(sight: Sight) -> AnySelect:
    """Select who held these debts, from the first: fifty a debt at most."""
    return (
        select(
            DebtHolder.id.label("key"),
            DebtHolder.debt_id,
            DebtHolder.client_id,
            DebtHolder.creditor_id,
            DebtHolder.position,
            DebtHolder.held_from,
            DebtHolder.reason,
            DebtHolder.recorded_at,
            DebtHolder.recorded_by,
        )
        .where(live(DebtHolder, sight), DebtHolder.debt_id == any_(KEYS))
        .order_by(DebtHolder.debt_id, DebtHolder.position)
    )


@statement
def payments_of_debt(sight: Sight) -> AnySelect:
    """Count a debt's payments, and add up those after a day."""
    after = DebtPayment.paid_on > bindparam("day", type_=Date())
    return select(func.count().label("count"), func.sum(DebtPayment.amount).filter(after).label("since")).where(
        live(DebtPayment, sight), DebtPayment.debt_id == any_(KEYS)
    )


@statement
def balances_of_debt(sight: Sight) -> AnySelect:
    """Count how often a debt's balance was stated."""
    return select(func.count().label("count")).where(live(DebtBalance, sight), DebtBalance.debt_id == any_(KEYS))


async def holders_of_debts(reads: Reads, debt_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer who held each debt, from the first."""
    return await grouped(reads, holders_by_debt, debt_ids, by="debt_id")


async def paid_on_debt(reads: Reads, debt_id: UUID, *, after: date) -> Paid:
    """Answer how many payments on a debt there are, and what came in after a day."""
    row = await reads.one(payments_of_debt, keys=[debt_id], day=after)
    if row is None:
        return Paid(0, Decimal("0.00"))
    return Paid(int(row["count"]), row["since"] or Decimal("0.00"))


async def count_balances(reads: Reads, debt_id: UUID) -> int:
    """Answer how often a debt's balance was stated."""
    row = await reads.one(balances_of_debt, keys=[debt_id])
    return 0 if row is None else int(row["count"])
