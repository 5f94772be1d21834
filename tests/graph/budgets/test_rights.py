"""Who may do what with a statement: by role, by centre, in the portal."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.errors import Forbidden, NotFound
from cma_graphql.domain.budgets.models import BudgetLine, BudgetSheet, SheetType
from cma_graphql.domain.budgets.services.lines import add_line, set_lines
from cma_graphql.domain.budgets.services.sheets import begin_sheet, copy_sheet, update_sheet
from cma_graphql.domain.budgets.services.steps import submit_sheet
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from support.acting import Acting
from support.budget_scene import BudgetScene, line
from support.budgets import DAY, a_line, a_sheet
from support.operations import document
from support.refusals import refusals

WRITING: dict[str, tuple[str, dict[str, Any]]] = {
    "budgetSheetUpdate": ("DRAFT", {"notes": "New"}),
    "budgetSheetCopy": ("DRAFT", {}),
    "budgetLineAdd": ("DRAFT", line("FIX.UTIL.GAS", "1.00")),
    "budgetLinesSet": ("DRAFT", {"lines": []}),
    "budgetSheetSubmit": ("DRAFT", {}),
    "budgetSheetReturn": ("READY_FOR_REVIEW", {"reason": "Rent?"}),
    "budgetSheetConfirm": ("READY_FOR_REVIEW", {"channel": "PAPER", "consentToSend": True}),
    "budgetSheetWithdraw": ("DRAFT", {"reason": "Wrong"}),
}
VERIFYING = {"budgetSheetVerify": ("READY_FOR_REVIEW", {"verificationStatus": "VERIFIED"})}
SENDING = {"budgetSheetSend": ("CONFIRMED_BY_CLIENT", {"sentTo": "A bank"})}
ALL = {**WRITING, **VERIFYING, **SENDING}
FORBIDDEN, PROPOSED = "ForbiddenError", "ApprovalRequiredError"
# What each role is refused, by the permission that it lacks; the others succeed on an own case.
REFUSED: dict[Role, dict[str, str]] = {
    Role.CENTRE_MANAGER: {},
    Role.ADVISOR: {},
    Role.TRAINEE: {**dict.fromkeys(VERIFYING, FORBIDDEN), **dict.fromkeys(SENDING, PROPOSED)},
    Role.COMPLIANCE_OFFICER: dict.fromkeys({**WRITING, **SENDING}, FORBIDDEN),
    Role.AUDITOR: dict.fromkeys(ALL, FORBIDDEN),
}


def needed(name: str) -> str:
    if name in VERIFYING:
        return "BUDGET_VERIFY"
    return "CORRESPONDENCE_SEND" if name in SENDING else "DEBT_WRITE"


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("role", list(REFUSED))
async def test_a_role_does_what_is_its_own_to_do(scene: BudgetScene, acting: Acting, role: Role, name: str) -> None:
    actor = await scene.data.a_member(scene.centre, role)
    scene.case = await scene.data.a_case(
        scene.centre, client_id=scene.client, advisor=scene.advisor, team_members=(actor,)
    )
    status, given = ALL[name]
    sheet_id, version = await scene.a_sheet(status)
    told = len(await acting.events(scene.centre))
    payload = await scene.on(name, sheet_id, version, actor, **given)
    refused = REFUSED[role].get(name)
    if refused is None:
        assert payload["errors"] == []
        return
    assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
        (refused, needed(name))
    ]
    assert (await scene.sheet(sheet_id))["version"] == version
    assert len(await acting.events(scene.centre)) == told


@pytest.mark.parametrize("name", sorted(ALL))
async def test_a_case_of_the_team_is_seen_but_not_touched(scene: BudgetScene, name: str) -> None:
    team = await scene.data.a_team(scene.centre)
    colleague = await scene.data.a_member(scene.centre, team_ids=(team,))
    scene.case = await scene.data.a_case(scene.centre, client_id=scene.client, advisor=scene.advisor, team_id=team)
    status, given = ALL[name]
    sheet_id, version = await scene.a_sheet(status)
    payload = await scene.on(name, sheet_id, version, colleague, **given)
    assert [error["__typename"] for error in payload["errors"]] == [FORBIDDEN]
    seen = await scene.graph.run(document("budgetSheet"), as_=colleague, id=write_id("budgetsheet", sheet_id))
    assert seen.data["budgetSheet"]["viewerCan"] == dict.fromkeys(("edit", "progress", "verify", "send"), False)
    assert seen.data["budgetSheet"]["version"] == version


@pytest.mark.parametrize("name", sorted(ALL))
async def test_another_centres_statement_is_none(scene: BudgetScene, acting: Acting, name: str) -> None:
    stranger = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    status, given = ALL[name]
    sheet_id, version = await scene.a_sheet(status)
    payload = await scene.on(name, sheet_id, version, stranger, **given)
    field = "sheetId" if name.startswith("budgetLine") else "id"
    assert refusals(payload) == [("NotFoundError", f"input.{field}")]
    begun = await scene.ask(
        "budgetSheetBegin", stranger, caseId=write_id("case", scene.case), statementDate=DAY.isoformat()
    )
    assert refusals(begun) == [("NotFoundError", "input.caseId")]
    seen = await scene.graph.run(document("budgetSheet"), as_=stranger, id=write_id("budgetsheet", sheet_id))
    assert seen.data == {"budgetSheet": None}
    assert await acting.events(stranger.centre_id) == []


async def test_what_a_viewer_can_is_told_beforehand(scene: BudgetScene) -> None:
    sheet_id, _ = await scene.a_sheet()
    trainee = await scene.data.a_member(scene.centre, Role.TRAINEE)
    officer = await scene.data.a_member(scene.centre, Role.COMPLIANCE_OFFICER)
    scene.case = await scene.data.a_case(
        scene.centre, client_id=scene.client, advisor=scene.advisor, team_members=(trainee,)
    )
    shared, _ = await scene.a_sheet()
    asked = "query ($id: ID!) { budgetSheet(id: $id) { viewerCan { edit progress verify send } } }"
    expected = {
        (scene.advisor.user_id, sheet_id): (True, True, True, True),
        (scene.manager.user_id, sheet_id): (True, True, True, True),
        (officer.user_id, sheet_id): (False, False, True, False),
        (trainee.user_id, shared): (True, True, False, False),
    }
    actors = {actor.user_id: actor for actor in (scene.advisor, scene.manager, officer, trainee)}
    for (user, key), rights in expected.items():
        answer = await scene.graph.run(asked, as_=actors[user], id=write_id("budgetsheet", key))
        assert tuple(answer.data["budgetSheet"]["viewerCan"].values()) == rights


async def test_a_key_that_reads_clients_alone_is_shown_no_income(scene: BudgetScene) -> None:
    await scene.a_sheet("SENT")
    program = await scene.data.a_service(scene.centre, Permission.CLIENT_READ)
    answer = await scene.graph.run(
        "query ($id: ID!) { client(id: $id) { monthlyIncome } }", as_=program, id=write_id("client", scene.client)
    )
    assert answer.data == {"client": {"monthlyIncome": None}}
    assert [entry["requiredPermission"] for entry in answer.redacted] == ["CASE_READ"]


# In the portal


async def portal_of(scene: BudgetScene) -> Actor:
    return await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)


async def test_a_client_begins_a_draft_and_edits_it(scene: BudgetScene, acting: Acting) -> None:
    client = await portal_of(scene)
    sheet_id, version = await scene.begun(as_=client)
    added = await scene.on("budgetLineAdd", sheet_id, version, client, **line("INC.EARN.CLIENT", "900.00"))
    assert added["errors"] == []
    line_id = added["budgetLine"]["id"]
    changed = await scene.ask("budgetLineUpdate", client, id=line_id, expectedVersion=version + 1, amount="950.00")
    assert changed["budgetSheet"]["totals"]["totalIncome"] == "950.00"
    both = [line("INC.EARN.CLIENT", "950.00"), line("FIX.HOME.RENT", "50.00", "WEEKLY")]
    replaced = await scene.on("budgetLinesSet", sheet_id, version + 2, client, lines=both)
    assert replaced["errors"] == []
    removed = await scene.ask("budgetLineRemove", client, id=line_id, expectedVersion=version + 3)
    assert [item["code"] for item in removed["budgetSheet"]["lines"]] == ["FIX.HOME.RENT"]
    shown = await scene.sheet(sheet_id)
    assert shown["beganInPortal"]
    assert shown["beganBy"]["id"] == write_id("membership", client.user_id)
    seen = await scene.graph.run(document("budgetSheet"), as_=client, id=write_id("budgetsheet", sheet_id))
    assert seen.data["budgetSheet"]["viewerCan"] == {"edit": True, "progress": False, "verify": False, "send": False}
    events = await acting.events(scene.centre)
    assert {event["actor_kind"] for event in events} == {"CLIENT"}
    assert len(events) == 5
    assert len(await acting.audit(scene.centre)) == 5


async def test_a_client_has_three_drafts_at_most(scene: BudgetScene) -> None:
    client = await portal_of(scene)
    await scene.a_sheet()
    first, version = await scene.begun(as_=client)
    for _ in range(2):
        await scene.begun(as_=client)
    words: dict[str, Any] = {"caseId": write_id("case", scene.case), "statementDate": DAY.isoformat()}
    payload = await scene.ask("budgetSheetBegin", client, **words)
    assert [(error["limit"], error["maximum"]) for error in payload["errors"]] == [("budget_sheets_in_portal", 3)]
    await scene.on("budgetSheetWithdraw", first, version, reason="Begun twice")
    again = await scene.ask("budgetSheetBegin", client, **words)
    assert again["budgetSheet"]["number"] == 5


@pytest.mark.parametrize("name", sorted({*ALL} - {"budgetLineAdd", "budgetLinesSet"}))
async def test_a_client_does_nothing_else_with_it(scene: BudgetScene, acting: Acting, name: str) -> None:
    client = await portal_of(scene)
    sheet_id, version = await scene.begun(as_=client)
    payload = await scene.on(name, sheet_id, version, client, **ALL[name][1])
    assert [(error["__typename"], error["requiredPermission"]) for error in payload["errors"]] == [
        (FORBIDDEN, needed(name))
    ]
    assert len(await acting.events(scene.centre)) == 1


async def test_a_client_edits_no_draft_of_the_staff_and_no_submitted_one(scene: BudgetScene) -> None:
    client = await portal_of(scene)
    one = line("FIX.UTIL.GAS", "1.00")
    staffs, version = await scene.a_sheet()
    line_id = (await scene.sheet(staffs))["lines"][0]["id"]
    answers = [
        await scene.on("budgetLineAdd", staffs, version, client, **one),
        await scene.on("budgetLinesSet", staffs, version, client, lines=[]),
        await scene.ask("budgetLineUpdate", client, id=line_id, expectedVersion=version, amount="1.00"),
        await scene.ask("budgetLineRemove", client, id=line_id, expectedVersion=version),
    ]
    assert [[error["__typename"] for error in payload["errors"]] for payload in answers] == [[FORBIDDEN]] * 4
    assert (await scene.sheet(staffs))["version"] == version
    own, version = await scene.begun(as_=client)
    await scene.on("budgetLineAdd", own, version, client, **one)
    considered: dict[str, Any] = {"assetUseConsidered": True, "savingsConsidered": True}
    await scene.on("budgetSheetUpdate", own, version + 1, **considered)
    await scene.on("budgetSheetSubmit", own, version + 2)
    payload = await scene.on("budgetLineAdd", own, version + 3, client, **line("FIX.UTIL.ELEC", "1.00"))
    assert refusals(payload) == [("ValidationError", "input.sheetId", "not-draft")]


async def test_a_client_sees_and_touches_nobody_elses_statement(scene: BudgetScene) -> None:
    client = await portal_of(scene)
    others = await scene.data.a_case(scene.centre, advisor=scene.advisor)
    theirs = await a_sheet(scene.data, scene.manager, others)
    line_id = (await scene.sheet(theirs))["lines"][0]["id"]
    payload = await scene.on("budgetLineAdd", theirs, 2, client, **line("FIX.UTIL.GAS", "1.00"))
    assert refusals(payload) == [("NotFoundError", "input.sheetId")]
    begun = await scene.ask("budgetSheetBegin", client, caseId=write_id("case", others), statementDate=DAY.isoformat())
    assert refusals(begun) == [("NotFoundError", "input.caseId")]
    answer = await scene.graph.run(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        as_=client,
        ids=[write_id("budgetsheet", theirs), line_id],
    )
    assert answer.data == {"nodes": [None, None]}


async def test_the_services_say_the_same_to_a_client(scene: BudgetScene, acting: Acting) -> None:
    client = await portal_of(scene)
    details: Any = {"sheet_type": SheetType.INITIAL, "statement_date": DAY}
    own: UUID = await acting(client, begin_sheet, case_id=scene.case, details=details)
    await acting(client, set_lines, sheet_id=own, version=1, lines=[a_line("FIX.HOME.RENT", "1.00")])
    staffs, version = await scene.a_sheet()
    refused: list[tuple[Any, dict[str, Any]]] = [
        (update_sheet, {"details": {"notes": "x"}}),
        (submit_sheet, {}),
        (copy_sheet, {}),
    ]
    for service, arguments in refused:
        with pytest.raises(Forbidden):
            await acting(client, service, sheet_id=own, version=2, **arguments)
    with pytest.raises(Forbidden):
        await acting(client, add_line, sheet_id=staffs, version=version, details=a_line("FIX.UTIL.GAS", "1.00"))
    other = await scene.data.a_case(scene.centre, advisor=scene.advisor)
    with pytest.raises(NotFound):
        await acting(client, begin_sheet, case_id=other, details=details)


async def test_the_database_itself_shows_a_client_the_own_rows_alone(scene: BudgetScene) -> None:
    client = await portal_of(scene)
    own, _ = await scene.a_sheet()
    others = await scene.data.a_case(scene.centre, advisor=scene.advisor)
    await a_sheet(scene.data, scene.manager, others)
    async with unit_of_work(scene.data.database, scene.data.keys, client) as uow:
        sheets = await uow.run_update(BudgetSheet, BudgetSheet.number >= 1, notes="Seen")
        lines = await uow.run_update(BudgetLine, BudgetLine.entry >= 1, note="Seen")
    assert (sheets, lines) == (1, 2)
    assert (await scene.sheet(own))["notes"] == "Seen"
