"""A client in the portal sees the own record and the own cases, and nothing else of the centre."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import events_of

UPDATE = document("clientUpdate")


async def _portal(data: Data, centre: UUID, **given: Any) -> tuple[Actor, UUID]:
    client = await data.a_client(centre, **given)
    return await data.a_member(centre, Role.CLIENT, client_id=client), client


async def test_it_reads_the_own_record_in_full(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    secrets = {"national_insurance_number": "AB123456C", "safe_contact_note": "Text only."}
    actor, client = await _portal(data, centre, last_name="Okafor", **secrets)
    await data.a_consent(centre, client)
    await data.a_case(centre, client_id=client, advisor=await data.a_member(centre), restricted=True)
    answer = await graph.run(document("client"), as_=actor, id=write_id("client", client))
    assert answer.errors == []
    seen = answer.data["client"]
    assert (seen["lastName"], seen["dateOfBirth"]) == ("Okafor", "1980-05-17")
    assert (seen["nationalInsuranceNumber"], seen["safeContactNote"]) == ("AB123456C", "Text only.")
    assert (seen["dataConsent"], len(seen["consents"]), seen["cases"]["totalCount"]) == (True, 1, 1)
    assert seen["recorder"] is None
    assert seen["viewerCan"] == {
        "update": False,
        "delete": False,
        "readIdentity": True,
        "readVulnerability": True,
        "recordConsent": False,
        "openCase": False,
    }


async def test_it_sees_nobody_else(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    actor, client = await _portal(data, centre)
    own_case = await data.a_case(
        centre, client_id=client, advisor=advisor, team_members=(await data.a_member(centre),), team_id=team
    )
    other = await data.a_client(centre)
    others_case, consent = await data.a_case(centre, client_id=other), await data.a_consent(centre, other)
    answer = await graph.run(
        """query ($ids: [ID!]!) {
          nodes(ids: $ids) { id }
          clients { totalCount edges { node { id } } }
          cases { totalCount edges { node { id client { id } advisor { id } team { id } teamMembers { addedAt }
            statusHistory { toStatus } } } }
        }""",
        as_=actor,
        ids=[
            write_id("client", other),
            write_id("case", others_case),
            write_id("consent", consent),
            write_id("team", team),
            write_id("membership", advisor.user_id),
        ],
    )
    assert answer.errors == []
    assert answer.data["nodes"] == [None] * 5
    assert answer.data["clients"] == {"totalCount": 1, "edges": [{"node": {"id": write_id("client", client)}}]}
    assert answer.data["cases"] == {
        "totalCount": 1,
        "edges": [
            {
                "node": {
                    "id": write_id("case", own_case),
                    "client": {"id": write_id("client", client)},
                    "advisor": None,
                    "team": None,
                    "teamMembers": [],
                    "statusHistory": [],
                }
            }
        ],
    }


async def test_a_new_way_of_reaching_it_has_to_be_approved(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    actor, client = await _portal(data, centre, city="Leeds")
    changed = {"id": write_id("client", client), "expectedVersion": 1, "city": "York", "phonePrimary": None}
    (error,) = (await graph.run(UPDATE, as_=actor, input=changed)).data["clientUpdate"]["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ApprovalRequiredError", "CLIENT_UPDATE")
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("field", ["lastName", "dateOfBirth", "nationalInsuranceNumber", "safeContactNote"])
async def test_nothing_else_is_to_be_asked_for(graph: Graph, data: Data, field: str) -> None:
    centre = await data.a_centre()
    actor, client = await _portal(data, centre)
    changed = {"id": write_id("client", client), "expectedVersion": 1, "city": "York", field: None}
    (error,) = (await graph.run(UPDATE, as_=actor, input=changed)).data["clientUpdate"]["errors"]
    assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")


async def test_another_centres_client_of_the_portal_sees_nothing_here(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    _, client = await _portal(data, here)
    stranger, _ = await _portal(data, there)
    answer = await graph.run(document("client"), as_=stranger, id=write_id("client", client))
    assert answer.data == {"client": None}
