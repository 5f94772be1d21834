"""What may be done with one centre, and the states it goes through (domain reference 5.3)."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.domain.centres.models import CentreStatus


class HasStanding(Protocol):
    """A centre as it is shown."""

    key: UUID
    status: CentreStatus


FOLLOWING: Mapping[CentreStatus, tuple[CentreStatus, ...]] = {
    CentreStatus.ACTIVE: (CentreStatus.SUSPENDED, CentreStatus.CLOSED),
    CentreStatus.SUSPENDED: (CentreStatus.ACTIVE, CentreStatus.CLOSED),
    CentreStatus.CLOSED: (),
}
"""Which states may follow each: closing is for good."""


def may_configure(actor: Actor, centre: HasStanding) -> bool:
    """Tell whether the actor may change the centre's particulars; nobody changes the platform's own row."""
    return actor.may(Permission.CENTRE_CONFIGURE) and centre.key != PLATFORM_CENTRE


def may_become(actor: Actor, centre: HasStanding, status: CentreStatus) -> bool:
    """Tell whether the actor may bring the centre into a state."""
    return (
        actor.may(Permission.CENTRE_CREATE)
        and centre.key != PLATFORM_CENTRE
        and status in FOLLOWING[CentreStatus(centre.status)]
    )
