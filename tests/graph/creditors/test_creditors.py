"""The centre's directory of creditors: each mutation by its document, the list and the register."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.debt_scene import DebtScene
from support.debts import a_creditor, a_debt
from support.operations import document
from support.refusals import refusals
from support.trail import audit_of, events_of


async def test_adopting_copies_the_registers_entry_once(scene: DebtScene) -> None:
    first = await scene.ask("creditorAdopt", code="HMRC")
    creditor = first["creditor"]
    shown = {name: creditor[name] for name in ("name", "tradingNames", "kind", "isCollector", "fromRegister", "active")}
    assert shown == {
        "name": "HM Revenue and Customs",
        "tradingNames": ["HMRC"],
        "kind": "CENTRAL_GOVERNMENT",
        "isCollector": False,
        "fromRegister": True,
        "active": True,
    }
    again = await scene.ask("creditorAdopt", code="HMRC")
    assert (again["creditor"]["id"], again["errors"]) == (creditor["id"], [])
    assert [event.name for event in await events_of(scene.data, scene.centre)] == ["creditor.created"]


@pytest.mark.parametrize("code", ["NOBODY", "hmrc", "", "X" * 61, "A\x00B"])
async def test_a_code_that_the_register_has_not_is_not_found(scene: DebtScene, code: str) -> None:
    payload = await scene.ask("creditorAdopt", code=code)
    assert (payload["creditor"], refusals(payload)) == (None, [("NotFoundError", "input.code")])


async def test_creating_keeps_what_is_stated(scene: DebtScene) -> None:
    payload = await scene.ask(
        "creditorCreate",
        name="  Sharp & Sons  ",
        kind="DEBT_COLLECTOR",
        tradingNames=["Sharp", "Sharp", "Sharp Recoveries"],
        contactPhone="0113 496 0000",
        contactEmail="Desk@Example.org",
        postcode="ls1 1aa",
    )
    assert payload["errors"] == []
    creditor = payload["creditor"]
    assert creditor["name"] == "Sharp & Sons"
    assert creditor["isCollector"] is True
    assert creditor["tradingNames"] == ["Sharp", "Sharp Recoveries"]
    assert (creditor["contactPhone"], creditor["postcode"]) == ("+441134960000", "LS1 1AA")
    assert (creditor["fromRegister"], creditor["version"]) == (False, 1)
    (entry,) = await audit_of(scene.data, scene.centre)
    assert (entry.action, entry.entity) == ("creditor.created", "creditor")


async def test_a_name_that_is_there_is_refused_until_somebody_has_looked(scene: DebtScene) -> None:
    payload = await scene.ask("creditorCreate", name="northern  BANK", kind="BANK_OR_CARD")
    assert refusals(payload) == [("ValidationError", "input.acceptPossibleDuplicate", "possible-duplicate")]
    parameters = {item["name"]: item["value"] for item in payload["errors"][0]["parameters"]}
    assert write_id("creditor", scene.bank) in parameters["creditorIds"]
    assert await scene.value("SELECT count(*) FROM creditors WHERE centre_id = $1", scene.centre) == 1
    accepted = await scene.ask(
        "creditorCreate", name="Northern Bank", kind="BANK_OR_CARD", acceptPossibleDuplicate=True
    )
    assert accepted["errors"] == []


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"name": " "}, ("input.name", "blank")),
        ({"name": "!!!"}, ("input.name", "blank")),
        ({"name": "x" * 256}, ("input.name", "too-long")),
        ({"tradingNames": ["x"] * 21}, ("input.tradingNames", "too-many")),
        ({"contactEmail": "nobody"}, ("input.contactEmail", "email")),
        ({"contactPhone": "12"}, ("input.contactPhone", "phone")),
        ({"postcode": "LS"}, ("input.postcode", "postcode")),
        ({"notes": "x" * 4001}, ("input.notes", "too-long")),
    ],
)
async def test_bad_input_is_refused_by_field_and_rule(
    scene: DebtScene, given: dict[str, Any], refused: tuple[str, str]
) -> None:
    payload = await scene.ask("creditorCreate", **{"name": "New", "kind": "OTHER", **given})
    assert payload["creditor"] is None
    assert [error[1] for error in refusals(payload)] == [refused[0]]
    assert refusals(payload)[0][2].startswith(refused[1])
    assert await scene.value("SELECT count(*) FROM creditors WHERE centre_id = $1", scene.centre) == 1


async def test_updating_changes_what_is_stated_and_null_takes_away(scene: DebtScene) -> None:
    on: dict[str, Any] = {"id": write_id("creditor", scene.bank)}
    first = await scene.ask("creditorUpdate", **on, expectedVersion=1, name="Ábc", notes="Slow", contactName="Jo")
    assert (first["creditor"]["name"], first["creditor"]["notes"], first["creditor"]["version"]) == ("Ábc", "Slow", 2)
    second = await scene.ask("creditorUpdate", **on, expectedVersion=2, notes=None)
    assert (second["creditor"]["notes"], second["creditor"]["contactName"]) == (None, "Jo")
    assert await scene.value("SELECT name_key FROM creditors WHERE id = $1", scene.bank) == "abc"
    empty = await scene.ask("creditorUpdate", **on, expectedVersion=3, name=None)
    assert refusals(empty) == [("ValidationError", "input.name", "required")]
    stale = await scene.ask("creditorUpdate", **on, expectedVersion=1, name="X")
    assert refusals(stale) == [("ConflictError", "input.expectedVersion")]
    nothing = await scene.ask("creditorUpdate", **on, expectedVersion=3, name="Ábc")
    assert nothing["creditor"]["version"] == 3
    names = [event.name for event in await events_of(scene.data, scene.centre)]
    assert names == ["creditor.updated", "creditor.updated"]


async def test_a_creditor_out_of_use_gets_no_new_debt_and_keeps_its_old_ones(scene: DebtScene) -> None:
    debt = await a_debt(scene.data, scene.centre, scene.case, creditor_id=scene.bank)
    on: dict[str, Any] = {"id": write_id("creditor", scene.bank)}
    off = await scene.ask("creditorDeactivate", **on, expectedVersion=1)
    assert (off["creditor"]["active"], off["creditor"]["version"]) == (False, 2)
    refused = await scene.ask("debtAdd", **await scene.adding())
    assert refusals(refused) == [("ValidationError", "input.creditorId", "inactive")]
    shown = await scene.graph.run(document("debt"), as_=scene.advisor, id=write_id("debt", debt))
    assert shown.data["debt"]["creditor"]["name"] == "Northern Bank"
    back = await scene.ask("creditorActivate", **on, expectedVersion=2)
    assert back["creditor"]["active"] is True
    names = [event.name for event in await events_of(scene.data, scene.centre)]
    assert names == ["creditor.deactivated", "creditor.activated"]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("creditorAdopt", {"code": "HMRC"}),
        ("creditorCreate", {"name": "New", "kind": "OTHER"}),
        ("creditorUpdate", {"name": "New"}),
        ("creditorDeactivate", {}),
        ("creditorActivate", {}),
    ],
)
async def test_who_may_not_write_and_who_is_elsewhere_changes_nothing(
    scene: DebtScene, name: str, given: dict[str, Any]
) -> None:
    one: dict[str, Any] = {"id": write_id("creditor", scene.bank), "expectedVersion": 1} if name.endswith("ate") else {}
    one = {} if name == "creditorCreate" else one
    before = await scene.row("creditors", scene.bank)
    for role in (Role.COMPLIANCE_OFFICER, Role.AUDITOR):
        payload = await scene.ask(name, await scene.data.a_member(scene.centre, role), **one, **given)
        assert refusals(payload) == [("ForbiddenError", "")]
        assert payload["errors"][0]["requiredPermission"] == "CREDITOR_WRITE"
    if one:
        elsewhere = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
        payload = await scene.ask(name, elsewhere, **one, **given)
        assert refusals(payload) == [("NotFoundError", "input.id")]
    assert await scene.row("creditors", scene.bank) == before
    assert await events_of(scene.data, scene.centre) == []


async def test_the_directory_is_found_by_the_beginning_of_a_name_kind_and_use(scene: DebtScene) -> None:
    await a_creditor(scene.data, scene.centre, name="Northern Collections", kind="DEBT_COLLECTOR", is_collector=True)
    await a_creditor(scene.data, scene.centre, name="Old Shop", kind="RETAIL_OR_CATALOGUE", active=False)

    async def names(**filters: Any) -> list[str]:
        answer = await scene.graph.run(document("creditors"), as_=scene.advisor, filter=filters)
        assert answer.errors == []
        page = answer.data["creditors"]
        assert page["totalCount"] == len(page["edges"])
        return [edge["node"]["name"] for edge in page["edges"]]

    assert await names() == ["Northern Bank", "Northern Collections", "Old Shop"]
    assert await names(nameStartsWith="nórthern") == ["Northern Bank", "Northern Collections"]
    assert await names(kind=["DEBT_COLLECTOR", "RETAIL_OR_CATALOGUE"]) == ["Northern Collections", "Old Shop"]
    assert await names(active=False) == ["Old Shop"]
    assert await names(active=True, isCollector=False) == ["Northern Bank"]
    assert await names(isCollector=True) == ["Northern Collections"]
    blank = await scene.graph.run(document("creditors"), as_=scene.advisor, filter={"nameStartsWith": "--"})
    assert blank.codes == ["INVALID"]


async def test_the_register_is_listed_by_name(scene: DebtScene) -> None:
    answer = await scene.graph.run(document("creditorCatalogue"), as_=scene.advisor, nameStartsWith="hm ")
    assert [entry["code"] for entry in answer.data["creditorCatalogue"]] == ["HMCTS", "HMRC"]
    everything = await scene.graph.run(document("creditorCatalogue"), as_=scene.advisor)
    names = [entry["name"] for entry in everything.data["creditorCatalogue"]]
    assert len(names) == 45
    assert names == sorted(names, key=str.casefold)


async def test_a_client_sees_the_creditors_of_own_debts_alone(scene: DebtScene) -> None:
    friend = await a_creditor(scene.data, scene.centre, name="Pat Friend", kind="INDIVIDUAL")
    other = await scene.data.a_case(scene.centre)
    await a_debt(scene.data, scene.centre, other, creditor_id=friend)
    await a_debt(scene.data, scene.centre, scene.case, creditor_id=scene.bank)
    portal = await scene.data.a_member(scene.centre, Role.CLIENT, client_id=scene.client)
    answer = await scene.graph.run("{ creditors { totalCount edges { node { name } } } }", as_=portal)
    assert [edge["node"]["name"] for edge in answer.data["creditors"]["edges"]] == ["Northern Bank"]
    assert answer.data["creditors"]["totalCount"] == 1
