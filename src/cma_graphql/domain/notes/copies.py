"""How a centre comes by its categories of notes: copies of the network's catalogue (decision 6)."""

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.notes.catalogue import NoteCategoryCatalogueEntry
from cma_graphql.domain.notes.models import NoteCategory
from cma_graphql.persistence.reads import AnySelect, Span, spanning
from cma_graphql.persistence.unit_of_work import UnitOfWork


@spanning(Span.NETWORK)
def note_category_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's categories of notes, in their order."""
    return select(
        NoteCategoryCatalogueEntry.id.label("catalogue_id"),
        NoteCategoryCatalogueEntry.code,
        NoteCategoryCatalogueEntry.name,
        NoteCategoryCatalogueEntry.description,
        NoteCategoryCatalogueEntry.legal,
        NoteCategoryCatalogueEntry.position,
    ).order_by(NoteCategoryCatalogueEntry.position, NoteCategoryCatalogueEntry.code)


async def copy_note_categories(uow: UnitOfWork) -> int:
    """Give the actor's centre a copy of every category of notes of the network; answer how many there are."""
    entries = await uow.all(note_category_catalogue, Span.NETWORK)
    uow.add_lines(NoteCategory(id=new_id(), active=True, **dict(entry.items())) for entry in entries)
    await uow.flush()
    return len(entries)
