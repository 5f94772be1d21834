"""Taking a statement from state to state: submitted, returned, withdrawn."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.faults import Faults
from cma_graphql.domain.budgets.catalogue import read_catalogue
from cma_graphql.domain.budgets.events import BudgetSheetStatusChanged
from cma_graphql.domain.budgets.line_input import dated
from cma_graphql.domain.budgets.models import SheetStatus, VerificationStatus
from cma_graphql.domain.budgets.selectors import lines_of_sheet
from cma_graphql.domain.budgets.sheet_input import read_reason
from cma_graphql.domain.budgets.taking import take_sheet
from cma_graphql.domain.budgets.transitions import require_step
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def submit_sheet(uow: UnitOfWork, *, sheet_id: UUID, version: int) -> UUID:
    """Hand a draft over for review: from now on its lines stand still.

    The form asks for two confirmations (domain reference 2.2): that the use of assets and a savings contribution
    were considered. Raises Forbidden, NotFound, Conflict, TransitionRefused; Invalid and InvalidInput: `no-lines`,
    `not-considered`, `code-out-of-date`, `frequency-out-of-date`.
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    require_step(sheet.status, SheetStatus.READY_FOR_REVIEW)
    lines = await lines_of_sheet(uow, sheet.id)
    faults = Faults()
    if not lines:
        faults.add("id", "no-lines", "The statement has no lines.")
    for name, what in (
        ("asset_use_considered", "the use of assets"),
        ("savings_considered", "a savings contribution"),
    ):
        if not getattr(sheet, name):
            faults.add(name, "not-considered", f"First say on the statement that {what} was considered.")
    (await read_catalogue(uow)).check_kept(faults, "id", dated(sheet), lines)
    faults.raise_any()
    changes = uow.change(sheet, status=SheetStatus.READY_FOR_REVIEW.value, submitted_at=now(), return_reason=None)
    await tell_of_part(uow, BudgetSheetStatusChanged, case, sheet, changes)
    return sheet.id


async def return_sheet(uow: UnitOfWork, *, sheet_id: UUID, version: int, reason: str) -> UUID:
    """Make a statement under review a draft again; what was verified of it has to be so anew.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    require_step(sheet.status, SheetStatus.DRAFT)
    faults = Faults()
    said = read_reason(faults, "reason", reason)
    faults.raise_any()
    changes = uow.change(
        sheet,
        status=SheetStatus.DRAFT.value,
        submitted_at=None,
        return_reason=said,
        verification_status=VerificationStatus.UNVERIFIED.value,
        verified_by=None,
        verified_at=None,
        verification_note=None,
    )
    await tell_of_part(uow, BudgetSheetStatusChanged, case, sheet, changes)
    return sheet.id


async def withdraw_sheet(uow: UnitOfWork, *, sheet_id: UUID, version: int, reason: str) -> UUID:
    """Give a statement up: it counts no more, and nothing takes its place until another is confirmed.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid.
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    require_step(sheet.status, SheetStatus.WITHDRAWN)
    faults = Faults()
    said = read_reason(faults, "reason", reason)
    faults.raise_any()
    changes = uow.change(sheet, status=SheetStatus.WITHDRAWN.value, withdrawal_reason=said)
    await tell_of_part(uow, BudgetSheetStatusChanged, case, sheet, changes)
    return sheet.id
