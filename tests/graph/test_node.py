"""A record is found by its id by whoever may read records of its kind, and by nobody else."""

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def test_a_program_finds_only_the_kinds_of_records_that_its_key_names(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    client, team = await data.a_client(centre), await data.a_team(centre)
    case = await data.a_case(centre, client_id=client)
    ids = [write_id("client", client), write_id("case", case), write_id("team", team)]
    program = await data.a_service(centre, Permission.CASE_READ)
    answer = await graph.run(NODES, as_=program, ids=ids)
    assert answer.errors == []
    assert answer.data["nodes"] == [None, {"__typename": "Case", "id": ids[1]}, None]
    other = await data.a_service(centre, Permission.CLIENT_READ)
    answer = await graph.run(NODES, as_=other, ids=ids)
    assert answer.data["nodes"] == [{"__typename": "Client", "id": ids[0]}, None, None]


async def test_ids_that_are_none_are_answered_like_those_of_nothing(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    elsewhere = await data.a_client(await data.a_centre())
    ids = [write_id("client", elsewhere), "client_", "", "nothing_" + "0" * 32, "client_" + "0" * 31, "\x00"]
    answer = await graph.run(NODES, as_=manager, ids=ids)
    assert answer.errors == []
    assert answer.data["nodes"] == [None] * 6
