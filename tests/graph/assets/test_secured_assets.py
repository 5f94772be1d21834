"""An asset names the debt of its case that is secured against it, and the debt names its assets."""

from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.ids import new_id
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.assets import an_asset
from support.data import Data
from support.debts import a_debt
from support.operations import document
from support.trail import events_of

ADD, UPDATE = document("assetAdd"), document("assetUpdate")


async def _scene(data: Data) -> tuple[UUID, Actor, UUID, UUID]:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case = await data.a_case(centre, advisor=advisor)
    return centre, advisor, case, await a_debt(data, centre, case)


async def _secure(graph: Graph, actor: Actor, asset: UUID, debt: object, version: int = 1) -> Any:
    stated = {"id": write_id("asset", asset), "expectedVersion": version, "securedDebtId": debt}
    answer = await graph.run(UPDATE, as_=actor, input=stated)
    assert answer.errors == []
    return answer.data["assetUpdate"]


async def test_a_debt_of_the_case_is_named_from_both_sides(graph: Graph, data: Data) -> None:
    centre, advisor, case, debt = await _scene(data)
    key = write_id("debt", debt)
    await an_asset(data, centre, case)
    answer = await graph.run(
        ADD,
        as_=advisor,
        input={
            "caseId": write_id("case", case),
            "assetType": "PROPERTY",
            "description": "The home",
            "estimatedValue": "100.00",
            "securedDebtId": key,
        },
    )
    payload = answer.data["assetAdd"]
    assert payload["errors"] == []
    assert payload["asset"]["securedDebt"] == {"id": key, "securedAssets": [{"id": payload["asset"]["id"]}]}
    (event,) = await events_of(data, centre)
    assert event.changes["secured_debt_id"] == {"old": None, "new": str(debt)}


async def test_null_takes_the_debt_away(graph: Graph, data: Data) -> None:
    centre, advisor, case, debt = await _scene(data)
    asset = await an_asset(data, centre, case, secured_debt_id=debt)
    payload = await _secure(graph, advisor, asset, None)
    assert (payload["errors"], payload["asset"]["securedDebt"]) == ([], None)


async def test_a_debt_of_another_case_is_refused(graph: Graph, data: Data) -> None:
    centre, advisor, case, _ = await _scene(data)
    asset = await an_asset(data, centre, case)
    elsewhere = await a_debt(data, centre, await data.a_case(centre, advisor=advisor))
    (error,) = (await _secure(graph, advisor, asset, write_id("debt", elsewhere)))["errors"]
    assert (error["rule"], error["path"]) == ("another-case", ["input", "securedDebtId"])
    assert await events_of(data, centre) == []


async def test_a_debt_that_is_not_there_for_the_actor_is_not_found(graph: Graph, data: Data) -> None:
    centre, advisor, case, _ = await _scene(data)
    asset = await an_asset(data, centre, case)
    stranger, _, _, strange_debt = await _scene(data)
    colleagues = await a_debt(data, centre, await data.a_case(centre))
    missing = [write_id("debt", key) for key in (new_id(), strange_debt, colleagues)]
    for key in (*missing, write_id("case", case), "nonsense"):
        (error,) = (await _secure(graph, advisor, asset, key))["errors"]
        assert (error["__typename"], error["path"]) == ("NotFoundError", ["input", "securedDebtId"])
    assert await events_of(data, centre) == await events_of(data, stranger) == []


async def test_a_deleted_debt_secures_nothing_that_is_shown(graph: Graph, data: Data) -> None:
    centre, advisor, case, debt = await _scene(data)
    asset = await an_asset(data, centre, case, secured_debt_id=debt)
    deleted = await graph.run(
        """mutation ($input: DebtDeleteInput!) { debtDelete(input: $input) { errors { code message } } }""",
        as_=advisor,
        input={"id": write_id("debt", debt), "expectedVersion": 1, "reason": "Recorded twice."},
    )
    assert (deleted.errors, deleted.data["debtDelete"]["errors"]) == ([], [])
    answer = await graph.run(
        "query ($id: ID!) { node(id: $id) { ... on Asset { description securedDebt { id } } } }",
        as_=advisor,
        id=write_id("asset", asset),
    )
    assert answer.data["node"] == {"description": "Savings account", "securedDebt": None}
