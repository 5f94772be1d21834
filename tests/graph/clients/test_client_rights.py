"""What the viewer may do with a client is told beforehand, and is what happens."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data

RIGHTS = """
{ clients(orderBy: CREATED_AT_ASC) { edges { node {
  id nationalInsuranceNumber safeContactNote
  viewerCan { update delete readIdentity readVulnerability recordConsent openCase } } } } }
"""
ACTS = ("update", "delete", "readIdentity", "readVulnerability", "recordConsent", "openCase")
NINO, MASKED, NOTE = "AB123456C", "******56C", "Never ring."
EVERYTHING = set(ACTS)
NOTHING: set[str] = set()


async def _can(graph: Graph, actor: Actor) -> list[tuple[set[str], Any, Any]]:
    answer = await graph.run(RIGHTS, as_=actor)
    assert answer.errors == []
    nodes = [edge["node"] for edge in answer.data["clients"]["edges"]]
    return [
        (
            {act for act in ACTS if node["viewerCan"][act]},
            node["nationalInsuranceNumber"],
            node["safeContactNote"],
        )
        for node in nodes
    ]


@pytest.mark.parametrize(
    ("role", "acts", "nino", "note"),
    [
        (Role.CENTRE_MANAGER, EVERYTHING, NINO, NOTE),
        (Role.COMPLIANCE_OFFICER, {"readIdentity", "readVulnerability"}, NINO, NOTE),
        (Role.AUDITOR, NOTHING, MASKED, None),
    ],
)
async def test_roles_that_reach_the_whole_centre(  # noqa: PLR0917 - a table
    graph: Graph,
    data: Data,
    role: Role,
    acts: set[str],
    nino: str,
    note: str | None,
) -> None:
    centre = await data.a_centre()
    await data.a_client(centre, national_insurance_number=NINO, safe_contact_note=NOTE)
    assert await _can(graph, await data.a_member(centre, role)) == [(acts, nino, note)]


async def test_an_advisor_does_more_with_own_clients_than_with_those_of_the_team(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    secrets: dict[str, Any] = {"national_insurance_number": NINO, "safe_contact_note": NOTE}
    own, teams, hidden = [await data.a_client(centre, **secrets) for _ in range(3)]
    await data.a_client(centre, recorded_by=advisor.user_id, **secrets)
    await data.a_case(centre, client_id=own, advisor=advisor)
    await data.a_case(centre, client_id=teams, team_id=team)
    await data.a_case(centre, client_id=hidden, team_id=team, restricted=True)
    mine = {"update", "readIdentity", "readVulnerability", "recordConsent", "openCase"}
    assert await _can(graph, advisor) == [
        (mine, NINO, NOTE),
        ({"update", "recordConsent", "openCase"}, MASKED, None),
        (mine, NINO, NOTE),
    ]


async def test_a_trainee_works_with_own_clients_and_proposes_cases(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    trainee = await data.a_member(centre, Role.TRAINEE)
    client = await data.a_client(centre, national_insurance_number=NINO, safe_contact_note=NOTE)
    await data.a_case(centre, client_id=client, team_members=(trainee,))
    assert await _can(graph, trainee) == [({"update", "readVulnerability", "recordConsent"}, MASKED, NOTE)]


async def test_two_roles_add_up_but_neither_lends_its_reach_to_the_other(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    both = await data.a_member(centre, Role.ADVISOR, Role.COMPLIANCE_OFFICER, team_ids=(team,))
    clients = [await data.a_client(centre) for _ in range(3)]
    await data.a_case(centre, client_id=clients[0], advisor=both)
    await data.a_case(centre, client_id=clients[1], team_id=team)
    await data.a_case(centre, client_id=clients[2])
    reads = {"readIdentity", "readVulnerability", "openCase"}
    assert [acts for acts, _, _ in await _can(graph, both)] == [
        reads | {"update", "recordConsent"},
        reads | {"update", "recordConsent"},
        reads,
    ]


async def test_a_program_does_what_its_key_names(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    await data.a_client(centre, national_insurance_number=NINO, safe_contact_note=NOTE)
    program = await data.a_service(centre, Permission.CLIENT_READ, Permission.CLIENT_UPDATE)
    assert await _can(graph, program) == [({"update", "recordConsent"}, MASKED, None)]


async def test_masked_and_hidden_values_are_named_once_a_position(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    for _ in range(3):
        await data.a_client(centre, national_insurance_number=NINO, safe_contact_note=NOTE)
    answer = await graph.run(RIGHTS, as_=await data.a_member(centre, Role.AUDITOR))
    place = ["clients", "edges", "node"]
    assert sorted(answer.redacted, key=lambda entry: entry["treatment"]) == [
        {
            "path": [*place, "safeContactNote"],
            "requiredPermission": "CLIENT_READ_VULNERABILITY",
            "treatment": "HIDDEN",
        },
        {
            "path": [*place, "nationalInsuranceNumber"],
            "requiredPermission": "CLIENT_READ_IDENTITY",
            "treatment": "MASKED",
        },
    ]
    assert answer.context.seen_fields == set()


async def test_ids_of_cases_and_clients_are_not_mixed_up(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    asked = "query ($id: ID!) { client(id: $id) { id } }"
    assert (await graph.run(asked, as_=manager, id=write_id("client", client))).data["client"] is not None
    assert (await graph.run(asked, as_=manager, id=write_id("case", client))).data == {"client": None}
