"""Who manages a centre."""

from uuid import UUID

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import STAFF
from cma_graphql.domain.centres.events import CentreManagerChanged
from cma_graphql.domain.centres.services import lock_centre
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def set_centre_manager(uow: UnitOfWork, *, centre_id: UUID, version: int, manager_id: UUID | None) -> UUID:
    """Name one of the centre's active managers as the person who answers for it; None: nobody.

    Raises Forbidden, NotFound, Conflict, Invalid (`manager_id` with the rule `not-a-manager`).
    """
    uow.actor.require(Permission.CENTRE_CONFIGURE)
    centre = await lock_centre(uow, centre_id, version=version)
    if manager_id is not None:
        member = await uow.lock(Membership, manager_id, field="manager_id")
        if member.status != MembershipStatus.ACTIVE or Role.CENTRE_MANAGER.value not in member.roles:
            raise Invalid("manager_id", "not-a-manager", "Name an active member with the role CENTRE_MANAGER.")
    changes = uow.change(centre, manager_id=manager_id)
    if changes:
        await uow.flush()
        uow.record(
            CentreManagerChanged(subject_id=centre.id, version=centre.version),
            changes=changes,
            before=STAFF,
            after=STAFF,
        )
    return centre.id
