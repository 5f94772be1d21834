"""A centre's own categories of notes, beside its copies of the network's."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import AlreadyExists, Invalid, LimitReached
from cma_graphql.core.events import STAFF
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import new_id
from cma_graphql.domain.centres.models import Centre
from cma_graphql.domain.compliance.policy import require_of_the_centre
from cma_graphql.domain.notes.events import NoteCategoryCreated, NoteCategoryUpdated
from cma_graphql.domain.notes.models import NoteCategory
from cma_graphql.domain.notes.reading import read_code, read_description, read_name
from cma_graphql.domain.notes.selectors import categories_in_order
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_CATEGORIES = 100


async def create_category(uow: UnitOfWork, *, code: str, name: str, description: str, legal: bool = False) -> UUID:
    """Add a category of notes to the centre. Raises Forbidden, Invalid, InvalidInput, LimitReached."""
    require_of_the_centre(uow.actor, Permission.CENTRE_CONFIGURE)
    faults = Faults()
    category = NoteCategory(
        id=new_id(),
        code=faults.read("code", read_code, code) or "",
        name=faults.read("name", read_name, name) or "",
        description=faults.read("description", read_description, description) or "",
        legal=legal,
        active=True,
    )
    faults.raise_any()
    await uow.lock(Centre, uow.actor.centre_id, field=None)
    present = await uow.all(categories_in_order)
    if len(present) >= MOST_CATEGORIES:
        raise LimitReached("note-categories", MOST_CATEGORIES)
    category.position = 1 + max((row["position"] for row in present), default=0)
    changes = uow.add(category)
    try:
        await uow.flush()
    except AlreadyExists:
        raise Invalid("code", "unique", "The centre has a category with this code already.") from None
    uow.record(NoteCategoryCreated(subject_id=category.id, version=1), changes=changes, after=STAFF)
    return category.id


async def update_category(
    uow: UnitOfWork, *, category_id: UUID, version: int, name: str | None = None, active: bool | None = None
) -> UUID:
    """Give a category another name, retire it or use it again; None leaves a thing as it is.

    Notes keep the category they have. Raises Forbidden, NotFound, Conflict, Invalid.
    """
    require_of_the_centre(uow.actor, Permission.CENTRE_CONFIGURE)
    category = await uow.lock(NoteCategory, category_id, version=version)
    faults = Faults()
    columns: dict[str, object] = {} if active is None else {"active": active}
    if name is not None:
        columns["name"] = faults.read("name", read_name, name)
    faults.raise_any()
    changes = uow.change(category, **columns)
    if changes:
        await uow.flush()
        event = NoteCategoryUpdated(subject_id=category.id, version=category.version)
        uow.record(event, changes=changes, before=STAFF, after=STAFF)
    return category.id
