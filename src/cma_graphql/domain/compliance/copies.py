"""How a centre comes by its frameworks: copies of the network's catalogue (decision 6)."""

from sqlalchemy import select

from cma_graphql.access.actor import Sight
from cma_graphql.core.ids import new_id
from cma_graphql.domain.compliance.catalogue import (
    ChecklistCatalogueEntry,
    FrameworkCatalogueEntry,
    ItemCatalogueEntry,
)
from cma_graphql.domain.compliance.models import ComplianceChecklist, ComplianceFramework, ComplianceRequirement
from cma_graphql.persistence.reads import AnySelect, Span, spanning
from cma_graphql.persistence.unit_of_work import UnitOfWork


@spanning(Span.NETWORK)
def framework_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's frameworks that are in use, in their order."""
    return (
        select(
            FrameworkCatalogueEntry.id.label("catalogue_id"),
            FrameworkCatalogueEntry.code,
            FrameworkCatalogueEntry.name,
            FrameworkCatalogueEntry.edition,
            FrameworkCatalogueEntry.effective_from,
            FrameworkCatalogueEntry.effective_to,
            FrameworkCatalogueEntry.source,
            FrameworkCatalogueEntry.description,
            FrameworkCatalogueEntry.position,
        )
        .where(FrameworkCatalogueEntry.active)
        .order_by(FrameworkCatalogueEntry.position)
    )


@spanning(Span.NETWORK)
def checklist_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's checklists, in their order."""
    return select(
        ChecklistCatalogueEntry.framework_id,
        ChecklistCatalogueEntry.id.label("catalogue_id"),
        ChecklistCatalogueEntry.code,
        ChecklistCatalogueEntry.name,
        ChecklistCatalogueEntry.case_types,
        ChecklistCatalogueEntry.gate_stage,
        ChecklistCatalogueEntry.mandatory,
        ChecklistCatalogueEntry.position,
    ).order_by(ChecklistCatalogueEntry.position)


@spanning(Span.NETWORK)
def item_catalogue(_sight: Sight, _span: Span) -> AnySelect:
    """Select the network's requirements, in their order."""
    return select(
        ItemCatalogueEntry.checklist_id,
        ItemCatalogueEntry.code,
        ItemCatalogueEntry.text,
        ItemCatalogueEntry.source,
        ItemCatalogueEntry.certainty,
        ItemCatalogueEntry.mandatory,
        ItemCatalogueEntry.evidence_kind,
        ItemCatalogueEntry.case_types,
        ItemCatalogueEntry.weight,
        ItemCatalogueEntry.gate_stage,
        ItemCatalogueEntry.deadline_days,
        ItemCatalogueEntry.position,
    ).order_by(ItemCatalogueEntry.checklist_id, ItemCatalogueEntry.position)


async def copy_frameworks(uow: UnitOfWork) -> int:
    """Give the actor's centre a copy of every framework of the network; answer how many requirements there are."""
    frameworks = {
        entry["catalogue_id"]: ComplianceFramework(id=new_id(), active=True, **dict(entry.items()))
        for entry in await uow.all(framework_catalogue, Span.NETWORK)
    }
    uow.add_lines(frameworks.values())
    checklists = {}
    for entry in await uow.all(checklist_catalogue, Span.NETWORK):
        copied = frameworks.get(entry["framework_id"])
        if copied is not None:
            given = {**dict(entry.items()), "framework_id": copied.id}
            checklists[entry["catalogue_id"]] = ComplianceChecklist(id=new_id(), revision=1, active=True, **given)
    uow.add_lines(checklists.values())
    requirements = [
        ComplianceRequirement(id=new_id(), **{**dict(entry.items()), "checklist_id": found.id})
        for entry in await uow.all(item_catalogue, Span.NETWORK)
        if (found := checklists.get(entry["checklist_id"])) is not None
    ]
    uow.add_lines(requirements)
    await uow.flush()
    return len(requirements)
