"""What people do with the filters that they keep: save, change and delete them."""

from dataclasses import replace
from typing import cast
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, Invalid, LimitReached
from cma_graphql.core.events import Audience, Changes, Event, Publicity
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import name_key, one_line
from cma_graphql.core.ids import new_id
from cma_graphql.domain.saved_filters.events import FilterSaved, SavedFilterDeleted, SavedFilterUpdated
from cma_graphql.domain.saved_filters.models import FilteredList, SavedFilter
from cma_graphql.domain.saved_filters.selectors import saved_filters
from cma_graphql.domain.users.models import Membership
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_FILTERS = 100
"""How many one person keeps at one centre."""
_OWN_WORDS = frozenset({"name", "name_key", "conditions"})
LONGEST = 4_000
"""How many characters a filter has at most."""


async def save_filter(uow: UnitOfWork, *, filtered_list: FilteredList, name: str, conditions: str) -> UUID:
    """Keep a filter under a name that the person has not given to another of that list; answer its id.

    `conditions` has been read as a filter of that list. Raises Forbidden, LimitReached, Invalid (`taken`, the name's
    rules).
    """
    person = _person(uow.actor)
    said = read_field("name", one_line, name, max_length=100)
    await uow.lock(Membership, person, field=None)  # so that two saved at once are counted one after the other
    present = await saved_filters(uow)
    if len(present) >= MOST_FILTERS:
        raise LimitReached("savedFilters", MOST_FILTERS)
    await _require_free(uow, filtered_list.value, said)
    kept = SavedFilter(
        id=new_id(),
        user_id=person,
        filtered_list=filtered_list.value,
        name=said,
        name_key=name_key(said),
        conditions=conditions,
    )
    _tell(uow, FilterSaved, kept, uow.add(kept))
    return kept.id


async def update_filter(
    uow: UnitOfWork, *, filter_id: UUID, version: int, name: str | None = None, conditions: str | None = None
) -> UUID:
    """Give a filter another name or other conditions. Raises Forbidden, NotFound, Conflict, Invalid."""
    person = _person(uow.actor)
    await uow.get(SavedFilter, filter_id, field="id")
    await uow.lock(Membership, person, field=None)
    kept = await uow.lock(SavedFilter, filter_id, version=version)
    changed: dict[str, object] = {}
    if name is not None:
        said = read_field("name", one_line, name, max_length=100)
        if name_key(said) != kept.name_key:
            await _require_free(uow, kept.filtered_list, said)
        changed |= {"name": said, "name_key": name_key(said)}
    if conditions is not None:
        changed["conditions"] = conditions
    changes = uow.change(kept, **changed)
    if changes:
        _tell(uow, SavedFilterUpdated, kept, changes)
    return kept.id


async def delete_filter(uow: UnitOfWork, *, filter_id: UUID, version: int) -> UUID:
    """Throw a filter away. Raises Forbidden, NotFound, Conflict."""
    _person(uow.actor)
    await uow.get(SavedFilter, filter_id, field="id")
    kept = await uow.lock(SavedFilter, filter_id, version=version)
    _tell(uow, SavedFilterDeleted, kept, uow.soft_delete(kept))
    return kept.id


def _person(actor: Actor) -> UUID:
    """Answer who acts: programs and clients of the portal keep no filters."""
    actor.require(Permission.CASE_READ)
    if actor.kind is not ActorKind.STAFF:
        raise Forbidden(Permission.CASE_READ.name, "The centre's staff keep filters.")
    return actor.user_id


async def _require_free(uow: UnitOfWork, filtered_list: str, name: str) -> None:
    present = await saved_filters(uow, [FilteredList(filtered_list)])
    if any(name_key(cast("str", row["name"])) == name_key(name) for row in present):
        raise Invalid("name", "taken", "You have a filter of this name already: change that one.")


def _tell(uow: UnitOfWork, event: type[Event], kept: SavedFilter, changes: Changes) -> None:
    """Tell the owner; what they look for is nobody else's business, in the trail neither."""
    owner = Audience(user_ids=(kept.user_id,), restricted=True)
    changes = {
        field: replace(change, publicity=Publicity.SEALED) if field in _OWN_WORDS else change
        for field, change in changes.items()
    }
    uow.record(event(subject_id=kept.id, version=kept.version or 1), changes=changes, before=owner, after=owner)
