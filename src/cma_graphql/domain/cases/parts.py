"""What hangs on a case, its debts, budgets and documents: taken with the case's lock, told of to its audience."""

from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.cases.policy import require_reach
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.unit_of_work import UnitOfWork

_WRITABLE = frozenset({*OPEN, CaseStatus.RESOLVED})


async def take_case_of(
    uow: UnitOfWork,
    permission: Permission,
    case_id: UUID,
    *,
    field: str | None = "case_id",
    portal: bool = False,
    ended: bool = False,
) -> Case:
    """Lock the case whose part is about to change, before the part itself: the case comes first (decision 37).

    A client of the portal changes only what `portal` opens to them; the rest they tell their advisor. A case at
    its end keeps its parts as they are, unless `ended` says that the act belongs to one. Raises Forbidden,
    ApprovalRequired, NotFound, Invalid.
    """
    uow.actor.require(permission)
    if uow.actor.kind is ActorKind.CLIENT and not portal:
        raise Forbidden(permission.name, "The centre's staff change this: tell your advisor.")
    case = await uow.lock(Case, case_id, field=field)
    await require_reach(uow, permission, case)
    if not ended and case.status not in _WRITABLE:
        raise Invalid(field or "", "case-ended", "The case is at its end: reopen it first.", status=case.status)
    return case


async def tell_of_part(
    uow: UnitOfWork,
    event: type[Event],
    case: Case,
    part: CentreRow,
    changes: Changes,
    *,
    new: bool = False,
    gone: bool = False,
) -> None:
    """Record what happened to a part of a case, for those who see the case. No changes to an old part: nothing."""
    if not (changes or new or gone):
        return
    await uow.flush()
    audience = await audience_of(uow, case)
    tell_audience(uow, audience, event, part, changes, case_id=case.id, client_id=case.client_id, new=new, gone=gone)


def tell_audience(
    uow: UnitOfWork,
    audience: Audience,
    event: type[Event],
    part: CentreRow,
    changes: Changes,
    *,
    case_id: UUID,
    client_id: UUID,
    new: bool = False,
    gone: bool = False,
) -> None:
    """Record what happened to a part of a case, which has been sent, for an audience that the caller knows."""
    uow.record(
        event(subject_id=part.id, case_id=case_id, client_id=client_id, version=getattr(part, "version", 0)),
        changes=changes,
        before=None if new else audience,
        after=None if gone else audience,
    )
