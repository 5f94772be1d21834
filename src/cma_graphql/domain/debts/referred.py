"""Debts to which other records of a case refer."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.debts.selectors import debts_by_key
from cma_graphql.persistence.reads import Reads, Record, aligned_optional
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def require_debt_of(uow: UnitOfWork, case: Case, debt_id: UUID | None, *, field: str) -> None:
    """Raise NotFound for a debt that is not there, Invalid for one of another case that the actor sees."""
    if debt_id is None:
        return
    debt = await uow.get(Debt, debt_id, field=field)
    if debt.case_id != case.id:
        raise Invalid(field, "another-case", "The debt belongs to another case.")


async def debts_by_optional_id(reads: Reads, debt_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer these debts, in their order; None for none, and for those that are deleted."""
    return await aligned_optional(reads, debts_by_key, debt_ids)
