"""What one viewer gets of a sealed value: the value, a masked one, or null; and how the answer says so."""

from typing import Any

import pytest

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from support.asking import Answer, Graph
from support.data import Data

NINO, MASKED, BORN, NOTE = "AB123456C", "******56C", "1980-05-17", "Not before noon"
CLIENTS = """{ clients(orderBy: NAME_ASC) { edges { node {
    lastName dateOfBirth nationalInsuranceNumber safeContactNote } } } }"""
PLACE = ["clients", "edges", "node"]


def shown(answer: Answer) -> dict[str, tuple[Any, Any, Any]]:
    """Answer the three sensitive values by the client's name."""
    assert answer.errors == []
    return {
        node["lastName"]: (node["dateOfBirth"], node["nationalInsuranceNumber"], node["safeContactNote"])
        for node in (edge["node"] for edge in answer.data["clients"]["edges"])
    }


def said(answer: Answer) -> set[tuple[str, str, str]]:
    """Answer what is said of withheld values: the field, the permission, the treatment."""
    entries = [(entry["path"][-1], entry["requiredPermission"], entry["treatment"]) for entry in answer.redacted]
    assert all(entry["path"][:-1] == PLACE for entry in answer.redacted)
    assert len(entries) == len(set(entries)), "said more than once"
    return set(entries)


HIDDEN_DATE = ("dateOfBirth", "CLIENT_READ_IDENTITY", "HIDDEN")
MASKED_NINO = ("nationalInsuranceNumber", "CLIENT_READ_IDENTITY", "MASKED")
HIDDEN_NOTE = ("safeContactNote", "CLIENT_READ_VULNERABILITY", "HIDDEN")


@pytest.mark.parametrize("role", [Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER])
async def test_the_whole_centre_sees_values(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    await data.a_client(centre, last_name="A", national_insurance_number=NINO, safe_contact_note=NOTE)
    await data.a_client(centre, last_name="B", date_of_birth=None)
    answer = await graph.run(CLIENTS, as_=await data.a_member(centre, role))
    assert shown(answer) == {"A": (BORN, NINO, NOTE), "B": (None, None, None)}
    assert said(answer) == set()
    assert answer.context.seen_fields == {
        "clients.date_of_birth",
        "clients.national_insurance_number",
        "clients.safe_contact_note",
    }


async def test_an_advisor_sees_values_of_own_clients_and_masks_of_the_teams(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    for name in ("Own", "Team"):
        client = await data.a_client(centre, last_name=name, national_insurance_number=NINO, safe_contact_note=NOTE)
        await data.a_case(centre, client_id=client, team_id=team, advisor=advisor if name == "Own" else None)
    answer = await graph.run(CLIENTS, as_=advisor)
    assert shown(answer) == {"Own": (BORN, NINO, NOTE), "Team": (None, MASKED, None)}
    assert said(answer) == {HIDDEN_DATE, MASKED_NINO, HIDDEN_NOTE}
    assert len(answer.context.seen_fields) == 3


async def test_a_trainee_sees_notes_but_no_identity(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    trainee = await data.a_member(centre, Role.TRAINEE)
    client = await data.a_client(centre, last_name="Own", national_insurance_number=NINO, safe_contact_note=NOTE)
    await data.a_case(centre, client_id=client, advisor=trainee)
    answer = await graph.run(CLIENTS, as_=trainee)
    assert shown(answer) == {"Own": (None, MASKED, NOTE)}
    assert said(answer) == {HIDDEN_DATE, MASKED_NINO}
    assert answer.context.seen_fields == {"clients.safe_contact_note"}


@pytest.mark.parametrize("full", [True, False])
async def test_what_is_hidden_does_not_tell_whether_it_is_there(graph: Graph, data: Data, *, full: bool) -> None:
    centre = await data.a_centre()
    await data.a_client(centre, last_name="A", date_of_birth=None, safe_contact_note=NOTE if full else None)
    answer = await graph.run(CLIENTS, as_=await data.a_member(centre, Role.AUDITOR))
    assert shown(answer) == {"A": (None, None, None)}
    assert said(answer) == {HIDDEN_DATE, MASKED_NINO, HIDDEN_NOTE}
    assert answer.context.seen_fields == set()


async def test_a_program_sees_masks_and_a_client_sees_the_own_record(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre, last_name="Own", national_insurance_number=NINO, safe_contact_note=NOTE)
    await data.a_client(centre, last_name="Other", national_insurance_number=NINO)
    program = await data.a_service(centre, Permission.CLIENT_READ)
    answer = await graph.run(CLIENTS, as_=program)
    assert shown(answer) == {"Own": (None, MASKED, None), "Other": (None, MASKED, None)}
    portal = await data.a_member(centre, Role.CLIENT, client_id=client)
    answer = await graph.run(CLIENTS, as_=portal)
    assert shown(answer) == {"Own": (BORN, NINO, NOTE)}
    assert said(answer) == set()


async def test_a_withheld_relation_is_said_once_for_the_whole_page(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    for _ in range(3):
        await data.a_case(centre, advisor=advisor)
    program = await data.a_service(centre, Permission.CASE_READ)
    answer = await graph.run("{ cases { edges { node { advisor { fullName } client { fullName } } } } }", as_=program)
    assert [edge["node"] for edge in answer.data["cases"]["edges"]] == [{"advisor": None, "client": None}] * 3
    place = ["cases", "edges", "node"]
    assert sorted(answer.redacted, key=lambda entry: entry["path"]) == [
        {"path": [*place, "advisor"], "requiredPermission": "USER_READ", "treatment": "HIDDEN"},
        {"path": [*place, "client"], "requiredPermission": "CLIENT_READ", "treatment": "HIDDEN"},
    ]


async def test_a_place_reached_by_two_types_is_said_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre, safe_contact_note=NOTE)
    ids = [
        write_id("case", await data.a_case(centre, client_id=client)),
        write_id("consent", await data.a_consent(centre, client)),
    ]
    asked = """query ($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Case { client { safeContactNote cases(first: 1) { edges { node { id } } } } }
        ... on Consent { client { safeContactNote cases(first: 0) { edges { node { id } } } } } } }"""
    answer = await graph.run(asked, as_=await data.a_member(centre, Role.AUDITOR), ids=ids)
    assert answer.errors == []
    assert answer.data["nodes"] == [
        {"client": {"safeContactNote": None, "cases": {"edges": [{"node": {"id": ids[0]}}]}}},
        {"client": {"safeContactNote": None, "cases": {"edges": []}}},
    ]
    assert answer.redacted == [
        {
            "path": ["nodes", "client", "safeContactNote"],
            "requiredPermission": "CLIENT_READ_VULNERABILITY",
            "treatment": "HIDDEN",
        }
    ]
