"""What is done with centres that concerns this room alone; making and closing one is in `casework`."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import AlreadyExists, Invalid, NotFound, TransitionRefused
from cma_graphql.core.events import STAFF
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.codes import normalise_centre_code
from cma_graphql.core.formats.email import normalise_email
from cma_graphql.core.formats.phone import normalise_phone
from cma_graphql.core.formats.postcode import normalise_postcode
from cma_graphql.core.formats.text import one_line
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.domain.centres.events import (
    CentreClosed,
    CentreCreated,
    CentreReactivated,
    CentreSuspended,
    CentreUpdated,
)
from cma_graphql.domain.centres.models import Centre, CentreStatus, Jurisdiction, OrganisationType
from cma_graphql.domain.centres.policy import FOLLOWING
from cma_graphql.domain.centres.selectors import centres_by_id, has_given_numbers
from cma_graphql.persistence.recording import begin_logs
from cma_graphql.persistence.unit_of_work import UnitOfWork

LONGEST_NAME = 200
_NEEDED = ("name", "code", "organisation_type", "jurisdiction")
_EVENTS = {
    CentreStatus.ACTIVE: CentreReactivated,
    CentreStatus.SUSPENDED: CentreSuspended,
    CentreStatus.CLOSED: CentreClosed,
}


def _line(text: str) -> str:
    return one_line(text, max_length=LONGEST_NAME)


def _phone(text: str) -> str:
    return normalise_phone(text).e164


def _organisation(kind: OrganisationType) -> str:
    if kind is OrganisationType.PLATFORM:
        raise FormatError("organisation-type", "There is one platform, and it is no centre.")
    return kind.value


def _jurisdiction(kind: Jurisdiction) -> str:
    return kind.value


_READERS: Mapping[str, Callable[[Any], str]] = {
    "name": _line,
    "code": normalise_centre_code,
    "organisation_type": _organisation,
    "jurisdiction": _jurisdiction,
    "address_line1": _line,
    "address_line2": _line,
    "city": _line,
    "postcode": normalise_postcode,
    "phone": _phone,
    "email": normalise_email,
}


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer the columns of what was given; null empties one, except what every centre has."""
    faults = Faults()
    read: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if name not in given:
            continue
        if given[name] is not None:
            read[name] = faults.read(name, reader, given[name])
        elif name in _NEEDED:
            faults.add(name, "required", "Every centre has this.")
        else:
            read[name] = None
    faults.raise_any()
    return read


async def _flush_code(uow: UnitOfWork) -> None:
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("code", "unique", "Another centre of the network has this code.") from None


async def add_centre(uow: UnitOfWork, given: Mapping[str, Any]) -> Centre:
    """Make the centre that the unit of work is scoped to, its logs and its data key.

    Raises Forbidden, InvalidInput, Invalid (`code` with the rule `unique`).
    """
    uow.actor.require(Permission.CENTRE_CREATE)
    centre_id = uow.actor.centre_id
    read = _read({**dict.fromkeys(_NEEDED), **given})
    if (await centres_by_id(uow, [centre_id]))[0] is not None:
        raise Invalid("idempotency_key", "idempotency-key-reused", "This key was used before, for another centre.")
    centre = Centre(id=centre_id, status=CentreStatus.ACTIVE.value, settings={}, **read)
    changes = uow.add(centre)
    await _flush_code(uow)
    await begin_centre(uow)
    uow.record(CentreCreated(subject_id=centre_id, version=centre.version), changes=changes, after=STAFF)
    return centre


async def begin_centre(uow: UnitOfWork) -> None:
    """Give the actor's centre, just made, what every transaction in it needs: heads of its logs, and a data key."""
    await begin_logs(uow.connection, uow.actor.centre_id)
    await uow.keys.make(uow.connection, uow.actor.centre_id)


async def lock_centre(uow: UnitOfWork, centre_id: UUID, *, version: int | None = None) -> Centre:
    """Lock a centre that may be changed: NotFound for the platform's own row, which is none."""
    if centre_id == PLATFORM_CENTRE:
        raise NotFound("id")
    return await uow.lock(Centre, centre_id, version=version)


async def update_centre(uow: UnitOfWork, *, centre_id: UUID, version: int, values: Mapping[str, Any]) -> UUID:
    """Change a centre's particulars. Raises NotFound, Forbidden, Conflict, InvalidInput.

    The code stands in the references of clients and the public numbers of cases, so that it is fixed with the
    first of them: Invalid (`code` with the rule `code-in-use`).
    """
    uow.actor.require(Permission.CENTRE_CONFIGURE)
    centre = await lock_centre(uow, centre_id, version=version)
    read = _read(values)
    if read.get("code", centre.code) != centre.code and await has_given_numbers(uow):
        raise Invalid("code", "code-in-use", "The code stands in the centre's references and cannot change any more.")
    changes = uow.change(centre, **read)
    if changes:
        await _flush_code(uow)
        uow.record(
            CentreUpdated(subject_id=centre.id, version=centre.version), changes=changes, before=STAFF, after=STAFF
        )
    return centre.id


async def change_status(uow: UnitOfWork, *, centre_id: UUID, version: int, status: CentreStatus) -> Centre:
    """Bring a centre into another state. Raises NotFound, Forbidden, Conflict, TransitionRefused."""
    uow.actor.require(Permission.CENTRE_CREATE)
    centre = await lock_centre(uow, centre_id, version=version)
    allowed = FOLLOWING[CentreStatus(centre.status)]
    if status not in allowed:
        raise TransitionRefused(source=centre.status, target=status.value, allowed=[item.value for item in allowed])
    changes = uow.change(centre, status=status.value)
    await uow.flush()
    uow.record(
        _EVENTS[status](subject_id=centre.id, version=centre.version), changes=changes, before=STAFF, after=STAFF
    )
    return centre


async def suspend_centre(uow: UnitOfWork, *, centre_id: UUID, version: int) -> UUID:
    """Keep a centre's people from signing in for the time being; for the platform alone."""
    return (await change_status(uow, centre_id=centre_id, version=version, status=CentreStatus.SUSPENDED)).id


async def reactivate_centre(uow: UnitOfWork, *, centre_id: UUID, version: int) -> UUID:
    """Put a suspended centre to work again; for the platform alone."""
    return (await change_status(uow, centre_id=centre_id, version=version, status=CentreStatus.ACTIVE)).id
