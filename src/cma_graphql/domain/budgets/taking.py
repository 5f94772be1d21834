"""How a statement is taken to be changed: its case first, then the statement in the version that was read."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets.models import BudgetSheet
from cma_graphql.domain.budgets.policy import require_draft_to_edit
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take_sheet(
    uow: UnitOfWork,
    permission: Permission,
    sheet_id: UUID,
    *,
    version: int,
    field: str = "id",
    portal: bool = False,
) -> tuple[Case, BudgetSheet]:
    """Lock a statement's case, then the statement (decision 37); the input names the statement by `field`.

    Raises Forbidden, ApprovalRequired, NotFound, Invalid (`case-ended`), Conflict.
    """
    uow.actor.require(permission)
    found = await uow.get(BudgetSheet, sheet_id, field=field)
    case = await take_case_of(uow, permission, found.case_id, field=field, portal=portal)
    return case, await uow.lock(BudgetSheet, sheet_id, version=version, field=field)


async def take_draft(uow: UnitOfWork, sheet_id: UUID, *, version: int, field: str = "id") -> tuple[Case, BudgetSheet]:
    """Lock a draft to edit its lines; a client of the portal may do so with those they began.

    Raises like `take_sheet`, and Invalid (`not-draft`).
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version, field=field, portal=True)
    require_draft_to_edit(uow.actor, sheet, field=field)
    return case, sheet
