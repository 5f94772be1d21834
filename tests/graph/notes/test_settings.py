"""A centre's own categories and templates of notes, and what a template says of a case."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from graph.notes.conftest import Desk, rules
from support.operations import document
from support.trail import events_of


async def a_template(desk: Desk, **given: Any) -> dict[str, Any]:
    said = {
        "name": "First call",
        "categoryId": await desk.category("CLIENT_CONTACT"),
        "body": "{{case_number}}: spoke to {{ client_name }} on {{today}}.",
        **given,
    }
    return await desk.scene.ask("noteTemplateCreate", **said)


async def test_a_centre_has_the_networks_categories_and_its_own(desk: Desk) -> None:
    payload = await desk.scene.ask("noteCategoryCreate", code="food_bank", name="Food bank", description="Vouchers.")
    assert payload["errors"] == []
    own = payload["noteCategory"]
    assert (own["code"], own["active"], own["legal"]) == ("FOOD_BANK", True, False)
    assert (await events_of(desk.scene.data, desk.scene.centre))[-1].name == "note_category.created"
    assert (await desk.write(categoryId=own["id"]))["errors"] == []
    again = await desk.scene.ask("noteCategoryCreate", code="FOOD_BANK", name="x", description="y")
    assert rules(again) == [("ValidationError", "code", "unique")]
    retired = await desk.scene.ask(
        "noteCategoryUpdate", id=own["id"], expectedVersion=1, active=False, name="Food banks"
    )
    assert (retired["noteCategory"]["active"], retired["noteCategory"]["name"]) == (False, "Food banks")
    assert rules(await desk.write(categoryId=own["id"])) == [("ValidationError", "categoryId", "retired")]
    answer = await desk.scene.graph.run(document("noteCategories"), as_=desk.scene.advisor)
    codes = [category["code"] for category in answer.data["noteCategories"]]
    assert (codes[0], codes[-1], len(codes)) == ("GENERAL", "FOOD_BANK", 14)


@pytest.mark.parametrize("role", [Role.ADVISOR, Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_only_a_manager_changes_them(desk: Desk, role: Role) -> None:
    person = await desk.scene.data.a_member(desk.scene.centre, role)
    payload = await desk.scene.ask("noteCategoryCreate", person, code="X1", name="x", description="y")
    assert [error["requiredPermission"] for error in payload["errors"]] == ["CENTRE_CONFIGURE"]


async def test_administrators_above_the_centres_have_none_of_their_own(desk: Desk) -> None:
    person = await desk.scene.data.an_administrator()
    payload = await desk.scene.ask("noteCategoryCreate", person, code="X1", name="x", description="y")
    assert [error["__typename"] for error in payload["errors"]] == ["ForbiddenError"]


async def test_a_template_is_filled_from_a_case(desk: Desk) -> None:
    payload = await a_template(desk, tags=["Call"], priority="HIGH")
    assert payload["errors"] == []
    template = payload["noteTemplate"]
    assert (template["tags"], template["priority"], template["category"]["code"]) == (
        ["call"],
        "HIGH",
        "CLIENT_CONTACT",
    )
    answer = await desk.scene.graph.run(
        document("noteDraft"), as_=desk.scene.advisor, template=template["id"], case=write_id("case", desk.case_id)
    )
    assert answer.errors == []
    number = (await desk.acting.case(desk.case_id))["case_number"]
    client = await desk.acting.rows.fetchrow("SELECT * FROM clients WHERE id = $1", desk.scene.client)
    assert client is not None
    name = f"{client['first_name']} {client['last_name']}"
    assert answer.data["noteDraft"]["body"] == f"{number}: spoke to {name} on {today():%-d %B %Y}."


async def test_a_case_out_of_sight_fills_nothing(desk: Desk) -> None:
    template = (await a_template(desk))["noteTemplate"]
    stranger = await desk.scene.data.a_member(desk.scene.centre)
    elsewhere = await desk.scene.data.a_member(await desk.scene.data.a_centre(), Role.CENTRE_MANAGER)
    for viewer in (stranger, elsewhere):
        answer = await desk.scene.graph.run(
            document("noteDraft"), as_=viewer, template=template["id"], case=write_id("case", desk.case_id)
        )
        assert (answer.data, answer.errors) == ({"noteDraft": None}, [])


async def test_an_unknown_placeholder_is_refused_by_name(desk: Desk) -> None:
    payload = await a_template(desk, body="Dear {{client_nmae}}")
    assert rules(payload) == [("ValidationError", "body", "unknown-placeholder")]
    parameters = {each["name"]: each["value"] for each in payload["errors"][0]["parameters"]}
    assert parameters["unknown"] == "client_nmae"


async def test_a_template_changes_and_retires(desk: Desk) -> None:
    template = (await a_template(desk))["noteTemplate"]
    assert rules(await a_template(desk)) == [("ValidationError", "name", "unique")]
    changed = await desk.scene.ask("noteTemplateUpdate", id=template["id"], expectedVersion=1, body="{{opened_on}}")
    assert (changed["errors"], changed["noteTemplate"]["body"]) == ([], "{{opened_on}}")
    stale = await desk.scene.ask("noteTemplateUpdate", id=template["id"], expectedVersion=1, active=False)
    assert [error["currentVersion"] for error in stale["errors"]] == [2]
    await desk.scene.ask("noteTemplateUpdate", id=template["id"], expectedVersion=2, active=False)
    answer = await desk.scene.graph.run(document("noteTemplates"), as_=desk.scene.advisor)
    assert answer.data["noteTemplates"] == []
    assert (await a_template(desk))["errors"] == []  # the name is free again
