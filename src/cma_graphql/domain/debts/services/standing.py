"""Where a debt stands: its priority against its type's, and its state."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.cases.services import said
from cma_graphql.domain.debts.events import DebtPriorityChanged, DebtStatusChanged
from cma_graphql.domain.debts.kinds import DebtPriority, DebtStatus
from cma_graphql.domain.debts.models import DebtType
from cma_graphql.domain.debts.reasons import read_reason
from cma_graphql.domain.debts.services.taking import take_debt
from cma_graphql.domain.debts.transitions import OWED, require_step
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def override_priority(
    uow: UnitOfWork, *, debt_id: UUID, version: int, priority: DebtPriority, reason: str
) -> UUID:
    """Set a debt's priority against its type's, with a reason, or give another reason for the same.

    What is essential is personal: the adviser decides (domain reference 2.7). Raises Forbidden, NotFound,
    Conflict, Invalid.
    """
    case, debt = await take_debt(uow, debt_id, version)
    changes = uow.change(debt, priority=priority.value, priority_override_reason=read_reason(reason))
    await tell_of_part(uow, DebtPriorityChanged, case, debt, changes)
    return debt.id


async def reset_priority(uow: UnitOfWork, *, debt_id: UUID, version: int) -> UUID:
    """Give a debt its type's priority again. Raises Forbidden, NotFound, Conflict; nothing where it has it."""
    case, debt = await take_debt(uow, debt_id, version)
    kind = await uow.get(DebtType, debt.debt_type_id)
    changes = uow.change(debt, priority=kind.default_priority, priority_override_reason=None)
    await tell_of_part(uow, DebtPriorityChanged, case, debt, changes)
    return debt.id


async def change_status(
    uow: UnitOfWork, *, debt_id: UUID, version: int, status: DebtStatus, reason: str | None = None
) -> UUID:
    """Take a step of the transition table; a debt at its end is only taken up again with a reason.

    Raises Forbidden, NotFound, Conflict, Invalid, TransitionRefused.
    """
    case, debt = await take_debt(uow, debt_id, version)
    given = None if reason is None else read_reason(reason)
    require_step(debt.status, status)
    if given is None and debt.status not in OWED and status in OWED:
        raise Invalid("reason", "required", "Say why the debt is taken up again.")
    changes = uow.change(debt, status=status.value, status_reason=given, status_changed_at=now())
    told = {name: change for name, change in changes.items() if name == "status"}
    await tell_of_part(uow, DebtStatusChanged, case, debt, {**told, **said(reason=given)})
    return debt.id
