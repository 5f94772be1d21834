"""A case tells its viewer what they may do with it, for a page of cases as cheaply as for one."""

from typing import Any

from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data

CASES = """
query ($first: Int) {
  cases(first: $first, orderBy: CASE_NUMBER_ASC) {
    edges { node { id allowedStatuses
      viewerCan { update updateLegal assign changePeople changeStatus conclude refer reopen cancel delete } } }
  }
}
"""


def allowed(node: dict[str, Any]) -> set[str]:
    return {act for act, may in node["viewerCan"].items() if may}


async def test_what_a_viewer_may_do(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre, team_ids=(team,))
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    own = await data.a_case(centre, advisor=advisor)
    cancelled = await data.a_case(centre, advisor=advisor, status="CANCELLED")
    teams = await data.a_case(centre, team_id=team)
    answer = await graph.run(CASES, as_=advisor)
    nodes = {edge["node"]["id"]: edge["node"] for edge in answer.data["cases"]["edges"]}
    everything_of_ones_own = {"update", "changePeople", "changeStatus", "conclude", "refer", "reopen"}
    assert {key: allowed(node) for key, node in nodes.items()} == {
        write_id("case", own): everything_of_ones_own,
        write_id("case", cancelled): everything_of_ones_own - {"reopen"},
        write_id("case", teams): {"update"},
    }
    assert nodes[write_id("case", own)]["allowedStatuses"] == [
        "IN_PROGRESS",
        "ON_HOLD",
        "CLOSED",
        "REFERRED",
        "CANCELLED",
    ]
    assert nodes[write_id("case", cancelled)]["allowedStatuses"] == ["REOPENED"]
    answer = await graph.run(CASES, as_=manager)
    assert {len(allowed(edge["node"])) for edge in answer.data["cases"]["edges"]} == {10}


async def test_it_costs_one_statement_or_none_whatever_the_page(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor, manager = await data.a_member(centre), await data.a_member(centre, Role.CENTRE_MANAGER)
    for _ in range(4):
        await data.a_case(centre, advisor=advisor)
    spent = [
        (await graph.run(CASES, as_=actor, first=size)).statements for actor in (advisor, manager) for size in (1, 4)
    ]
    assert spent == [2, 2, 1, 1]
