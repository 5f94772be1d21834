"""Changing what a debt says of itself; deleting one so that it stays, and restoring it."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.core.faults import Faults
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.creditors.services import usable_creditor
from cma_graphql.domain.debts.details import FIELDS, DebtDetails, read_debt
from cma_graphql.domain.debts.events import DebtDeleted, DebtRestored, DebtUpdated
from cma_graphql.domain.debts.models import Debt, DebtHolder
from cma_graphql.domain.debts.reasons import read_reason
from cma_graphql.domain.debts.selectors import deleted_debts_by_id
from cma_graphql.domain.debts.services.add import require_room, usable_type
from cma_graphql.domain.debts.services.columns import columns_of
from cma_graphql.domain.debts.services.taking import take_debt, told
from cma_graphql.persistence.unit_of_work import UnitOfWork

_SEALED = "account_number"


async def update_debt(
    uow: UnitOfWork,
    *,
    debt_id: UUID,
    version: int,
    details: DebtDetails,
    debt_type_id: UUID | None = None,
    creditor_id: UUID | None = None,
) -> UUID:
    """Change what a debt says of itself. Another type brings its own priority, unless that was overridden.

    Another creditor corrects who was owed at first; to pass a debt on is `reassign_debt`. Raises Forbidden,
    NotFound, Conflict, Invalid, InvalidInput.
    """
    case, debt = await take_debt(uow, debt_id, version)
    columns: dict[str, object] = {}
    if debt_type_id is not None and debt_type_id != debt.debt_type_id:
        kind = await usable_type(uow, debt_type_id)
        columns["debt_type_id"] = kind.id
        if debt.priority_override_reason is None:
            columns["priority"] = kind.default_priority
    if creditor_id is not None and creditor_id != debt.creditor_id:
        columns |= await _corrected_creditor(uow, debt, creditor_id)
    faults = Faults()
    before = {field: getattr(debt, field) for field in FIELDS if field != _SEALED}
    kept = read_debt(details, before, faults)
    faults.raise_any()
    changes = uow.change(debt, **columns, **await columns_of(uow, debt, kept))
    await tell_of_part(uow, DebtUpdated, case, debt, told(changes))
    return debt.id


async def _corrected_creditor(uow: UnitOfWork, debt: Debt, creditor_id: UUID) -> dict[str, object]:
    """Put another creditor at the beginning of a debt's history; answer the debt's columns for it."""
    creditor = await usable_creditor(uow, creditor_id, field="creditor_id")
    await uow.run_update(DebtHolder, DebtHolder.debt_id == debt.id, DebtHolder.position == 0, creditor_id=creditor.id)
    # Whoever collects for itself is no collector.
    collector = None if debt.collector_id == creditor.id else debt.collector_id
    return {"creditor_id": creditor.id, "collector_id": collector}


async def delete_debt(uow: UnitOfWork, *, debt_id: UUID, version: int, reason: str) -> UUID:
    """Delete a debt softly: it counts no more, and can be restored. Raises Forbidden, NotFound, Conflict, Invalid."""
    case, debt = await take_debt(uow, debt_id, version)
    given = read_reason(reason)
    changes = uow.soft_delete(debt)
    await tell_of_part(uow, DebtDeleted, case, debt, {**changes, **said(reason=given)}, gone=True)
    return debt.id


async def restore_debt(uow: UnitOfWork, *, debt_id: UUID, version: int) -> UUID:
    """Bring a deleted debt back as it was.

    Raises Forbidden, Conflict, Invalid; NotFound also where it is not deleted; LimitReached at 200 debts.
    """
    uow.actor.require(Permission.DEBT_WRITE)
    (found,) = await deleted_debts_by_id(uow, [debt_id])
    if found is None:
        raise NotFound("id")
    case = await take_case_of(uow, Permission.DEBT_WRITE, found["case_id"], field="id")
    debt = await uow.lock(Debt, debt_id, version=version, deleted=True)
    await require_room(uow, case.id)
    changes = uow.change(debt, deleted_at=None, deleted_by=None)
    await tell_of_part(uow, DebtRestored, case, debt, changes, new=True)
    return debt.id
