"""How a centre comes by its case types: copies of the network's catalogue (decision 6)."""

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.catalogue import CaseTypeCatalogueEntry
from cma_graphql.domain.cases.models import BillingMethod
from cma_graphql.domain.cases.type_models import CaseType
from cma_graphql.persistence.reads import AnySelect, Span, spanning
from cma_graphql.persistence.unit_of_work import UnitOfWork


@spanning(Span.NETWORK)
def case_type_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's case types, in their order."""
    return select(
        CaseTypeCatalogueEntry.id.label("catalogue_id"),
        CaseTypeCatalogueEntry.code,
        CaseTypeCatalogueEntry.name,
        CaseTypeCatalogueEntry.description,
        CaseTypeCatalogueEntry.parent_id,
        CaseTypeCatalogueEntry.category,
        CaseTypeCatalogueEntry.default_priority,
        CaseTypeCatalogueEntry.default_complexity,
        CaseTypeCatalogueEntry.requires_legal_review,
        CaseTypeCatalogueEntry.requires_compliance_review,
        CaseTypeCatalogueEntry.position,
        CaseTypeCatalogueEntry.is_default,
    ).order_by(CaseTypeCatalogueEntry.position, CaseTypeCatalogueEntry.code)


async def copy_case_types(uow: UnitOfWork) -> int:
    """Give the actor's centre a copy of every case type of the network; answer how many there are."""
    entries = await uow.all(case_type_catalogue, Span.NETWORK)
    ids = {entry["catalogue_id"]: new_id() for entry in entries}
    uow.add_lines(
        CaseType(
            id=ids[entry["catalogue_id"]],
            active=True,
            default_billing_method=BillingMethod.NONE.value,
            requires_cost_tracking=True,
            **{**dict(entry.items()), "parent_id": ids.get(entry["parent_id"])},
        )
        for entry in entries
    )
    await uow.flush()
    return len(entries)
