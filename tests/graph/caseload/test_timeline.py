"""What happened in a case, in one list: of every kind, in order, page by page, as far as the viewer sees it."""

from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.caseload.timeline import TimelineKind
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.full_case import a_full_case
from support.operations import document, most_statements

SUBJECT = {"STATUS_CHANGE": "statusChange", "DOCUMENT": "document", "PAYMENT": "payment", "OUTCOME": "outcome"}


async def timeline(graph: Graph, actor: Actor, case: str, **given: Any) -> Any:
    """Ask for a page of a case's timeline."""
    answer = await graph.run(document("caseTimeline"), as_=actor, id=case, **given)
    assert answer.errors == []
    assert answer.statements <= most_statements("caseTimeline")
    return answer.data["caseTimeline"]


def nodes(page: Any) -> list[Any]:
    return [edge["node"] for edge in page["edges"]]


async def a_scene(data: Data, graph: Graph) -> tuple[Actor, Actor, str]:
    """Make a case that has something of every kind, and took a step."""
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    case = (await a_full_case(data, manager, advisor, await data.a_team(centre))).ids["case"]
    read = await graph.run("query ($id: ID!) { case(id: $id) { version } }", as_=manager, id=case)
    given = {"id": case, "expectedVersion": read.data["case"]["version"]}
    started = await graph.run(document("caseStart"), as_=manager, input=given)
    assert started.data["caseStart"]["errors"] == []
    return manager, advisor, case


async def test_entries_of_every_kind_are_told_the_last_first(graph: Graph, data: Data) -> None:
    manager, _, case = await a_scene(data, graph)
    page = await timeline(graph, manager, case, first=100)
    shown = nodes(page)
    assert {node["kind"] for node in shown} == {kind.value for kind in TimelineKind} == SUBJECT.keys()
    assert page["totalCount"] == len(shown)
    assert [node["at"] for node in shown] == sorted((node["at"] for node in shown), reverse=True)
    for node in shown:
        told = {name for name in SUBJECT.values() if node[name] is not None}
        assert told == {SUBJECT[node["kind"]]}
    (step,) = (node["statusChange"] for node in shown if node["kind"] == "STATUS_CHANGE")
    assert (step["fromStatus"], step["toStatus"]) == ("ASSIGNED", "IN_PROGRESS")


@pytest.mark.parametrize("size", [1, 3])
async def test_pages_go_through_it_in_both_directions(graph: Graph, data: Data, size: int) -> None:
    manager, _, case = await a_scene(data, graph)
    whole = nodes(await timeline(graph, manager, case, first=100))
    forwards: list[Any] = []
    page = await timeline(graph, manager, case, first=size)
    while True:
        forwards += nodes(page)
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await timeline(graph, manager, case, first=size, after=page["pageInfo"]["endCursor"])
    assert forwards == whole
    backwards: list[Any] = []
    page = await timeline(graph, manager, case, last=size)
    while True:
        backwards = nodes(page) + backwards
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        page = await timeline(graph, manager, case, last=size, before=page["pageInfo"]["startCursor"])
    assert backwards == whole


async def test_it_may_be_of_some_kinds(graph: Graph, data: Data) -> None:
    manager, _, case = await a_scene(data, graph)
    page = await timeline(graph, manager, case, kinds=["PAYMENT", "OUTCOME"])
    assert {node["kind"] for node in nodes(page)} == {"PAYMENT", "OUTCOME"}
    none = await timeline(graph, manager, case, kinds=[])
    assert (none["totalCount"], none["edges"]) == (0, [])


async def test_what_is_out_of_sight_is_not_told(graph: Graph, data: Data) -> None:
    manager, advisor, case = await a_scene(data, graph)
    assert manager.centre_id is not None
    assert nodes(await timeline(graph, advisor, case))
    strangers = [
        await data.a_member(manager.centre_id),
        await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER),
    ]
    for stranger in strangers:
        page = await timeline(graph, stranger, case)
        assert (page["totalCount"], page["edges"]) == (0, [])
    assert (await timeline(graph, manager, write_id("client", manager.user_id)))["edges"] == []


async def test_a_cursor_of_another_list_is_refused(graph: Graph, data: Data) -> None:
    manager, _, case = await a_scene(data, graph)
    listed = await graph.run("{ cases(first: 1) { edges { cursor } } }", as_=manager)
    cursor = listed.data["cases"]["edges"][0]["cursor"]
    for text in (cursor, "nonsense"):
        answer = await graph.run(document("caseTimeline"), as_=manager, id=case, after=text)
        assert [error.message for error in answer.errors] == ["This is no cursor of a timeline."]
