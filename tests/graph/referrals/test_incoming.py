"""Somebody whom an organisation hands in: recorded, admitted as a client with a case, or declined."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Acting, Desk, rules
from support.case_scene import CASE_TYPE
from support.operations import document
from support.trail import events_of

TOMORROW = (today() + timedelta(days=1)).isoformat()
INTAKE: dict[str, Any] = {
    "source": {"name": "Food bank", "kind": "FOOD_AID", "contactPhone": "01632 960002"},
    "person": {
        "firstName": "Grace",
        "lastName": "Hopper",
        "dateOfBirth": "1980-12-09",
        "phonePrimary": "01632 960003",
        "postcode": "sw1a1aa",
        "interpreterNeeded": True,
    },
    "reason": "Bailiffs are expected.",
    "consentNote": "Said yes on the telephone.",
    "urgency": "URGENT",
    "notes": "Two children",
    "otherReference": "FB-17",
}


@pytest.fixture
async def case_type(desk: Desk, acting: Acting) -> str:
    """Answer the id of a case type."""
    return write_id("casetype", await acting.rows.fetchval(CASE_TYPE, desk.scene.centre))


async def received(desk: Desk, **given: Any) -> UUID:
    """Record an intake as the advisor."""
    payload = await desk.scene.ask("referralReceive", desk.scene.advisor, **{**INTAKE, **given})
    assert payload["errors"] == []
    return UUID(hex=payload["referral"]["id"].removeprefix("referral_"))


async def test_somebody_is_taken_on(desk: Desk, acting: Acting, case_type: str) -> None:
    payload = await desk.scene.ask("referralReceive", desk.scene.advisor, **INTAKE)
    referral = payload["referral"]
    assert (referral["direction"], referral["state"], referral["case"]) == ("IN", "SENT", None)
    assert (referral["receivedOn"], referral["sharedCategories"]) == (
        today().isoformat(),
        ["NAME", "CONTACT", "ADDRESS", "IDENTITY", "CASE"],
    )
    shown = {entry["key"]: entry["value"] for part in referral["sharedData"] for entry in part["entries"]}
    assert shown == {
        "first_name": "Grace",
        "last_name": "Hopper",
        "phone_primary": "+441632960003",
        "interpreter_needed": "Needed",
        "postcode": "SW1A 1AA",
        "date_of_birth": "1980-12-09",
        "description": "Two children",
    }
    key = UUID(hex=referral["id"].removeprefix("referral_"))
    admitted = await desk.on("referralAdmit", key, caseTypeId=case_type, title="Bailiffs")
    assert admitted["errors"] == []
    assert (admitted["referral"]["state"], admitted["referral"]["client"]["fullName"]) == ("ACCEPTED", "Grace Hopper")
    row = await desk.row(key)
    case = await acting.case(row["case_id"])
    assert (case["title"], case["description"], case["status"]) == ("Bailiffs", "Bailiffs are expected.", "ASSIGNED")
    client = await acting.rows.fetchrow("SELECT * FROM clients WHERE id = $1", row["client_id"])
    assert client is not None
    assert (client["birth_year"], client["postcode"], client["interpreter_needed"]) == (1980, "SW1A 1AA", True)
    events = [event.name for event in await events_of(desk.data, desk.scene.centre)]
    assert events[:2] == ["referral.received", "client.created"]
    assert events[-1] == "referral.accepted"
    again = await desk.on("referralAdmit", key, caseTypeId=case_type, title="Bailiffs")
    assert [(error["__typename"], error["from"]) for error in again["errors"]] == [("TransitionError", "ACCEPTED")]
    done = await desk.on("referralComplete", key, outcome="HELP_GIVEN")
    assert (done["errors"], done["referral"]["state"]) == ([], "COMPLETED")


async def test_a_person_whom_the_centre_may_know_is_looked_at_first(desk: Desk, acting: Acting, case_type: str) -> None:
    known = await desk.data.a_client(
        desk.scene.centre,
        first_name="Grace",
        last_name="Hopper",
        postcode="SW1A 1AA",
        recorded_by=desk.scene.advisor.user_id,
    )
    key = await received(desk)
    before = await acting.rows.fetchval("SELECT count(*) FROM clients WHERE centre_id = $1", desk.scene.centre)
    refused = await desk.on("referralAdmit", key, caseTypeId=case_type, title="Bailiffs")
    (error,) = refused["errors"]
    assert (error["rule"], error["path"]) == ("possible-duplicate", ["input", "acceptPossibleDuplicate"])
    assert {"name": "clientIds", "value": write_id("client", known)} in error["parameters"]
    linked = await desk.on(
        "referralAdmit", key, caseTypeId=case_type, title="Bailiffs", clientId=write_id("client", known)
    )
    assert (linked["errors"], linked["referral"]["client"]["id"]) == ([], write_id("client", known))
    after = await acting.rows.fetchval("SELECT count(*) FROM clients WHERE centre_id = $1", desk.scene.centre)
    assert after == before
    other = await received(desk)
    anyway = await desk.on("referralAdmit", other, caseTypeId=case_type, title="Bailiffs", acceptPossibleDuplicate=True)
    assert anyway["errors"] == []
    assert anyway["referral"]["client"]["id"] != write_id("client", known)


async def test_somebody_is_declined(desk: Desk) -> None:
    key = await received(desk)
    blank = await desk.on("referralDecline", key, reason=" ")
    assert rules(blank) == [("ValidationError", ["reason"], "blank")]
    declined = await desk.on("referralDecline", key, reason="Lives elsewhere")
    assert (declined["referral"]["state"], declined["referral"]["answerNote"]) == ("REJECTED", "Lives elsewhere")
    assert (await desk.row(key))["client_id"] is None


async def test_what_is_faulty_is_named(desk: Desk) -> None:
    payload = await desk.scene.ask(
        "referralReceive",
        desk.scene.advisor,
        **{
            **INTAKE,
            "source": {"name": " ", "kind": "OTHER"},
            "person": {"firstName": "Grace", "lastName": " ", "phonePrimary": "12"},
            "consentNote": "",
            "receivedOn": TOMORROW,
        },
    )
    assert sorted(rules(payload)) == [
        ("ValidationError", ["consentNote"], "blank"),
        ("ValidationError", ["person", "lastName"], "blank"),
        ("ValidationError", ["person", "phonePrimary"], "phone-too-short"),
        ("ValidationError", ["receivedOn"], "past"),
        ("ValidationError", ["source", "name"], "blank"),
    ]


async def test_who_may_receive_and_admit(desk: Desk, case_type: str) -> None:
    data, centre = desk.data, desk.scene.centre
    trainee = await data.a_member(centre, Role.TRAINEE)
    recorded = await desk.scene.ask("referralReceive", trainee, **INTAKE)
    assert recorded["errors"] == []
    assert recorded["referral"]["sharedData"] is None
    key = UUID(hex=recorded["referral"]["id"].removeprefix("referral_"))
    said: dict[str, Any] = {"caseTypeId": case_type, "title": "Bailiffs"}
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    for actor, kind in (
        (trainee, "ApprovalRequiredError"),
        (await data.a_member(centre, Role.COMPLIANCE_OFFICER), "ForbiddenError"),
        (await data.a_member(centre, Role.AUDITOR), "ForbiddenError"),
        (stranger, "NotFoundError"),
    ):
        refused = await desk.on("referralAdmit", key, as_=actor, **said)
        assert [error["__typename"] for error in refused["errors"]] == [kind]
    out = await desk.draft()
    mistaken = await desk.on("referralAdmit", out, **said)
    assert rules(mistaken) == [("ValidationError", ["id"], "another-kind")]
    assert (await desk.row(key))["state"] == "SENT"


async def test_once_admitted_only_those_of_the_case_see_it(desk: Desk, case_type: str) -> None:
    key = await received(desk)
    colleague = await desk.data.a_member(desk.scene.centre)

    async def seen() -> bool:
        answer = await desk.scene.graph.run(document("referral"), as_=colleague, id=write_id("referral", key))
        return answer.data["referral"] is not None

    assert await seen()
    await desk.on("referralAdmit", key, caseTypeId=case_type, title="Bailiffs")
    assert not await seen()
