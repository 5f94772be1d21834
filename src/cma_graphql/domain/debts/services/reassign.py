"""Passing a debt on: to a collector, to whoever bought it, back to the creditor."""

from datetime import date
from functools import partial
from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.creditors.services import usable_creditor
from cma_graphql.domain.debts.details import read_past_day
from cma_graphql.domain.debts.events import DebtReassigned
from cma_graphql.domain.debts.history import holders_of_debts
from cma_graphql.domain.debts.models import DebtHolder
from cma_graphql.domain.debts.reasons import LONGEST
from cma_graphql.domain.debts.services.taking import take_debt
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_HOLDERS = 50
"""How many holders one debt may have had."""


async def reassign_debt(
    uow: UnitOfWork, *, debt_id: UUID, version: int, creditor_id: UUID, held_from: date, reason: str
) -> UUID:
    """Pass a debt to another creditor of the centre from a day on; its state stays. Answer the debt's id.

    Raises Forbidden, NotFound, Conflict; Invalid for a creditor not in use (`inactive`), for the present holder
    (`same-holder`), and for a day in the future or before the present holder's (`before-holder`); LimitReached at
    50 holders.
    """
    case, debt = await take_debt(uow, debt_id, version)
    creditor = await usable_creditor(uow, creditor_id, field="creditor_id")
    faults = Faults()
    day = faults.read("held_from", read_past_day, held_from)
    given = faults.read("reason", partial(one_line, max_length=LONGEST), reason)
    faults.raise_any()
    (holders,) = await holders_of_debts(uow, [debt.id])
    present = holders[-1]
    if present["creditor_id"] == creditor.id:
        raise Invalid("creditor_id", "same-holder", "This creditor holds the debt already.")
    if len(holders) >= MOST_HOLDERS:
        raise LimitReached("holders", MOST_HOLDERS, f"A debt has at most {MOST_HOLDERS} holders.")
    earliest = present["held_from"] or debt.incurred_on
    if day is not None and earliest is not None and day < earliest:
        raise Invalid(
            "held_from",
            "before-holder",
            "This is before the present holder had the debt.",
            earliest=earliest.isoformat(),
        )
    uow.add(
        DebtHolder(
            id=new_id(),
            case_id=case.id,
            client_id=case.client_id,
            debt_id=debt.id,
            creditor_id=creditor.id,
            position=len(holders),
            held_from=day,
            reason=given,
            recorded_at=now(),
            recorded_by=uow.actor.user_id,
        )
    )
    collector = None if creditor.id == debt.creditor_id else creditor.id
    changes = uow.change(debt, collector_id=collector)
    await tell_of_part(uow, DebtReassigned, case, debt, {**changes, **said(reason=given)})
    return debt.id
