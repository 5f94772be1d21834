"""Closes a centre for good."""

from uuid import UUID

from cma_graphql.domain.casework.cases_in_hand import require_no_open_cases
from cma_graphql.domain.centres.models import CentreStatus
from cma_graphql.domain.centres.services import change_status
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def close_centre(uow: UnitOfWork, *, centre_id: UUID, version: int) -> UUID:
    """Close a centre once none of its cases is open; for the platform alone.

    Raises Forbidden, NotFound, Conflict, TransitionRefused, Invalid (rule `has-open-cases`).
    """
    centre = await change_status(uow, centre_id=centre_id, version=version, status=CentreStatus.CLOSED)
    await require_no_open_cases(
        uow, "centre", centre.id, field="id", message="The centre has open cases: close them, or refer the clients."
    )
    return centre.id
