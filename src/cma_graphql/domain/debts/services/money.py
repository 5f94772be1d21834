"""What a debt stands at, and what is paid on it: kept as history, the present balance made from it."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import cast
from uuid import UUID

from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Changes
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import new_id
from cma_graphql.core.money import PENNY, format_money
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.debts.details import read_amount, read_past_day
from cma_graphql.domain.debts.events import DebtBalanceRecorded, DebtPaymentRecorded
from cma_graphql.domain.debts.history import count_balances, paid_on_debt
from cma_graphql.domain.debts.models import Debt, DebtBalance, DebtPayment
from cma_graphql.domain.debts.services.taking import take_debt
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_LINES = 1_000
"""How many payments, and how many balances, may be recorded of one debt."""
_NOTE = 500
_TOLD = frozenset({"paid_on", "as_of", "amount", "lowers_balance", "note"})


async def record_balance(
    uow: UnitOfWork,
    *,
    debt_id: UUID,
    version: int,
    amount: Decimal,
    as_of: date | None = None,
    note: str | None = None,
) -> UUID:
    """Record what a debt stood at on a day, today unless said; answer the debt's id.

    The latest day's balance is the present one, less what was paid after that day; an earlier day's is history
    alone. Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput; LimitReached at 1,000 balances.
    """
    case, debt = await take_debt(uow, debt_id, version)
    faults = Faults()
    stated = faults.read("amount", read_amount, amount)
    day = _read_day(faults, "as_of", as_of, debt)
    read_note = _read_note(faults, note)
    faults.raise_any()
    if await count_balances(uow, debt.id) >= MOST_LINES:
        raise LimitReached("balances", MOST_LINES, f"A debt has at most {MOST_LINES} balances.")
    balance = DebtBalance(id=new_id(), as_of=day, amount=stated, note=read_note, **_line(uow, debt))
    changes = _changes_of(uow.add(balance))
    if debt.balance_as_of is None or day >= debt.balance_as_of:
        paid = await paid_on_debt(uow, debt.id, after=day)
        present = cast("Decimal", stated) - paid.since
        if present < 0:
            raise Invalid(
                "amount",
                "payments-exceed-balance",
                "More was paid after that day than the debt stood at.",
                paid=format_money(paid.since),
            )
        changes = {**changes, **uow.change(debt, current_balance=present, balance_as_of=day)}
    uow.touch(debt)
    await tell_of_part(uow, DebtBalanceRecorded, case, debt, changes)
    return debt.id


async def record_payment(
    uow: UnitOfWork,
    *,
    debt_id: UUID,
    version: int,
    amount: Decimal,
    paid_on: date | None = None,
    note: str | None = None,
) -> UUID:
    """Record a payment on a debt, made today unless said; answer the debt's id.

    It lowers the balance, never below nothing: Invalid with `more-than-balance`. One made before the day of the
    balance is in that balance already, and one on a debt whose balance is not known has none to lower. Raises
    Forbidden, NotFound, Conflict, Invalid, InvalidInput; LimitReached at 1,000 payments.
    """
    case, debt = await take_debt(uow, debt_id, version)
    faults = Faults()
    paid = faults.read("amount", partial(read_amount, minimum=PENNY), amount)
    day = _read_day(faults, "paid_on", paid_on, debt)
    read_note = _read_note(faults, note)
    faults.raise_any()
    if (await paid_on_debt(uow, debt.id, after=day)).count >= MOST_LINES:
        raise LimitReached("payments", MOST_LINES, f"A debt has at most {MOST_LINES} payments.")
    lowers = debt.balance_as_of is not None and day >= debt.balance_as_of
    present = debt.current_balance
    if lowers:
        present = cast("Decimal", debt.current_balance) - cast("Decimal", paid)
        if present < 0:
            raise Invalid(
                "amount",
                "more-than-balance",
                "The payment is more than the debt's balance: record the balance first.",
                balance=format_money(cast("Decimal", debt.current_balance)),
            )
    payment = DebtPayment(
        id=new_id(), paid_on=day, amount=paid, lowers_balance=lowers, note=read_note, **_line(uow, debt)
    )
    changes = _changes_of(uow.add(payment))
    latest = day if debt.last_payment_on is None else max(day, debt.last_payment_on)
    changes = {**changes, **uow.change(debt, current_balance=present, last_payment_on=latest)}
    uow.touch(debt)
    await tell_of_part(uow, DebtPaymentRecorded, case, debt, changes)
    return debt.id


def _read_day(faults: Faults, field: str, given: date | None, debt: Debt) -> date:
    """Read the day of a line, today unless said, and not before there was a debt."""
    day = today() if given is None else faults.read(field, read_past_day, given)
    if day is None:
        return today()
    if debt.incurred_on is not None and day < debt.incurred_on:
        faults.add(
            field,
            "before-incurred",
            "This is before the debt was incurred.",
            incurred_on=debt.incurred_on.isoformat(),
        )
    return day


def _read_note(faults: Faults, note: str | None) -> str | None:
    return None if note is None else faults.read("note", partial(one_line, max_length=_NOTE), note)


def _line(uow: UnitOfWork, debt: Debt) -> dict[str, object]:
    return {
        "case_id": debt.case_id,
        "client_id": debt.client_id,
        "debt_id": debt.id,
        "recorded_at": now(),
        "recorded_by": uow.actor.user_id,
    }


def _changes_of(changes: Changes) -> Changes:
    return {name: change for name, change in changes.items() if name in _TOLD}
