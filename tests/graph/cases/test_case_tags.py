"""Tags of cases: how they are kept, who finds cases by them, what is told of them."""

from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene, opened
from support.operations import document

LISTED = """query ($filter: CaseFilter) {
  cases(filter: $filter, orderBy: CREATED_AT_ASC) {
    totalCount edges { node { id tags } } facets { byTag { tag count } }
  }
  caseBoard(filter: $filter) { cards(first: 50) { case { id } } }
}"""
SEARCH = "query ($query: String!) { search(query: $query, kinds: [CASE]) { hits { node { id } } } }"


async def tagged(scene: Scene, *tags: str, **given: Any) -> UUID:
    """Make a case with these tags."""
    return await scene.a_case(tags=list(tags), **given)


async def found(scene: Scene, as_: Actor | None = None, **given: Any) -> tuple[list[str], dict[str, int]]:
    """Answer which cases a filter finds, by their tags, and the figures of tags; the board shows the same."""
    answer = await scene.graph.run(LISTED, as_=as_ or scene.manager, filter=given)
    assert answer.errors == []
    nodes = [edge["node"] for edge in answer.data["cases"]["edges"]]
    assert answer.data["cases"]["totalCount"] == len(nodes)
    cards = [card["case"]["id"] for column in answer.data["caseBoard"] for card in column["cards"]]
    assert sorted(cards) == sorted(node["id"] for node in nodes)
    figures = {one["tag"]: one["count"] for one in answer.data["cases"]["facets"]["byTag"]}
    return [" ".join(node["tags"]) for node in nodes], figures


async def test_tags_are_kept_as_those_of_notes_are(scene: Scene, acting: Acting) -> None:
    payload = await scene.ask("caseOpen", **await opened(scene, acting, tags=["Court", " council tax", "court "]))
    assert (payload["errors"], payload["case"]["tags"]) == ([], ["council tax", "court"])
    plain = await scene.ask("caseOpen", **await opened(scene, acting))
    assert plain["case"]["tags"] == []
    case_id = await scene.a_case(status="IN_PROGRESS")
    changed = await scene.on("caseUpdate", case_id, tags=["New", "Old"])
    assert changed["case"]["tags"] == ["new", "old"]
    kept = await scene.on("caseUpdate", case_id, 2, title="Rent")
    assert kept["case"]["tags"] == ["new", "old"]
    same = await scene.on("caseUpdate", case_id, 3, tags=["old", "NEW"])
    assert (same["errors"], same["case"]["version"]) == ([], 3)
    emptied = await scene.on("caseUpdate", case_id, 3, tags=[])
    assert emptied["case"]["tags"] == []


@pytest.mark.parametrize(
    ("tags", "rule"), [([str(number) for number in range(21)], "too-many"), (["x" * 41], "too-long"), ([""], "blank")]
)
async def test_too_many_and_too_long_ones_are_refused(scene: Scene, acting: Acting, tags: list[str], rule: str) -> None:
    case_id = await scene.a_case()
    for payload in (
        await scene.ask("caseOpen", **await opened(scene, acting, tags=tags)),
        await scene.on("caseUpdate", case_id, tags=tags),
    ):
        assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", "tags"], rule)]
    assert (await acting.case(case_id))["version"] == 1


async def test_cases_are_found_by_any_and_by_every_tag(scene: Scene) -> None:
    for tags in (("court", "rent"), ("council tax", "rent"), ("court",), ()):
        await tagged(scene, *tags)
    await tagged(scene, "court", "gone", status="CLOSED")
    every = {"court": 2, "rent": 2, "council tax": 1}
    assert await found(scene, tag=["RENT "], open=True) == (["court rent", "council tax rent"], every)
    assert (await found(scene, tag=["court", "council tax"], open=True))[0] == [
        "court rent",
        "council tax rent",
        "court",
    ]
    assert await found(scene, everyTag=["Rent", "court"], open=True) == (["court rent"], {"court": 1, "rent": 1})
    assert await found(scene, everyTag=["rent"], tag=["court"], open=True) == (
        ["court rent"],
        {"rent": 2, "council tax": 1, "court": 1},
    )
    nobodys: list[dict[str, Any]] = [
        {"tag": []},
        {"tag": ["", "re", "\0"]},
        {"everyTag": ["rent", "\0"]},
        {"everyTag": ["rent", "x"]},
    ]
    for nothing in nobodys:
        assert (await found(scene, **nothing, open=True))[0] == []
    assert len((await found(scene, everyTag=[], open=True))[0]) == 4
    assert (await found(scene, tag=["gone"], status=["CLOSED"]))[0] == ["court gone"]
    refused = await scene.graph.run(
        LISTED, as_=scene.manager, filter={"everyTag": [str(number) for number in range(21)]}
    )
    assert {getattr(error.original_error, "rule", None) for error in refused.errors} == {"too-many"}


