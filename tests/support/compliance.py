"""Builders of compliance: checklists of cases, small ones of a centre's own, documents for evidence."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.compliance.models import EvidenceKind, Mandatory
from cma_graphql.domain.compliance.services.begin import begin_by_hand, begin_checklists
from cma_graphql.domain.compliance.services.checklists import NewRequirement, create_checklist
from cma_graphql.domain.compliance.services.frameworks import create_framework
from cma_graphql.domain.compliance.services.items import complete_item
from cma_graphql.domain.documents.models import AccessLevel, Document, DocumentType, UploadState
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

REQUIREMENTS = (
    NewRequirement(code="L-1", text="A note is made.", evidence_kind=EvidenceKind.NOTE, weight=2),
    NewRequirement(code="L-2", text="A paper is held.", evidence_kind=EvidenceKind.DOCUMENT),
    NewRequirement(code="L-3", text="A condition.", evidence_kind=EvidenceKind.NONE, mandatory=Mandatory.CONDITIONAL),
    NewRequirement(code="L-4", text="A courtesy.", evidence_kind=EvidenceKind.FIELD, mandatory=Mandatory.NO),
)


async def begin(data: Data, centre: UUID, case_id: UUID) -> None:
    """Give a case the checklists that its type asks for."""
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        await begin_checklists(uow, await uow.lock(Case, case_id))


async def a_framework(data: Data, manager: Actor, **given: Any) -> UUID:
    """Make a framework of the centre's own."""
    values = {
        "code": "LOCAL",
        "name": "Local rules",
        "edition": "2026",
        "effective_from": date(2020, 1, 1),
        "source": "The trustees",
        "description": "What the trustees ask for.",
        **given,
    }
    async with unit_of_work(data.database, data.keys, manager) as uow:
        return await create_framework(uow, **values)


async def a_checklist(
    data: Data, manager: Actor, requirements: Sequence[NewRequirement] = REQUIREMENTS, **given: Any
) -> UUID:
    """Make a checklist of the centre's own, in a framework of its own unless one is given.

    It is for complaints unless said, so that the cases of a test are given it by hand alone.
    """
    framework = given.pop("framework_id", None) or await a_framework(data, manager)
    values = {"code": "LOCAL", "name": "Local list", "case_types": ["COMPLAINT"], **given}
    async with unit_of_work(data.database, data.keys, manager) as uow:
        return await create_checklist(uow, framework_id=framework, requirements=requirements, **values)


async def begin_one(data: Data, manager: Actor, case_id: UUID, checklist_id: UUID) -> None:
    """Give a case a checklist by hand."""
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await begin_by_hand(uow, case_id=case_id, checklist_id=checklist_id)


async def items(data: Data, case_id: UUID) -> dict[str, dict[str, Any]]:
    """Answer the items of a case by their codes, each with its requirement's columns."""
    rows = await fetched(
        data,
        "SELECT requirement.code, requirement.mandatory, requirement.evidence_kind, requirement.gate_stage, item.* "
        "FROM case_compliance_items AS item JOIN compliance_requirements AS requirement "
        "ON requirement.centre_id = item.centre_id AND requirement.id = item.requirement_id WHERE item.case_id = $1",
        case_id,
    )
    return {row["code"]: row for row in rows}


async def checklists(data: Data, case_id: UUID) -> dict[str, dict[str, Any]]:
    """Answer the checklists of a case by their codes."""
    rows = await fetched(
        data,
        "SELECT checklist.code, mine.* FROM case_compliance AS mine JOIN compliance_checklists AS checklist "
        "ON checklist.centre_id = mine.centre_id AND checklist.id = mine.checklist_id WHERE mine.case_id = $1",
        case_id,
    )
    return {row["code"]: row for row in rows}


async def fetched(data: Data, query: str, *values: object) -> list[dict[str, Any]]:
    """Answer rows, past every policy."""
    connection = await asyncpg.connect(data.owner)
    try:
        return [dict(row) for row in await connection.fetch(query, *values)]
    finally:
        await connection.close()


async def a_paper(data: Data, centre: UUID, case_id: UUID, **given: Any) -> UUID:
    """Make a document of a case, its file available unless said."""
    (case,) = await fetched(data, "SELECT client_id FROM cases WHERE id = $1", case_id)
    values = {
        "title": "A letter",
        "upload_state": UploadState.AVAILABLE.value,
        "current_version": 1,
        "versions_made": 1,
        **given,
    }
    document = Document(
        id=new_id(),
        case_id=case_id,
        client_id=case["client_id"],
        document_type=DocumentType.ADVICE_LETTER.value,
        access_level=AccessLevel.CENTRE.value,
        tags=[],
        shared_with_client=False,
        from_client=False,
        **values,
    )
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        uow.add(document)
    return document.id


async def fill_compliance(data: Data, world: Any) -> None:
    """Give every case of a walk's centre a checklist whose words carry the centre's mark, one item of it done."""
    manager, mark = world.actors[Role.CENTRE_MANAGER.value], world.mark
    framework = await a_framework(data, manager, name=mark, description=mark, source=mark)
    requirements = [
        NewRequirement(code="W-1", text=mark, source=mark, evidence_kind=EvidenceKind.NOTE),
        NewRequirement(code="W-2", text=f"{mark} paper", source=mark, evidence_kind=EvidenceKind.DOCUMENT),
    ]
    checklist = await a_checklist(data, manager, requirements, framework_id=framework, name=mark)
    for case_id in world.cases.values():
        await begin_one(data, manager, case_id, checklist)
        paper = await a_paper(data, world.centre, case_id, title=f"{mark} evidence")
        found = await items(data, case_id)
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await complete_item(
                uow, item_id=found["W-1"]["id"], version=1, evidence_note=mark, evidence_document_id=paper, notes=mark
            )
