"""Many people at one checklist: no deadlock, no lost tick, figures that follow from the items."""

import asyncio
from decimal import Decimal

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.compliance.services.checklists import NewRequirement
from cma_graphql.domain.compliance.services.items import complete_item
from cma_graphql.persistence import writing
from support.arena import WRITERS, Arena
from support.compliance import a_checklist, begin_one, checklists, items

pytestmark = pytest.mark.own_database


async def test_twenty_writers_on_one_checklist(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    # One attempt only, so that a deadlock or a lost race would be an error instead of a retry.
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(WRITERS)]
    requirements = [
        NewRequirement(code=f"L-{number}", text="One of many.", evidence_kind=EvidenceKind.NONE)
        for number in range(2 * WRITERS)
    ]
    case_id = await data.a_case(centre)
    await begin_one(data, managers[0], case_id, await a_checklist(data, managers[0], requirements))
    found = await items(data, case_id)
    await asyncio.gather(
        *(
            acting(managers[number], complete_item, item_id=found[f"L-{number}"]["id"], version=1)
            for number in range(WRITERS)
        )
    )
    (checklist,) = (await checklists(data, case_id)).values()
    assert (checklist["done_weight"], checklist["applicable_weight"]) == (WRITERS, 2 * WRITERS)
    assert (checklist["completion"], checklist["base_status"]) == (Decimal("50.00"), "IN_PROGRESS")
    assert checklist["version"] == 1 + WRITERS
    done = [item for item in (await items(data, case_id)).values() if item["state"] == "DONE"]
    assert {item["checked_by"] for item in done} == {manager.user_id for manager in managers}
    told = [event for event in await acting.events(centre) if event["name"] == "compliance.item_completed"]
    assert len(told) == WRITERS
