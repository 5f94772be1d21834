"""A case's checklists begin with it, and keep step with its type and its stage."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import stopped, today
from cma_graphql.core.errors import Forbidden, Invalid, NotFound
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.update import change_case_stage, update_case
from cma_graphql.domain.compliance.services.begin import begin_by_hand
from cma_graphql.domain.compliance.services.checklists import NewRequirement, Replaced, create_checklist
from cma_graphql.domain.compliance.services.items import complete_item
from support.acting import Acting
from support.compliance import a_checklist, begin, begin_one, checklists, items
from support.data import Data
from support.stages import give_up

FIRST = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def a_type(acting: Acting, centre: UUID, code: str) -> UUID:
    found: UUID = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = $2", centre, code
    )
    return found


async def an_opened_case(data: Data, acting: Acting, manager: Actor, code: str = "DEBT_ADVICE") -> UUID:
    case_id: UUID = await acting(
        manager,
        open_case,
        client_id=await data.a_client(manager.centre_id),
        case_type_id=await a_type(acting, manager.centre_id, code),
        title="Rent",
        description="Arrears.",
    )
    return case_id


async def test_what_is_of_the_first_stages_is_due_in_two_weeks(data: Data, acting: Acting) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with stopped(FIRST):
        case_id = await an_opened_case(data, acting, manager)
    began = await items(data, case_id)
    due = {code for code, item in began.items() if item["deadline_on"] == date(2026, 12, 15)}
    assert due == {code for code, item in began.items() if item["gate_stage"] in {"ENQUIRY", "TRIAGE"}}
    assert {item["deadline_on"] for code, item in began.items() if code not in due} == {None}
    lists = await checklists(data, case_id)
    assert {(row["base_status"], row["completion"], row["version"]) for row in lists.values()} == {("PENDING", 0, 1)}
    assert {code: row["due_on"] for code, row in lists.items()} == dict.fromkeys(lists, date(2026, 12, 15))
    (begun,) = [event for event in await acting.events(manager.centre_id) if event["name"] == "compliance.begun"]
    assert (begun["entity"], begun["subject_id"], begun["case_id"]) == ("case", case_id, case_id)
    assert begun["changes"]["items"] == {"old": None, "new": len(began)}
    assert set(begun["changes"]["checklists"]["new"]) == set(lists)


async def test_a_stage_lets_its_requirements_fall_due_once(data: Data, acting: Acting) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    with stopped(FIRST):
        case_id = await an_opened_case(data, acting, manager)
        await give_up(data, acting, manager, case_id)
    with stopped(datetime(2027, 1, 10, 12, tzinfo=UTC)):
        await acting(manager, change_case_stage, case_id=case_id, version=1, stage=CaseStage.BUDGET)
    found = await items(data, case_id)
    by_stage = {
        stage: {row["deadline_on"] for row in found.values() if row["gate_stage"] == stage}
        for stage in ("TRIAGE", "FACT_FIND", "BUDGET", "ADVICE")
    }
    assert by_stage == {
        "TRIAGE": {date(2026, 12, 15)},
        "FACT_FIND": {date(2027, 1, 24)},
        "BUDGET": {date(2027, 1, 24)},
        "ADVICE": {None},
    }
    assert found["CONC-17"]["version"] == 2
    assert found["CONC-02"]["version"] == 1
    before = await checklists(data, case_id)
    with stopped(datetime(2027, 2, 1, 12, tzinfo=UTC)):
        await acting(manager, change_case_stage, case_id=case_id, version=2, stage=CaseStage.TRIAGE)
    assert (await items(data, case_id), await checklists(data, case_id)) == (found, before)
    told = [event for event in await acting.events(manager.centre_id) if event["name"] == "compliance.realigned"]
    assert [event["changes"] for event in told] == [
        {"due": {"old": None, "new": sum(row["version"] == 2 for row in found.values())}}
    ]


async def test_a_new_type_brings_its_checklists_and_sets_the_untouched_aside(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await an_opened_case(data, acting, manager, "BREATHING_SPACE")
    first = await items(data, case_id)
    touched = {"item_id": first["BS-C01"]["id"], "version": 1, "evidence_note": "At the second meeting"}
    await acting(manager, complete_item, **touched)
    await begin_one(data, manager, case_id, await a_checklist(data, manager))
    dro = {"case_type_id": await a_type(acting, centre, "DRO")}
    await acting(manager, update_case, case_id=case_id, version=1, edits=dro)
    after = await items(data, case_id)
    by_hand = {code for code in after if code.startswith("L-")}
    assert {after[code]["state"] for code in by_hand} == {"OPEN"}
    assert set(after) - set(first) - by_hand == {"QF-13", *(f"DRO-C0{number}" for number in range(1, 6))}
    assert after["BS-C01"]["state"] == "DONE"
    aside = {code for code, item in after.items() if item["state"] == "NOT_APPLICABLE"}
    assert aside == {f"BS-C0{number}" for number in range(2, 8)}
    assert {after[code]["reason"] for code in aside} == {"The case is not of a type that asks for this any more."}
    lists = await checklists(data, case_id)
    assert (lists["BS"]["base_status"], lists["BS"]["completion"]) == ("COMPLIANT", 100)
    back = {"case_type_id": await a_type(acting, centre, "BREATHING_SPACE")}
    await acting(manager, update_case, case_id=case_id, version=2, edits=back)
    again = await items(data, case_id)
    assert {again[code]["state"] for code in aside} == {"OPEN"}
    assert {again[code]["reason"] for code in aside} == {None}
    assert {again[f"DRO-C0{number}"]["state"] for number in range(1, 6)} == {"NOT_APPLICABLE"}
    assert set(again) == set(after)


async def test_what_somebody_set_aside_stays_aside(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await an_opened_case(data, acting, manager, "BUDGETING")
    assert set(await checklists(data, case_id)) == {"VULN", "DP"}
    edits: dict[str, Any] = {"title": "Another title"}
    before = await items(data, case_id)
    await acting(manager, update_case, case_id=case_id, version=1, edits=edits)
    assert await items(data, case_id) == before


async def test_an_old_case_comes_by_its_checklists_on_demand(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    assert await checklists(data, case_id) == {}
    assert await acting(advisor, begin_by_hand, case_id=case_id) == case_id
    began = await items(data, case_id)
    assert len(began) == 68
    await acting(advisor, begin_by_hand, case_id=case_id)
    assert await items(data, case_id) == began


async def test_a_checklist_by_hand(data: Data, acting: Acting) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    stranger = await data.a_member(elsewhere, Role.CENTRE_MANAGER)
    case_id, ended = await data.a_case(centre), await data.a_case(centre, status="CLOSED")
    checklist = await a_checklist(data, manager)
    await acting(manager, begin_by_hand, case_id=case_id, checklist_id=checklist)
    assert set(await items(data, case_id)) == {"L-1", "L-2", "L-3", "L-4"}
    refusals: tuple[tuple[dict[str, Any], str], ...] = (
        ({"case_id": case_id, "checklist_id": checklist}, "already-begun"),
        ({"case_id": ended, "checklist_id": checklist}, "case-ended"),
    )
    for refused, rule in refusals:
        with pytest.raises(Invalid) as refusal:
            await acting(manager, begin_by_hand, **refused)
        assert refusal.value.rule == rule
    with pytest.raises(NotFound) as unknown:
        await acting(manager, begin_by_hand, case_id=case_id, checklist_id=await a_checklist(data, stranger))
    assert unknown.value.field == "checklist_id"
    with pytest.raises(Forbidden):
        await acting(await data.a_member(centre, Role.AUDITOR), begin_by_hand, case_id=case_id)
    assert await checklists(data, ended) == {}


async def test_a_case_keeps_the_revision_it_began_with(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    old = await a_checklist(data, manager, case_types=["BENEFITS"])
    kept = await data.a_case(centre)
    await begin_one(data, manager, kept, old)
    framework = await acting.rows.fetchval("SELECT framework_id FROM compliance_checklists WHERE id = $1", old)
    new = await acting(
        manager,
        create_checklist,
        framework_id=framework,
        code="LOCAL",
        name="Local list, anew",
        case_types=["BENEFITS"],
        requirements=[NewRequirement(code="N-1", text="A new one.")],
        replaces=Replaced(checklist_id=old, version=1),
    )
    rows = await acting.rows.fetch(
        "SELECT id, revision, active, retired_on FROM compliance_checklists WHERE framework_id = $1 ORDER BY revision",
        framework,
    )
    assert [tuple(row) for row in rows] == [(old, 1, False, today()), (new, 2, True, None)]
    benefits = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'BENEFITS'", centre
    )
    await acting(manager, update_case, case_id=kept, version=1, edits={"case_type_id": benefits})
    assert "N-1" not in await items(data, kept)
    with pytest.raises(Invalid) as refusal:
        await acting(manager, begin_by_hand, case_id=kept, checklist_id=old)
    assert refusal.value.rule == "retired"
    fresh = await data.a_case(centre, case_type_id=benefits)
    await begin(data, centre, fresh)
    assert {"N-1"} <= set(await items(data, fresh))
    assert "L-1" not in await items(data, fresh)


async def test_a_framework_not_in_force_is_not_begun(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    checklist = await a_checklist(data, manager, case_types=["DEBT_ADVICE"])
    case_id = await data.a_case(centre)
    with stopped(datetime(2019, 12, 31, 12, tzinfo=UTC)), pytest.raises(Invalid) as refusal:
        await acting(manager, begin_by_hand, case_id=case_id, checklist_id=checklist)
    assert refusal.value.rule == "nothing-applies"
    await begin(data, centre, case_id)
    assert "L-1" in await items(data, case_id)
