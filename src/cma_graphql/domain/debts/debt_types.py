"""How a centre comes by its types of debt: copies of the network's catalogue (decision 6)."""

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.debts.models import DebtType, DebtTypeCatalogueEntry
from cma_graphql.persistence.reads import AnySelect, Span, spanning
from cma_graphql.persistence.unit_of_work import UnitOfWork


@spanning(Span.NETWORK)
def debt_type_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's types of debt, in their order."""
    return select(
        DebtTypeCatalogueEntry.id.label("catalogue_id"),
        DebtTypeCatalogueEntry.code,
        DebtTypeCatalogueEntry.name,
        DebtTypeCatalogueEntry.default_priority,
        DebtTypeCatalogueEntry.adviser_decides,
        DebtTypeCatalogueEntry.excluded_from,
        DebtTypeCatalogueEntry.regulated_credit,
        DebtTypeCatalogueEntry.limitation_kind,
        DebtTypeCatalogueEntry.sanction,
        DebtTypeCatalogueEntry.note,
        DebtTypeCatalogueEntry.source,
        DebtTypeCatalogueEntry.certainty,
        DebtTypeCatalogueEntry.position,
    ).order_by(DebtTypeCatalogueEntry.position, DebtTypeCatalogueEntry.code)


async def copy_debt_types(uow: UnitOfWork) -> int:
    """Give the actor's centre a copy of every type of debt of the network; answer how many there are."""
    entries = await uow.all(debt_type_catalogue, Span.NETWORK)
    uow.add_lines(DebtType(id=new_id(), active=True, **dict(entry.items())) for entry in entries)
    await uow.flush()
    return len(entries)
