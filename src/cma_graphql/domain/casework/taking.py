"""Takes a case into one's hands: permission, lock, version, reach, in this order."""

from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import ApprovalRequired
from cma_graphql.domain.cases import policy
from cma_graphql.domain.cases.models import Case
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def take(
    uow: UnitOfWork, permission: Permission, case_id: UUID, version: int, *, propose_by: str | None = None
) -> Case:
    """Lock a case for an act that needs a permission. Raises Forbidden, ApprovalRequired, NotFound, Conflict.

    `propose_by` is the mutation by which those propose the act who may not do it.
    """
    if uow.actor.reach(permission) is Reach.PROPOSE:
        raise ApprovalRequired(permission.name, propose_by=propose_by)
    uow.actor.require(permission)
    case = await uow.lock(Case, case_id, version=version)
    await policy.require_reach(uow, permission, case)
    return case


async def take_own(uow: UnitOfWork, case_id: UUID, version: int) -> Case:
    """Lock a case for settling who works on it and sees it: a manager, or whose own it is. Raises like `take`."""
    uow.actor.require(Permission.CASE_UPDATE)
    case = await uow.lock(Case, case_id, version=version)
    await policy.require_own(uow, Permission.CASE_UPDATE, case)
    return case
