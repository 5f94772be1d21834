"""Builders of creditors and debts."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now, today
from cma_graphql.core.formats.text import name_key
from cma_graphql.core.ids import SYSTEM_ACTOR, new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.creditors.models import Creditor
from cma_graphql.domain.debts.account_number import account_number_index
from cma_graphql.domain.debts.models import Debt, DebtBalance, DebtHolder, DebtPayment, DebtType
from cma_graphql.domain.debts.services.reassign import reassign_debt
from cma_graphql.persistence.writing import unit_of_work, write
from support.data import Data


async def a_creditor(data: Data, centre_id: UUID, **given: Any) -> UUID:
    """Make a creditor of a centre's own."""
    name = given.pop("name", "Northern Bank")
    values = {"kind": "BANK_OR_CARD", "is_collector": False, "active": True, **given}
    creditor = Creditor(id=new_id(), name=name, name_key=name_key(name), **values)
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        uow.add(creditor)
    return creditor.id


async def a_debt(
    data: Data,
    centre_id: UUID,
    case_id: UUID,
    *,
    code: str = "CREDIT_CARD",
    creditor_id: UUID | None = None,
    account_number: str | None = None,
    **given: Any,
) -> UUID:
    """Make a debt of £1,000 of a type; the account number is given in clear and sealed."""
    creditor = creditor_id or await a_creditor(data, centre_id)
    balance: Decimal | None = given.pop("current_balance", Decimal("1000.00"))
    as_of: date = given.pop("balance_as_of", today())
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        (case,) = await uow.connection.run(
            select(Case.client_id).where(Case.centre_id == centre_id, Case.id == case_id)
        )
        client_id = case["client_id"]
        (kind,) = await uow.connection.run(
            select(DebtType.id, DebtType.default_priority, DebtType.regulated_credit).where(
                DebtType.centre_id == centre_id, DebtType.code == code
            )
        )
        values = {
            "interest_frozen": False,
            "priority": kind["default_priority"],
            "liability": "SOLE",
            "regulated_credit": kind["regulated_credit"],
            "jurisdiction": "ENGLAND_AND_WALES",
            "enforcement_stage": "NONE",
            "fraud_alleged": False,
            "status": "ACTIVE",
            "status_changed_at": now(),
            "due_key": given.get("next_action_on") or date.max,
            **given,
        }
        debt = Debt(
            id=new_id(),
            case_id=case_id,
            client_id=client_id,
            debt_type_id=kind["id"],
            creditor_id=creditor,
            current_balance=balance,
            balance_as_of=None if balance is None else as_of,
            **values,
        )
        if account_number is not None:
            debt.account_number = await uow.seal(debt, "account_number", account_number)
            debt.account_number_index = account_number_index(data.keys.vault, centre_id, account_number)
        uow.add(debt)
        await uow.flush()
        uow.add(DebtHolder(id=new_id(), creditor_id=creditor, position=0, **_line(debt)))
        if balance is not None:
            uow.add(DebtBalance(id=new_id(), as_of=as_of, amount=balance, **_line(debt)))
    return debt.id


async def a_payment(data: Data, centre_id: UUID, debt_id: UUID, **given: Any) -> UUID:
    """Make a payment of £10 on a debt, today; the debt's balance stays as it is."""
    async with unit_of_work(data.database, data.keys, system_of(centre_id)) as uow:
        debt = await uow.get(Debt, debt_id)
        values = {"paid_on": today(), "amount": Decimal("10.00"), "lowers_balance": True, **given}
        payment = DebtPayment(id=new_id(), **values, **_line(debt))
        uow.add(payment)
    return payment.id


def _line(debt: Debt) -> dict[str, Any]:
    return {
        "case_id": debt.case_id,
        "client_id": debt.client_id,
        "debt_id": debt.id,
        "recorded_at": now(),
        "recorded_by": SYSTEM_ACTOR,
    }


async def fill_debts(data: Data, centre_id: UUID, mark: str, cases: Mapping[str, UUID], manager: Actor) -> None:
    """Give each case of a walk's centre a debt with a history, every word of it marked."""
    bank = await a_creditor(data, centre_id, name=f"{mark} Bank", notes=mark, contact_name=mark)
    collector = await a_creditor(data, centre_id, name=f"{mark} Collections", kind="DEBT_COLLECTOR", is_collector=True)
    for number, case_id in enumerate(cases.values()):
        debt = await a_debt(
            data,
            centre_id,
            case_id,
            creditor_id=bank,
            account_number=f"{mark}{number:04d}",
            description=f"{mark} card",
            notes=mark,
            liability="JOINT",
            joint_party_name=mark,
        )
        await a_payment(data, centre_id, debt, note=mark)
        await write(
            data.database,
            data.keys,
            manager,
            reassign_debt,
            debt_id=debt,
            version=1,
            creditor_id=collector,
            held_from=today(),
            reason=f"Sold by {mark}",
        )
