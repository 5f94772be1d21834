"""Cases go to whom it suits best and change hands by the caseload, each answered by itself."""

from typing import Any

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements


def member_id(actor: Actor) -> str:
    return write_id("membership", actor.user_id)


async def do(graph: Graph, field: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.run(document(field), as_=actor, input=given)
    assert answer.errors == []
    assert answer.statements <= most_statements(field)
    payload: dict[str, Any] = answer.data[field]
    return payload


async def test_a_case_finds_its_advisor_or_waits_in_triage(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    given = {"id": write_id("case", await data.a_case(centre)), "expectedVersion": 1}
    waiting = await do(graph, "caseAutoAssign", manager, **given, skills=["COMPLAINTS"])
    assert waiting["errors"] == []
    assert (waiting["case"]["status"], waiting["case"]["advisor"]) == ("NEW", None)
    assert (waiting["case"]["triageReason"], waiting["case"]["version"]) == ("NOBODY_HAS_THE_SKILLS", 2)
    listed = "query($filter: CaseFilter) { cases(filter: $filter) { edges { node { id triageReason } } } }"
    await data.a_case(centre)
    answer = await graph.run(listed, as_=manager, filter={"triage": True})
    assert [edge["node"]["id"] for edge in answer.data["cases"]["edges"]] == [given["id"]]
    found = await do(graph, "caseAutoAssign", manager, id=given["id"], expectedVersion=2)
    assert (found["case"]["status"], found["case"]["advisor"]["id"]) == ("ASSIGNED", member_id(advisor))
    assert found["case"]["triageReason"] is None
    stays = await do(graph, "caseAutoAssign", manager, id=given["id"], expectedVersion=3)
    assert [(error["path"], error["rule"]) for error in stays["errors"]] == [(["input", "id"], "nobody-fits")]
    assert stays["errors"][0]["parameters"] == [{"name": "because", "value": "NOBODY_ADVISES"}]


async def test_a_full_advisor_is_told_with_who_has_room(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    full = await data.a_member(centre, capacity_points=1)
    busy, free = [await data.a_member(centre, capacity_points=10) for _ in range(2)]
    await data.a_member(centre, capacity_points=1)  # too little for the case
    for advisor in (full, busy):
        await data.a_case(centre, advisor=advisor)
    case_id = write_id("case", await data.a_case(centre, complexity="MEDIUM"))
    given = {"id": case_id, "expectedVersion": 1, "advisorId": member_id(full), "reason": "Nearest"}
    answer = await graph.run(document("caseAssign"), as_=manager, input=given)
    (error,) = answer.data["caseAssign"]["errors"]
    assert (error["__typename"], error["limit"], error["maximum"]) == ("LimitError", "advisor-capacity", 1)
    assert (error["load"], error["added"]) == (1, 2)
    assert error["withRoom"] == [{"id": member_id(free)}, {"id": member_id(busy)}]
    # Of several refusals at once all are told by as many statements as of one.
    items = [
        {"id": write_id("case", await data.a_case(centre, complexity="MEDIUM")), "expectedVersion": 1} for _ in range(4)
    ]
    many = {"items": items, "advisorId": member_id(full), "reason": "Nearest"}
    answer = await graph.run(document("caseAssignMany"), as_=manager, input=many)
    results = answer.data["caseAssignMany"]["results"]
    assert [len(result["errors"][0]["withRoom"]) for result in results] == [2, 2, 2, 2]
    assert answer.statements == 1


async def test_a_case_is_opened_for_whom_it_suits_best(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    kinds = await graph.run("{ caseTypes { id code } }", as_=manager)
    given: dict[str, Any] = {
        "clientId": write_id("client", await data.a_client(centre)),
        "caseTypeId": next(kind["id"] for kind in kinds.data["caseTypes"] if kind["code"] == "DEBT_ADVICE"),
        "title": "Rent arrears",
        "description": "Two months behind.",
        "autoAssign": True,
    }
    opened = await do(graph, "caseOpen", manager, **given)
    assert (opened["case"]["status"], opened["case"]["advisor"]["id"]) == ("ASSIGNED", member_id(advisor))
    opened = await do(graph, "caseOpen", manager, **given, skills=["BANKRUPTCY"])
    assert (opened["case"]["status"], opened["case"]["advisor"]) == ("NEW", None)
    for named in (None, member_id(advisor)):
        refused = await do(graph, "caseOpen", manager, **given, advisorId=named)
        assert [(error["path"], error["rule"]) for error in refused["errors"]] == [
            (["input", "advisorId"], "auto-assign")
        ]


async def test_a_caseload_changes_hands_case_by_case(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, leaving = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    others = [await data.a_member(centre, capacity_points=2) for _ in range(2)]
    cases = [write_id("case", await data.a_case(centre, advisor=leaving)) for _ in range(5)]
    nobodys = write_id("case", await data.a_case(centre))
    items = [{"id": case_id, "expectedVersion": 1} for case_id in [*cases, nobodys, write_id("case", new_id())]]
    items[1] = {"id": cases[1], "expectedVersion": 7}
    given: dict[str, Any] = {
        "items": items,
        "fromId": member_id(leaving),
        "to": [member_id(other) for other in others],
        "reason": "Leaves",
        "idempotencyKey": "leaving",
    }
    done = await do(graph, "caseloadHandOver", manager, **given)
    assert done["errors"] == []
    told = [
        (result["index"], [error["__typename"] for error in result["errors"]], bool(result["case"]))
        for result in done["results"]
    ]
    assert told == [
        (0, [], True),
        (1, ["ConflictError"], False),
        (2, [], True),
        (3, [], True),
        (4, [], True),
        (5, ["ValidationError"], False),
        (6, ["NotFoundError"], False),
    ]
    assert done["results"][5]["errors"][0]["path"] == ["input", "items", "5", "id"]
    received = [result["case"]["advisor"]["id"] for result in done["results"] if result["case"]]
    assert sorted(received) == sorted(2 * [member_id(other) for other in others])
    again = await do(graph, "caseloadHandOver", manager, **given)
    assert [result["replayed"] for result in again["results"]] == [True, False, True, True, True, False, False]
    full = await do(graph, "caseloadHandOver", manager, **{**given, "items": [{"id": cases[1], "expectedVersion": 1}]})
    (error,) = full["results"][0]["errors"]
    assert (error["__typename"], error["limit"], error["load"], error["added"]) == (
        "LimitError",
        "advisor-capacity",
        2,
        1,
    )


async def test_a_hand_over_is_refused_at_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager, leaving = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    item = {"id": write_id("case", await data.a_case(centre, advisor=leaving)), "expectedVersion": 1}
    several = [{"id": write_id("case", new_id()), "expectedVersion": 1} for _ in range(201)]
    given: dict[str, Any] = {"items": [item], "fromId": member_id(leaving), "reason": "Leaves"}
    refusals: list[tuple[dict[str, Any], list[str], str]] = [
        ({"items": []}, ["items"], "items"),
        ({"items": several}, ["items"], "items"),
        ({"items": [item, item]}, ["items"], "duplicate"),
        ({"to": [member_id(manager)] * 2}, ["to"], "duplicate"),
        ({"to": [write_id("membership", new_id()) for _ in range(51)]}, ["to"], "too-many"),
    ]
    for changed, path, rule in refusals:
        refused = await do(graph, "caseloadHandOver", manager, **{**given, **changed})
        assert [(error["path"], error["rule"]) for error in refused["errors"]] == [(["input", *path], rule)]
        assert refused["results"] == []
    stranger = await do(graph, "caseloadHandOver", manager, **given, to=[write_id("team", new_id())])
    assert [(error["__typename"], error["path"]) for error in stranger["errors"]] == [
        ("NotFoundError", ["input", "to", "0"])
    ]
    proposed = await do(graph, "caseloadHandOver", leaving, **given)
    assert [error["__typename"] for error in proposed["errors"]] == ["ApprovalRequiredError"]
