"""Filters that people keep: their own alone, read by the list's input type, under names that differ."""

import asyncio
from typing import Any

import orjson
import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.saved_filters import services
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements
from support.trail import audit_of, events_of

CREATE, UPDATE, DELETE = "savedFilterCreate", "savedFilterUpdate", "savedFilterDelete"
NEW = {"status": ["NEW"], "unassigned": True}


async def ask(graph: Graph, name: str, actor: Actor, /, **stated: Any) -> Any:
    """Run a mutation's document; answer its payload."""
    if isinstance(stated.get("conditions"), dict):
        stated["conditions"] = orjson.dumps(stated["conditions"]).decode()
    answer = await graph.run(document(name), as_=actor, input=stated)
    assert answer.errors == []
    assert answer.statements <= most_statements(name)
    return answer.data[name]


async def kept(graph: Graph, actor: Actor, **given: Any) -> list[Any]:
    """List somebody's filters."""
    answer = await graph.run(document("savedFilters"), as_=actor, **given)
    assert answer.errors == []
    found: list[Any] = answer.data["savedFilters"]
    return found


async def test_a_filter_is_kept_and_can_be_sent_as_it_is(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    waiting = await data.a_case(centre)
    await data.a_case(centre, advisor=await data.a_member(centre))
    payload = await ask(graph, CREATE, manager, filteredList="CASES", name=" Waiting ", conditions=NEW)
    assert (payload["errors"], payload["savedFilter"]["name"]) == ([], "Waiting")
    (found,) = await kept(graph, manager)
    listed = await graph.run(
        "query ($filter: CaseFilter) { cases(filter: $filter) { edges { node { id } } } }",
        as_=manager,
        filter=orjson.loads(found["conditions"]),
    )
    assert [edge["node"]["id"] for edge in listed.data["cases"]["edges"]] == [write_id("case", waiting)]
    (event,) = await events_of(data, centre)
    assert (event.name, event.audience_after["user_ids"]) == ("savedfilter.created", [str(manager.user_id)])
    assert event.changes["conditions"] is None
    (entry,) = await audit_of(data, centre)
    assert entry.action == "savedfilter.created"


async def test_a_filter_is_changed_and_thrown_away(graph: Graph, data: Data) -> None:
    advisor = await data.a_member(await data.a_centre())
    made = (await ask(graph, CREATE, advisor, filteredList="DEBTS", name="Bank", conditions={}))["savedFilter"]
    one = {"id": made["id"], "expectedVersion": 1}
    changed = await ask(graph, UPDATE, advisor, **one, name="Banks", conditions={"status": ["ACTIVE"]})
    assert changed["savedFilter"]["conditions"] == '{"status":["ACTIVE"]}'
    stale = await ask(graph, UPDATE, advisor, **one, name="Other")
    assert [(error["__typename"], error["currentVersion"]) for error in stale["errors"]] == [("ConflictError", 2)]
    gone = await ask(graph, DELETE, advisor, id=made["id"], expectedVersion=2)
    assert (gone["errors"], gone["deletedId"]) == ([], made["id"])
    assert await kept(graph, advisor) == []
    again = await ask(graph, CREATE, advisor, filteredList="DEBTS", name="banks", conditions={})
    assert again["errors"] == []


@pytest.mark.parametrize(
    ("conditions", "rule", "words"),
    [
        ("nonsense", "json", "Write the filter as a JSON object."),
        ("[]", "json", "Write the filter as a JSON object."),
        ('{"colour": 1}', "filter", "colour"),
        ('{"status": ["LOST"]}', "filter", "LOST"),
        ('{"openedFrom": "tomorrow"}', "filter", "openedFrom"),
        ("{" + " " * 4_000 + "}", "too-long", "4000"),
    ],
)
async def test_what_is_no_filter_of_the_list_is_refused(
    graph: Graph, data: Data, conditions: str, rule: str, words: str
) -> None:
    advisor = await data.a_member(await data.a_centre())
    payload = await ask(graph, CREATE, advisor, filteredList="CASES", name="Mine", conditions=conditions)
    ((path, found, message),) = ((error["path"], error["rule"], error["message"]) for error in payload["errors"])
    assert (path, found) == (["input", "conditions"], rule)
    assert words in message
    assert await kept(graph, advisor) == []


@pytest.mark.parametrize(
    ("filtered_list", "name"), [("CLIENTS", "nationalInsuranceNumber"), ("DEBTS", "accountNumber")]
)
async def test_what_is_sealed_is_not_kept(graph: Graph, data: Data, filtered_list: str, name: str) -> None:
    advisor = await data.a_member(await data.a_centre())
    payload = await ask(graph, CREATE, advisor, filteredList=filtered_list, name="Mine", conditions={name: "AB123456C"})
    assert [error["rule"] for error in payload["errors"]] == ["sensitive"]


async def test_names_differ_within_a_list(graph: Graph, data: Data) -> None:
    advisor = await data.a_member(await data.a_centre())
    for filtered_list in ("CASES", "DEBTS"):
        made = await ask(graph, CREATE, advisor, filteredList=filtered_list, name="Mine", conditions={})
        assert made["errors"] == []
    taken = await ask(graph, CREATE, advisor, filteredList="CASES", name="MINE", conditions={})
    assert [(error["path"], error["rule"]) for error in taken["errors"]] == [(["input", "name"], "taken")]
    other = (await ask(graph, CREATE, advisor, filteredList="CASES", name="Other", conditions={}))["savedFilter"]
    renamed = await ask(graph, UPDATE, advisor, id=other["id"], expectedVersion=1, name="mine")
    assert [error["rule"] for error in renamed["errors"]] == ["taken"]
    assert [each["name"] for each in await kept(graph, advisor, lists=["CASES"])] == ["Mine", "Other"]


async def test_two_at_once_do_not_take_one_name(graph: Graph, data: Data) -> None:
    advisor = await data.a_member(await data.a_centre())
    payloads = await asyncio.gather(
        *(ask(graph, CREATE, advisor, filteredList="CASES", name="Mine", conditions={}) for _ in range(4))
    )
    assert sorted(len(payload["errors"]) for payload in payloads) == [0, 1, 1, 1]


async def test_nobody_else_sees_them(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    made = (await ask(graph, CREATE, advisor, filteredList="CASES", name="Mine", conditions=NEW))["savedFilter"]
    for actor in (await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(await data.a_centre())):
        assert await kept(graph, actor) == []
        answer = await graph.run(document("node"), as_=actor, id=made["id"])
        assert answer.data["node"] is None
        refused = await ask(graph, DELETE, actor, id=made["id"], expectedVersion=1)
        assert [error["__typename"] for error in refused["errors"]] == ["NotFoundError"]


async def test_programs_keep_none(graph: Graph, data: Data) -> None:
    service = await data.a_service(await data.a_centre(), Permission.CASE_READ)
    payload = await ask(graph, CREATE, service, filteredList="CASES", name="Mine", conditions={})
    assert [error["__typename"] for error in payload["errors"]] == ["ForbiddenError"]


async def test_they_are_bounded(graph: Graph, data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_FILTERS", 1)
    advisor = await data.a_member(await data.a_centre())
    await ask(graph, CREATE, advisor, filteredList="CASES", name="One", conditions={})
    full = await ask(graph, CREATE, advisor, filteredList="CASES", name="Two", conditions={})
    assert [(error["limit"], error["maximum"]) for error in full["errors"]] == [("savedFilters", 1)]
