"""A document that requirements are met by stays, until they are opened again."""

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.casework.delete_document import delete_document
from cma_graphql.domain.compliance.services.items import complete_item, reopen_item
from cma_graphql.persistence.writing import unit_of_work
from support.compliance import a_checklist, a_paper, begin_one, items
from support.data import Data
from support.trail import events_of


async def test_evidence_stays_while_a_requirement_is_met_by_it(data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre, advisor=manager)
    await begin_one(data, manager, case_id, await a_checklist(data, manager))
    paper = await a_paper(data, centre, case_id)
    item = (await items(data, case_id))["L-2"]["id"]
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await complete_item(uow, item_id=item, version=1, evidence_document_id=paper)
    before = [event.name for event in await events_of(data, centre)]

    with pytest.raises(Invalid) as refused:
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await delete_document(uow, document_id=paper, version=1, reason="Scanned twice")
    assert (refused.value.field, refused.value.rule) == ("id", "evidence")
    assert refused.value.params == {"codes": ["L-2"]}
    assert [event.name for event in await events_of(data, centre)] == before

    async with unit_of_work(data.database, data.keys, manager) as uow:
        await reopen_item(uow, item_id=item, version=2, reason="Another paper is better")
    async with unit_of_work(data.database, data.keys, manager) as uow:
        assert await delete_document(uow, document_id=paper, version=1, reason="Scanned twice") == paper
    assert (await events_of(data, centre))[-1].name == "document.deleted"
