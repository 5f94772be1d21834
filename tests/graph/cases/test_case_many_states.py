"""Several cases are taken to a state at once, each by itself and by the rules of the one mutation."""

from typing import Any

from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.acting import Acting
from support.case_scene import Scene

HOLD: dict[str, Any] = {"status": "ON_HOLD", "reason": "Waits for payslips", "reviewOn": "2099-03-31"}


def item(case_id: Any, version: int = 1) -> dict[str, Any]:
    return {"id": write_id("case", case_id), "expectedVersion": version}


async def test_several_cases_are_held_each_by_itself(scene: Scene, acting: Acting) -> None:
    first, closed, moved, last = (
        await scene.a_case(),
        await scene.a_case(status="CLOSED"),
        await scene.a_case(),
        await scene.a_case(status="IN_PROGRESS"),
    )
    items = [item(first), item(closed), item(moved, 9), {"id": "rubbish", "expectedVersion": 1}, item(last)]
    given = {**HOLD, "items": items, "idempotencyKey": "once"}
    payload = await scene.ask("caseChangeStatusMany", **given)
    assert (payload["errors"], payload["replayed"]) == ([], False)
    results = payload["results"]
    assert [[(error["__typename"], error["path"]) for error in result["errors"]] for result in results] == [
        [],
        [("TransitionError", [])],
        [("ConflictError", ["input", "items", "2", "expectedVersion"])],
        [("NotFoundError", ["input", "items", "3", "id"])],
        [],
    ]
    assert [result["case"] and result["case"]["status"] for result in results] == [
        "ON_HOLD",
        None,
        None,
        None,
        "ON_HOLD",
    ]
    again = await scene.ask("caseChangeStatusMany", **given)
    assert [result["replayed"] for result in again["results"]] == [True, False, False, False, True]
    assert [event["name"] for event in await acting.events(scene.centre)].count("case.status_changed") == 2


async def test_what_the_state_needs_is_named_for_each(scene: Scene) -> None:
    cases = [await scene.a_case(), await scene.a_case()]
    payload = await scene.ask("caseChangeStatusMany", status="ON_HOLD", items=[item(case) for case in cases])
    refused = [[(error["path"], error["code"]) for error in result["errors"]] for result in payload["results"]]
    assert refused == [[(["input", "reason"], "INVALID")]] * 2


async def test_it_has_bounds(scene: Scene) -> None:
    one = item(await scene.a_case())
    for items, rule in (([], "items"), ([item(new_id()) for _ in range(101)], "items"), ([one, one], "duplicate")):
        payload = await scene.ask("caseChangeStatusMany", **HOLD, items=items)
        assert [(error["path"], error["rule"]) for error in payload["errors"]] == [(["input", "items"], rule)]
        assert payload["results"] == []
