"""What a person can do with a centre's directory of creditors."""

from collections.abc import Sequence
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.core.events import STAFF, Changes
from cma_graphql.core.formats.text import name_key
from cma_graphql.core.ids import new_id
from cma_graphql.domain.creditors.details import CreditorDetails, collects, read_details
from cma_graphql.domain.creditors.events import (
    CreditorActivated,
    CreditorCreated,
    CreditorDeactivated,
    CreditorEvent,
    CreditorUpdated,
)
from cma_graphql.domain.creditors.models import Creditor
from cma_graphql.domain.creditors.selectors import adopted, creditors_named, register_entry
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_LONGEST_CODE = 60
_OF_THE_NETWORK = ("catalogue_id", "name", "kind", "is_collector")
"""What of a creditor is the same for every centre."""


class PossibleDuplicateCreditor(Invalid):
    """The centre has a creditor of this name already."""

    def __init__(self, creditor_ids: Sequence[UUID]) -> None:
        count = len(creditor_ids)
        found = "A creditor" if count == 1 else f"{count} creditors"
        super().__init__(
            "accept_possible_duplicate",
            "possible-duplicate",
            f"{found} of this name is in the directory already. Look before you add another one.",
            count=count,
        )
        self.creditor_ids = tuple(creditor_ids)


async def _take_the_directory(uow: UnitOfWork) -> None:
    """Make whoever adds a creditor at the same time wait, and then see this one."""
    await uow.next_number("creditor")


async def _tell(
    uow: UnitOfWork, event: type[CreditorEvent], creditor: Creditor, changes: Changes, *, new: bool
) -> None:
    if not (changes or new):
        return
    await uow.flush()
    told = {name: change for name, change in changes.items() if name != "name_key"}
    uow.record(
        event(subject_id=creditor.id, version=creditor.version),
        changes=told,
        before=None if new else STAFF,
        after=STAFF,
    )


async def adopt_creditor(uow: UnitOfWork, *, code: str) -> UUID:
    """Make the centre's copy of an entry of the network's register; the copy there is, where there is one.

    Raises Forbidden; NotFound where the register has no such code.
    """
    uow.actor.require(Permission.CREDITOR_WRITE)
    entry = None if len(code) > _LONGEST_CODE or not code.isprintable() else await register_entry(uow, code)
    if entry is None:
        raise NotFound("code")
    await _take_the_directory(uow)
    known = await adopted(uow, entry["key"])
    if known is not None:
        return known
    creditor = Creditor(
        id=new_id(),
        catalogue_id=entry["key"],
        name=entry["name"],
        name_key=entry["name_key"],
        trading_names=entry["trading_lines"],
        kind=entry["kind"],
        is_collector=entry["is_collector"],
        active=True,
    )
    changes = uow.add(creditor)
    await _tell(uow, CreditorCreated, creditor, changes, new=True)
    return creditor.id


async def create_creditor(
    uow: UnitOfWork, *, details: CreditorDetails, accept_possible_duplicate: bool = False
) -> UUID:
    """Add a creditor of the centre's own to its directory; answer the id.

    Debts are passed to collectors, enforcement agents and solicitors unless the details say otherwise. Raises
    Forbidden, Invalid, InvalidInput; PossibleDuplicateCreditor where the directory has the name already and
    `accept_possible_duplicate` does not say that somebody has looked.
    """
    uow.actor.require(Permission.CREDITOR_WRITE)
    kind = details.get("kind")
    usual: CreditorDetails = {} if kind is None else {"is_collector": collects(kind)}
    columns = read_details({**usual, **details}, required=("name", "kind"))
    creditor = Creditor(id=new_id(), active=True)
    for column, value in columns.items():
        setattr(creditor, column, value)
    await _take_the_directory(uow)
    same = [] if accept_possible_duplicate else await creditors_named(uow, creditor.name_key)
    if same:
        raise PossibleDuplicateCreditor(same)
    changes = uow.add(creditor)
    await _tell(uow, CreditorCreated, creditor, changes, new=True)
    return creditor.id


async def settle_creditor(uow: UnitOfWork, other: Record) -> UUID:
    """Answer whom this centre's directory has for a creditor of another centre's, adding it where it has nobody.

    Known alike are copies of one entry of the register, and else creditors of one name. What the other centre
    noted of it stays there. Raises Forbidden.
    """
    uow.actor.require(Permission.CREDITOR_WRITE)
    await _take_the_directory(uow)
    known = None if other["catalogue_id"] is None else await adopted(uow, other["catalogue_id"])
    if known is not None:
        return known
    key = name_key(other["name"])
    same = await creditors_named(uow, key) if other["catalogue_id"] is None else []
    if same:
        return same[0]
    creditor = Creditor(
        id=new_id(),
        active=True,
        name_key=key,
        trading_names=other["trading_lines"],
        **{name: other[name] for name in _OF_THE_NETWORK},
    )
    changes = uow.add(creditor)
    await _tell(uow, CreditorCreated, creditor, changes, new=True)
    return creditor.id


async def update_creditor(uow: UnitOfWork, *, creditor_id: UUID, version: int, details: CreditorDetails) -> UUID:
    """Change what the directory says of a creditor, also of a copy from the register.

    Raises Forbidden, NotFound, Conflict, Invalid, InvalidInput.
    """
    uow.actor.require(Permission.CREDITOR_WRITE)
    creditor = await uow.lock(Creditor, creditor_id, version=version)
    changes = uow.change(creditor, **read_details(details))
    await _tell(uow, CreditorUpdated, creditor, changes, new=False)
    return creditor.id


async def deactivate_creditor(uow: UnitOfWork, *, creditor_id: UUID, version: int) -> UUID:
    """Offer a creditor for new debts no more; its debts stay as they are. Raises Forbidden, NotFound, Conflict."""
    return await _set_active(uow, creditor_id, version, CreditorDeactivated, active=False)


async def activate_creditor(uow: UnitOfWork, *, creditor_id: UUID, version: int) -> UUID:
    """Offer a creditor for new debts again. Raises Forbidden, NotFound, Conflict."""
    return await _set_active(uow, creditor_id, version, CreditorActivated, active=True)


async def _set_active(
    uow: UnitOfWork, creditor_id: UUID, version: int, event: type[CreditorEvent], *, active: bool
) -> UUID:
    uow.actor.require(Permission.CREDITOR_WRITE)
    creditor = await uow.lock(Creditor, creditor_id, version=version)
    await _tell(uow, event, creditor, uow.change(creditor, active=active), new=False)
    return creditor.id


async def usable_creditor(uow: UnitOfWork, creditor_id: UUID, *, field: str) -> Creditor:
    """Answer a creditor that a debt may be owed or passed to. Raises NotFound; Invalid where it is not active."""
    creditor = await uow.get(Creditor, creditor_id, field=field)
    if not creditor.active:
        raise Invalid(field, "inactive", "This creditor is not in use any more: activate it first.")
    return creditor
