"""The board of a caseload: its figures and cards are those of the cases in sight, in few statements."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case, CaseStage, CaseStatus
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.tasks.models import Task
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from support.appointments import an_appointment
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


async def something_due(data: Data, case: UUID, kind: str, day: date, *, advisor: Actor, **given: Any) -> None:
    """Let a task, a stage or an appointment of a case be due on a day."""
    assert advisor.centre_id is not None
    async with unit_of_work(data.database, data.keys, system_of(advisor.centre_id)) as uow:
        client = (await uow.lock(Case, case)).client_id
        hangs_on = {"id": new_id(), "case_id": case, "client_id": client}
        words: dict[str, Any]
        if kind == "TASK":
            words = {"title": "Ring", "kind": "CALL", "priority": "LOW", "state": "OPEN", "origin": "HAND"}
            times = {"due_on": day, "due_at": at_noon(day), "timed": True, "confidential": False, "snoozes": 0}
            uow.add(Task(**hangs_on, **{**words, **times, **given}))
        if kind == "STAGE":
            flow = CaseWorkflow(**hangs_on, state="ACTIVE", started_at=now(), documents=[])
            uow.add(flow)
            await uow.flush()
            words = {"name": "Budget", "stage_type": "TASK", "advice_stage": "BUDGET", "state": "IN_PROGRESS"}
            words |= {
                "condition": "ALWAYS",
                "gate_evidence": "NONE",
                "workflow_id": flow.id,
                "deadline_at": at_noon(day),
            }
            flags = dict.fromkeys(("required", "parallel", "auto_assign", "ended_with_case"), False)
            lists: dict[str, list[str]] = {
                name: [] for name in ("depends_on", "approver_roles", "wait_days", "documents")
            }
            stage = {**hangs_on, **words, **flags, **lists, "position": 1, "min_approvers": 1}
            uow.add(WorkflowStage(**{**stage, "id": new_id(), **given}))
    if kind == "APPOINTMENT":
        status = {"status": "SCHEDULED", **given}
        await an_appointment(
            data, advisor.centre_id, advisor=advisor, client_id=client, case_id=case, starts_at=at_noon(day), **status
        )


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
        due = [] if offset is None else [offset]
        for kind in ("TASK", "STAGE", "APPOINTMENT"):
            other = random.choice([None, None, -3, 2, 7])
            if other is not None:
                due.append(other)
                whose = await data.a_member(centre)  # nobody has two appointments at once
                await something_due(data, key, kind, today() + timedelta(days=other), advisor=whose)
        first = min(due, default=None)
        made.append({"id": write_id("case", key), "mine": mine, **facts, "offset": first})

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


_OF_EACH_STATE = [
    ("TASK", {}, True),
    ("TASK", {"state": "DONE", "completed_at": now()}, False),
    ("TASK", {"state": "CANCELLED", "cancelled_at": now()}, False),
    ("STAGE", {"state": "READY"}, True),
    ("STAGE", {"state": "IN_PROGRESS"}, True),
    ("STAGE", {"state": "AWAITING_APPROVAL"}, True),
    ("STAGE", {"state": "REJECTED"}, True),
    ("STAGE", {"state": "PENDING"}, False),
    ("STAGE", {"state": "COMPLETED", "completed_at": now()}, False),
    ("STAGE", {"deadline_at": None}, False),
    ("STAGE", {"deleted_at": now()}, False),
    ("APPOINTMENT", {"status": "SCHEDULED"}, True),
    ("APPOINTMENT", {"status": "CONFIRMED"}, True),
    ("APPOINTMENT", {"status": "ATTENDED"}, False),
    ("APPOINTMENT", {"status": "NO_SHOW"}, False),
    ("APPOINTMENT", {"status": "RESCHEDULED"}, False),
]


@pytest.mark.parametrize("days", [-2, 3])
@pytest.mark.parametrize(("kind", "facts", "counts"), _OF_EACH_STATE)
async def test_what_waits_is_due_and_what_has_ended_is_not(
    graph: Graph, data: Data, kind: str, facts: dict[str, Any], days: int, *, counts: bool
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case, day = await data.a_case(centre), today() + timedelta(days=days)
    await something_due(data, case, kind, day, advisor=manager, **facts)
    column = (await board(graph, manager))["ENQUIRY"]
    late = days < 0
    assert column["overdue"] == (counts and late)
    assert column["nextDueOn"] == (day.isoformat() if counts and not late else None)
    (card,) = column["cards"]
    expected = (kind, day.isoformat(), late) if counts else (None, None, None)
    assert (card["kind"], card["dueOn"], card["late"]) == expected


async def test_a_confidential_task_shows_by_no_date_and_no_count(graph: Graph, data: Data) -> None:
    """Who sees the case, but not the note that the task comes from, sees the next thing that is due."""
    centre = await data.a_centre()
    team = await data.a_team(centre)
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    officer, auditor = [await data.a_member(centre, role) for role in (Role.COMPLIANCE_OFFICER, Role.AUDITOR)]
    colleague, doer = [await data.a_member(centre, team_ids=(team,)) for _ in range(2)]
    member = await data.a_member(centre, Role.TRAINEE)
    case = await data.a_case(centre, advisor=advisor, team_id=team, team_members=(member,))
    yesterday, later = today() - timedelta(days=1), today() + timedelta(days=5)
    secret = {"confidential": True, "assignee_id": doer.user_id}
    await something_due(data, case, "TASK", yesterday, advisor=advisor, **secret)
    await something_due(data, case, "TASK", later, advisor=advisor)
    for viewer in (manager, officer, advisor, doer):
        column = (await board(graph, viewer))["ENQUIRY"]
        assert (column["count"], column["overdue"], column["nextDueOn"]) == (1, 1, None)
        assert column["cards"][0]["dueOn"] == yesterday.isoformat()
    for viewer in (colleague, auditor, member):  # a trainee sees what they wrote alone
        column = (await board(graph, viewer))["ENQUIRY"]
        assert (column["count"], column["overdue"], column["nextDueOn"]) == (1, 0, later.isoformat())
        assert column["cards"][0]["dueOn"] == later.isoformat()


async def test_the_board_and_the_list_of_tasks_agree_on_what_is_seen(graph: Graph, data: Data) -> None:
    """Two ways to say who sees a task, which have to say the same."""
    centre = await data.a_centre()
    team = await data.a_team(centre)
    advisor = await data.a_member(centre)
    viewers = [
        advisor,
        await data.a_member(centre, Role.TRAINEE),
        await data.a_member(centre, team_ids=(team,)),
        await data.a_member(centre, Role.AUDITOR),
        await data.a_member(centre, Role.CENTRE_MANAGER),
        await data.a_member(centre, Role.COMPLIANCE_OFFICER),
    ]
    stages = iter(CaseStage)
    for confidential in (False, True):
        for doer in (None, viewers[2], viewers[3]):
            case = await data.a_case(centre, advisor=advisor, team_id=team, stage=next(stages).value)
            given = {"confidential": confidential, "assignee_id": doer and doer.user_id}
            await something_due(data, case, "TASK", today(), advisor=advisor, **given)
    for viewer in viewers:
        listed = await graph.run("{ tasks(first: 50) { edges { node { case { stage } } } } }", as_=viewer)
        seen = {edge["node"]["case"]["stage"] for edge in listed.data["tasks"]["edges"]}
        shown = {stage for stage, column in (await board(graph, viewer)).items() if column["nextDueOn"] is not None}
        assert shown == seen
