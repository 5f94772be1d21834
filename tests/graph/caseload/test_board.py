"""The board of a caseload: its figures and cards are those of the cases in sight, in few statements."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases.models import CaseStage, CaseStatus
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.compliance import begin
from support.data import Data
from support.operations import document, most_statements


async def board(graph: Graph, actor: Actor, **given: Any) -> dict[str, Any]:
    """Ask for the board; answer its columns by stage."""
    answer = await graph.run(document("caseBoard"), as_=actor, **given)
    assert answer.errors == []
    assert answer.statements <= most_statements("caseBoard")
    assert [column["stage"] for column in answer.data["caseBoard"]] == [stage.value for stage in CaseStage]
    return {column["stage"]: column for column in answer.data["caseBoard"]}


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


async def test_an_empty_board_has_all_its_columns(graph: Graph, data: Data) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    for column in (await board(graph, manager)).values():
        assert (column["count"], column["overdue"], column["nextDueOn"], column["cards"]) == (0, 0, None, [])


async def test_the_figures_are_what_counting_by_hand_gives(graph: Graph, data: Data) -> None:
    random = Random(11)  # noqa: S311 - a plausible caseload
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    made = []
    for _ in range(40):
        offset = random.choice([None, -3, 0, 4, 9])
        facts: dict[str, Any] = {
            "stage": random.choice(list(CaseStage)).value,
            "status": random.choice(list(CaseStatus)).value,
            "next_review_at": None if offset is None else at_noon(today() + timedelta(days=offset)),
        }
        mine = random.random() < 1 / 2
        key = await data.a_case(centre, advisor=advisor if mine else None, **facts)
        made.append({"id": write_id("case", key), "offset": offset, "mine": mine, **facts})

    def counted(cases: Sequence[dict[str, Any]], stage: CaseStage) -> dict[str, Any]:
        there = [case for case in cases if case["stage"] == stage and case["status"] in OPEN]
        coming = [case["offset"] for case in there if case["offset"] is not None and case["offset"] >= 0]
        return {
            "count": len(there),
            "overdue": sum(case["offset"] == -3 for case in there),
            "unassigned": sum(not case["mine"] for case in there),
            "onHold": sum(case["status"] == CaseStatus.ON_HOLD for case in there),
            "nextDueOn": (today() + timedelta(days=min(coming))).isoformat() if coming else None,
        }

    for actor, cases in ((manager, made), (advisor, [case for case in made if case["mine"]])):
        columns = await board(graph, actor, first=50)
        for stage in CaseStage:
            column = columns[stage.value]
            expected = counted(cases, stage)
            assert {name: column[name] for name in expected} == expected
            offsets = {case["id"]: case["offset"] for case in cases}
            shown = [offsets[card["case"]["id"]] for card in column["cards"]]
            assert len(shown) == column["count"]
            assert shown == sorted(shown, key=lambda offset: (offset is None, offset or 0))


async def test_cards_say_what_is_due_first(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre, next_review_at=at_noon(today() + timedelta(days=400)))
    (card,) = (await board(graph, manager))["ENQUIRY"]["cards"]
    assert (card["kind"], card["late"]) == ("REVIEW", False)
    await begin(data, centre, case)
    rows = await asyncpg.connect(data.owner)
    try:
        await rows.execute("UPDATE case_compliance SET due_on = $1 WHERE case_id = $2", today() - timedelta(1), case)
    finally:
        await rows.close()
    (card,) = (await board(graph, manager))["ENQUIRY"]["cards"]
    assert card["kind"] == "REQUIREMENT"
    assert (card["dueOn"], card["late"]) == ((today() - timedelta(1)).isoformat(), True)


async def test_a_board_is_of_open_cases_unless_the_filter_says_which(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre)
    await data.a_case(centre, status="CLOSED", closed_on=today(), closure_reason="ADVICE_COMPLETE")
    await data.a_case(centre, team_id=team)
    await data.a_case(centre)

    async def count(**conditions: Any) -> int:
        columns = await board(graph, manager, filter=conditions)
        return sum(column["count"] for column in columns.values())

    assert await count() == 2
    assert await count(team=[write_id("team", team)]) == 1
    assert await count(status=["CLOSED"]) == 1
    assert await count(stage=["REVIEW"]) == 0


@pytest.mark.parametrize("first", [0, 51])
async def test_a_column_has_so_many_cards_at_most(graph: Graph, data: Data, first: int) -> None:
    manager = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    answer = await graph.run(document("caseBoard"), as_=manager, first=first)
    assert "Ask for 1 to 50 cards." in {error.message for error in answer.errors}


async def test_a_review_is_due_on_its_day_in_london(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    summer = datetime(now().year + 1, 6, 30, 23, 30, tzinfo=UTC)  # the first of July, half past midnight, there
    await data.a_case(centre, next_review_at=summer)
    assert (await board(graph, manager))["ENQUIRY"]["nextDueOn"] == f"{summer.year}-07-01"
