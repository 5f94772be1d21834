"""How a centre comes by its templates: copies of the network's catalogue (decision 6)."""

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.catalogue import TemplateCatalogueEntry
from cma_graphql.domain.case_templates.drafts import read_draft
from cma_graphql.domain.case_templates.models import CaseTemplate
from cma_graphql.domain.case_templates.publishing import add_version
from cma_graphql.persistence.reads import AnySelect, Span, spanning
from cma_graphql.persistence.unit_of_work import UnitOfWork


@spanning(Span.NETWORK)
def template_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's templates, in their order."""
    return select(
        TemplateCatalogueEntry.id.label("catalogue_id"),
        TemplateCatalogueEntry.code,
        TemplateCatalogueEntry.name,
        TemplateCatalogueEntry.description,
        TemplateCatalogueEntry.category,
        TemplateCatalogueEntry.is_default,
        TemplateCatalogueEntry.definition,
    ).order_by(TemplateCatalogueEntry.position)


async def copy_templates(uow: UnitOfWork) -> int:
    """Give the actor's centre a copy of every template of the network, published; answer how many there are."""
    entries = await uow.all(template_catalogue, Span.NETWORK)
    for entry in entries:
        given = dict(entry.items())
        said = read_draft(given.pop("definition"))
        template = CaseTemplate(id=new_id(), active=True, published_number=1, **given)
        uow.add_lines([template])
        await uow.flush()
        await add_version(uow, template, said, note=None)
    return len(entries)