async def test_everybody_finds_the_cases_that_they_see(scene: Scene) -> None:
    await tagged(scene, "court", "mine")
    await tagged(scene, "court", "hidden", advisor=None, restricted=True)
    await tagged(scene, "court", "others", advisor=None)
    stranger = await scene.data.a_member(await scene.data.a_centre(), Role.CENTRE_MANAGER)
    auditor = await scene.data.a_member(scene.centre, Role.AUDITOR)
    for viewer, seen in (
        (scene.manager, {"mine", "hidden", "others"}),
        (auditor, {"mine", "others"}),
        (scene.advisor, {"mine"}),
        (stranger, set[str]()),
    ):
        for given in ({"tag": ["court"]}, {"everyTag": ["court"]}, {}):
            tags, figures = await found(scene, viewer, **given)
            assert set(" ".join(tags).split()) - {"court"} == figures.keys() - {"court"} == seen


async def test_the_search_and_the_filter_follow_a_change(scene: Scene, graph: Graph) -> None:
    case_id = await tagged(scene, "council tax", "court")
    await scene.on("caseUpdate", case_id, tags=["court", "water"])
    for words, there in (("water", True), ("cou", True), ("court", True), ("council", False), ("#court", True)):
        answer = await graph.run(SEARCH, as_=scene.manager, query=words)
        hits = [hit["node"]["id"] for group in answer.data["search"] for hit in group["hits"]]
        assert hits == [write_id("case", case_id)] * there
    assert (await found(scene, tag=["council tax"]))[0] == []
    assert (await found(scene, tag=["water"]))[0] == ["court water"]


async def test_a_tag_is_found_in_a_case_with_more_words_than_are_kept(scene: Scene, acting: Acting) -> None:
    title = " ".join(f"a{number:02d}" for number in range(50))
    tags = [f"zz{number:02d} {'y' * 3} {'x' * 3} {number}a" for number in range(20)]
    payload = await scene.ask("caseOpen", **await opened(scene, acting, title=title, tags=tags))
    assert (payload["errors"], payload["case"]["tags"]) == ([], tags)
    for tag in tags:
        assert len((await found(scene, tag=[tag]))[0]) == len((await found(scene, everyTag=tags))[0]) == 1


async def test_the_history_tells_tags_and_events_do_not(scene: Scene, acting: Acting) -> None:
    case_id = await scene.a_case()
    await scene.on("caseUpdate", case_id, tags=["secret"])
    event = (await acting.events(scene.centre))[-1]
    assert event["name"] == "case.updated"
    assert "secret" not in str(dict(event))
    history = await scene.graph.run(
        "query ($id: ID!) { case(id: $id) { history(first: 1) { edges { node { changes { field old new } } } } } }",
        as_=scene.manager,
        id=write_id("case", case_id),
    )
    (edge,) = history.data["case"]["history"]["edges"]
    assert edge["node"]["changes"] == [{"field": "tags", "old": "", "new": "secret"}]


async def test_tags_outlive_the_end_of_a_case_and_its_reopening(scene: Scene, acting: Acting) -> None:
    case_id = await tagged(scene, "court", status="NEW", advisor=None)
    await scene.on("caseCancel", case_id, reason="Never came")
    version = (await acting.case(case_id))["version"]
    await scene.on("caseDelete", case_id, version, reason="Mistake")
    assert (await found(scene, tag=["court"], status=["CANCELLED"]))[0] == []
    await scene.on("caseRestore", case_id, version + 1)
    reopened = await scene.on("caseReopen", case_id, version + 2, reason="Came back")
    assert reopened["errors"] == []
    assert (await found(scene, tag=["court"]))[0] == ["court"]


async def test_tags_cost_an_opening_and_a_list_no_statement(scene: Scene, acting: Acting) -> None:
    await scene.ask("caseOpen", **await opened(scene, acting))
    plain = scene.last.statements
    await scene.ask("caseOpen", **await opened(scene, acting, tags=["court", "rent"]))
    assert scene.last.statements == plain
    query = document("cases")
    bare = await scene.graph.run(query, as_=scene.manager, filter={"open": True})
    narrowed = await scene.graph.run(query, as_=scene.manager, filter={"tag": ["court"], "everyTag": ["rent"]})
    assert (len(narrowed.data["cases"]["edges"]), narrowed.statements) == (1, bare.statements)
