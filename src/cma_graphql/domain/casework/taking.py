"""Takes a case into one's hands: permission, lock, version, reach, in this order."""

from collections.abc import Mapping
from uuid import UUID

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import ApprovalRequired
from cma_graphql.domain.cases import policy
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork

PROPOSALS: Mapping[CaseStatus, str] = {
    CaseStatus.RESOLVED: "caseProposeResolution",
    CaseStatus.CLOSED: "caseProposeClosure",
}
"""The mutation by which those propose a step who may not take it."""


async def take(
    uow: UnitOfWork, permission: Permission, case_id: UUID, version: int, *, target: CaseStatus | None = None
) -> Case:
    """Lock a case for an act that needs a permission. Raises Forbidden, ApprovalRequired, NotFound, Conflict.

    `target` is the state that the act takes it to: the refusal says by what those propose that who may not do it.
    """
    require_no_mere_proposal(uow, permission, target)
    uow.actor.require(permission)
    case = await uow.lock(Case, case_id, version=version)
    await policy.require_reach(uow, permission, case)
    return case


def require_no_mere_proposal(uow: UnitOfWork, permission: Permission, target: CaseStatus | None) -> None:
    """Raise ApprovalRequired for who may only propose that a case gets into a state."""
    if uow.actor.reach(permission) is Reach.PROPOSE:
        raise ApprovalRequired(permission.name, propose_by=None if target is None else PROPOSALS.get(target))


async def take_own(uow: UnitOfWork, case_id: UUID, version: int) -> Case:
    """Lock a case for settling who works on it and sees it: a manager, or whose own it is. Raises like `take`."""
    uow.actor.require(Permission.CASE_UPDATE)
    case = await uow.lock(Case, case_id, version=version)
    await policy.require_own(uow, Permission.CASE_UPDATE, case)
    return case
