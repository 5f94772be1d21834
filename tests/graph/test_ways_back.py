"""From a record one comes to its history, to what the viewer may do with it, and from an entry back to the record."""

from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.assets import an_asset
from support.budgets import a_sheet
from support.data import Data
from support.documents import a_document
from support.households import a_household
from support.operations import document

ROLES = (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR)
CAR = {"assetType": "VEHICLE", "description": "Small car", "estimatedValue": "1500.00"}


async def people(data: Data, centre: UUID, client: UUID) -> dict[str, Actor]:
    """Make one member of each role, a colleague of the advisor's in no team, and the client in the portal."""
    made = {role.value: await data.a_member(centre, role) for role in ROLES}
    made["COLLEAGUE"] = await data.a_member(centre)
    made["PORTAL"] = await data.a_member(centre, Role.CLIENT, client_id=client)
    return made


async def test_who_may_change_an_asset_is_told(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    actors = await people(data, centre, client)
    helper = actors[Role.TRAINEE.value]
    case = await data.a_case(centre, client_id=client, advisor=actors[Role.ADVISOR.value], team_members=(helper,))
    await an_asset(data, centre, case)
    seen = {}
    for name, actor in actors.items():
        answer = await graph.run(
            "query ($id: ID!) { case(id: $id) { assets { viewerCan { update delete } } } }",
            as_=actor,
            id=write_id("case", case),
        )
        assert answer.errors == []
        shown = answer.data["case"]
        seen[name] = None if shown is None else tuple(shown["assets"][0]["viewerCan"].values())
    assert seen == {
        "CENTRE_MANAGER": (True, True),
        "COMPLIANCE_OFFICER": (False, False),
        "ADVISOR": (True, True),
        "TRAINEE": (True, True),
        "AUDITOR": (False, False),
        "COLLEAGUE": None,
        "PORTAL": (False, False),
    }


async def test_who_may_change_a_household_is_told(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    actors = await people(data, centre, client)
    await data.a_case(centre, client_id=client, advisor=actors[Role.ADVISOR.value])
    await a_household(data, centre, client)
    seen = {}
    for name, actor in actors.items():
        answer = await graph.run(
            "query ($id: ID!) { client(id: $id) { household { viewerCan { update } } } }",
            as_=actor,
            id=write_id("client", client),
        )
        assert answer.errors == []
        shown = answer.data["client"]
        seen[name] = None if shown is None else shown["household"]["viewerCan"]["update"]
    assert seen == {
        "CENTRE_MANAGER": True,
        "COMPLIANCE_OFFICER": False,
        "ADVISOR": True,
        "TRAINEE": None,
        "AUDITOR": False,
        "COLLEAGUE": None,
        "PORTAL": False,
    }


async def test_an_entry_of_the_trail_leads_back_to_its_record(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre, advisor=manager)
    sheet = await a_sheet(data, manager, case)
    answer = await graph.run(
        "query ($id: ID!) { budgetSheet(id: $id) { id"
        " history { edges { node { action subjectNodeId subject { id } } } } } }",
        as_=manager,
        id=write_id("budgetsheet", sheet),
    )
    shown = answer.data["budgetSheet"]
    entries = [edge["node"] for edge in shown["history"]["edges"]]
    assert entries[-1]["action"] == "budget_sheet.begun"
    assert (
        {entry["subjectNodeId"] for entry in entries} == {shown["id"]} == {entry["subject"]["id"] for entry in entries}
    )


async def test_an_asset_has_its_own_history(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre, advisor=manager)
    for _ in range(2):
        added = await graph.run(document("assetAdd"), as_=manager, input={"caseId": write_id("case", case), **CAR})
        assert added.data["assetAdd"]["errors"] == []
    answer = await graph.run(
        "query ($id: ID!) { case(id: $id) { assets { id"
        " history { totalCount edges { node { action subject { id } } } } } } }",
        as_=manager,
        id=write_id("case", case),
    )
    for asset in answer.data["case"]["assets"]:
        assert asset["history"] == {
            "totalCount": 1,
            "edges": [{"node": {"action": "asset.added", "subject": {"id": asset["id"]}}}],
        }


async def test_a_person_leads_to_the_papers_they_handed_in(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    case = await data.a_case(centre, advisor=advisor)
    theirs = await a_document(data, centre, case, by=advisor)
    hidden = await a_document(data, centre, case, by=advisor, access_level="MANAGERS_AND_COMPLIANCE")
    await a_document(data, centre, case, by=manager)
    asked = "query ($id: ID!) { membership(id: $id) { documents { totalCount edges { node { id } } } } }"
    for viewer, expected in ((manager, {theirs, hidden}), (advisor, {theirs})):
        answer = await graph.run(asked, as_=viewer, id=write_id("membership", advisor.user_id))
        assert answer.errors == []
        page = answer.data["membership"]["documents"]
        assert {edge["node"]["id"] for edge in page["edges"]} == {write_id("document", key) for key in expected}
        assert page["totalCount"] == len(expected)
