"""Beside a page of cases stand the counts of what filtering it further would leave."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from support.asking import Graph
from support.data import Data

FACETS = """
  facets { byStatus { status count } byPriority { priority count } byAdvisor { unassigned count advisor { id } } }
"""
CASES = f"query ($filter: CaseFilter) {{ cases(filter: $filter) {{ totalCount {FACETS} }} }}"
UNDER = f"""query ($filter: CaseFilter) {{
  clients {{ edges {{ node {{ lastName cases(filter: $filter) {{ totalCount {FACETS} }} }} }} }} }}"""


@pytest.fixture
async def scene(data: Data) -> dict[str, Actor]:
    """Make a centre with six cases of two clients, one of them restricted, and another centre's."""
    centre = await data.a_centre()
    ann = await data.a_member(centre, last_name="Ann")
    bob = await data.a_member(centre, last_name="Bob")
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    one = await data.a_client(centre, last_name="One")
    two = await data.a_client(centre, last_name="Two")
    await data.a_case(centre, client_id=one, advisor=ann, status="IN_PROGRESS", priority="HIGH")
    await data.a_case(centre, client_id=one, advisor=ann, status="IN_PROGRESS", priority="LOW")
    await data.a_case(centre, client_id=one, advisor=bob, status="CLOSED", priority="HIGH")
    await data.a_case(centre, client_id=two, advisor=bob, status="ON_HOLD", priority="HIGH", restricted=True)
    await data.a_case(centre, client_id=two, status="NEW", priority="LOW")
    await data.a_case(centre, client_id=two, status="NEW", priority="LOW")
    stranger = await data.a_centre()
    await data.a_case(stranger)
    return {"manager": manager, "ann": ann, "bob": bob, "auditor": await data.a_member(centre, Role.AUDITOR)}


def figures(connection: dict[str, Any]) -> dict[str, dict[str, int]]:
    facets = connection["facets"]
    advisors = {
        (one["advisor"]["id"] if one["advisor"] else "nobody" if one["unassigned"] else "?"): one["count"]
        for one in facets["byAdvisor"]
    }
    return {
        "status": {str(one["status"]): one["count"] for one in facets["byStatus"]},
        "priority": {str(one["priority"]): one["count"] for one in facets["byPriority"]},
        "advisor": advisors,
    }


def id_of(scene: dict[str, Actor], name: str) -> str:
    return f"membership_{scene[name].user_id.hex}"


async def test_all_cases_are_counted_by_each_dimension(graph: Graph, scene: dict[str, Actor]) -> None:
    answer = await graph.run(CASES, as_=scene["manager"])
    assert figures(answer.data["cases"]) == {
        "status": {"IN_PROGRESS": 2, "NEW": 2, "CLOSED": 1, "ON_HOLD": 1},
        "priority": {"HIGH": 3, "LOW": 3},
        "advisor": {id_of(scene, "ann"): 2, id_of(scene, "bob"): 2, "nobody": 2},
    }
    assert [one["count"] for one in answer.data["cases"]["facets"]["byStatus"]] == [2, 2, 1, 1]


async def test_a_dimension_is_counted_without_its_own_condition(graph: Graph, scene: dict[str, Actor]) -> None:
    answer = await graph.run(CASES, as_=scene["manager"], filter={"priority": ["HIGH"], "status": ["IN_PROGRESS"]})
    assert answer.data["cases"]["totalCount"] == 1
    assert figures(answer.data["cases"]) == {
        "status": {"CLOSED": 1, "IN_PROGRESS": 1, "ON_HOLD": 1},
        "priority": {"HIGH": 1, "LOW": 1},
        "advisor": {id_of(scene, "ann"): 1},
    }


async def test_choosing_an_advisor_or_none_does_not_narrow_the_advisors(graph: Graph, scene: dict[str, Actor]) -> None:
    everybody = {id_of(scene, "ann"): 2, id_of(scene, "bob"): 2, "nobody": 2}
    for chosen in ({"advisor": [id_of(scene, "ann")]}, {"unassigned": True}):
        answer = await graph.run(CASES, as_=scene["manager"], filter=chosen)
        assert figures(answer.data["cases"])["advisor"] == everybody
    open_ones = await graph.run(CASES, as_=scene["manager"], filter={"open": True})
    assert figures(open_ones.data["cases"])["status"]["CLOSED"] == 1
    assert figures(open_ones.data["cases"])["priority"] == {"HIGH": 2, "LOW": 3}


@pytest.mark.parametrize(
    ("viewer", "statuses"),
    [
        ("ann", {"IN_PROGRESS": 2}),
        ("bob", {"CLOSED": 1, "ON_HOLD": 1}),
        ("auditor", {"IN_PROGRESS": 2, "NEW": 2, "CLOSED": 1}),
    ],
)
async def test_only_what_the_viewer_sees_is_counted(
    graph: Graph, scene: dict[str, Actor], viewer: str, statuses: dict[str, int]
) -> None:
    answer = await graph.run(CASES, as_=scene[viewer])
    assert figures(answer.data["cases"])["status"] == statuses


async def test_under_many_parents_each_has_its_own_figures_for_the_same_statements(
    graph: Graph, scene: dict[str, Actor]
) -> None:
    answer = await graph.run(UNDER, as_=scene["manager"])
    found = {edge["node"]["lastName"]: figures(edge["node"]["cases"]) for edge in answer.data["clients"]["edges"]}
    assert found == {
        "One": {
            "status": {"IN_PROGRESS": 2, "CLOSED": 1},
            "priority": {"HIGH": 2, "LOW": 1},
            "advisor": {id_of(scene, "ann"): 2, id_of(scene, "bob"): 1},
        },
        "Two": {
            "status": {"NEW": 2, "ON_HOLD": 1},
            "priority": {"LOW": 2, "HIGH": 1},
            "advisor": {"nobody": 2, id_of(scene, "bob"): 1},
        },
    }
    # clients; the pages of cases; a count, three facets; the advisors
    assert answer.statements == 7


async def test_what_is_not_asked_for_is_not_counted(graph: Graph, scene: dict[str, Actor]) -> None:
    counted = await graph.run("{ cases { facets { byPriority { count } } } }", as_=scene["manager"])
    assert counted.statements == 2


async def test_a_page_that_lists_nothing_has_no_figures(graph: Graph, scene: dict[str, Actor]) -> None:
    answer = await graph.run(CASES, as_=scene["manager"], filter={"caseNumber": "CASE-1999-000001"})
    assert figures(answer.data["cases"]) == {"status": {}, "priority": {}, "advisor": {}}
