"""How the services of debts take a debt: its case first, then the debt, in the version that was read."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.events import Changes
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.debts.models import Debt
from cma_graphql.persistence.unit_of_work import UnitOfWork

_FOLLOWING = frozenset({"account_number_index", "due_key"})


async def take_debt(uow: UnitOfWork, debt_id: UUID, version: int) -> tuple[Case, Debt]:
    """Lock a debt and, before it, its case (decision 37). Raises Forbidden, NotFound, Conflict, Invalid."""
    uow.actor.require(Permission.DEBT_WRITE)
    found = await uow.get(Debt, debt_id, field="id")
    case = await take_case_of(uow, Permission.DEBT_WRITE, found.case_id, field="id")
    return case, await uow.lock(Debt, debt_id, version=version)


def told(changes: Changes) -> Changes:
    """Answer the changes that a person made, without what merely follows from them."""
    return {field: change for field, change in changes.items() if field not in _FOLLOWING}
