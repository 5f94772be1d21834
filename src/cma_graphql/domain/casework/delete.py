"""Deletes a case so that its history stays, and restores it."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import AlreadyExists, Invalid, NotFound
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.casework.ending import end_what_is_open
from cma_graphql.domain.casework.guards import DELETION_GUARDS, require_all
from cma_graphql.domain.casework.reading import read_reason
from cma_graphql.domain.casework.taking import take
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.workflow.services.ending import delete_with_case, restore_with_case
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delete_case(uow: UnitOfWork, *, case_id: UUID, version: int, reason: str) -> UUID:
    """Delete a case in which nothing is going on: a new one without open reviews, a closed or a cancelled one.

    Seed 004 (6.3) forbids it where workflows are active, approvals pending or compliance requirements open: a case
    being assigned, worked on, on hold, resolved but not closed, reopened, or with another organisation, or one on
    whose stages somebody is at work. Its workflow is deleted with it, its appointments and
    tasks end, and its history stays. Raises Forbidden,
    NotFound, Conflict, Invalid, InvalidInput.
    """
    case = await take(uow, Permission.CASE_DELETE, case_id, version)
    await require_all(uow, case, DELETION_GUARDS)
    why = read_reason(reason)
    await end_what_is_open(uow, case, reason="The case was deleted.")
    await cases.delete_case(uow, case, reason=why)
    await delete_with_case(uow, case)
    return case.id


async def restore_case(uow: UnitOfWork, *, case_id: UUID, version: int) -> UUID:
    """Bring a deleted case back, if its client is there, and it has not been imported anew since.

    Raises Forbidden, NotFound, Conflict, Invalid.
    """
    uow.actor.require(Permission.CASE_DELETE)
    case = await uow.lock(Case, case_id, version=version, deleted=True)
    try:
        await uow.lock(Client, case.client_id)
    except NotFound:
        raise Invalid("id", "client-deleted", "The client of this case is deleted: restore the client first.") from None
    try:
        await cases.restore_case(uow, case)
    except AlreadyExists:
        raise Invalid(
            "id", "former-reference-taken", "The case has been imported anew since: the other record is in use."
        ) from None
    await restore_with_case(uow, case)
    return case.id
