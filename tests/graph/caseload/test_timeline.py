"""What happened in a case, in one list: of every kind, in order, page by page, as far as the viewer sees it."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now, today
from cma_graphql.domain.caseload.timeline import TimelineKind
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.writing import unit_of_work
from support.appointments import an_appointment
from support.asking import Graph
from support.data import Data
from support.full_case import a_full_case
from support.notes import a_note
from support.operations import document, most_statements
from support.referrals import a_referral

SUBJECT = {
    "STATUS_CHANGE": "statusChange",
    "DOCUMENT": "document",
    "PAYMENT": "payment",
    "OUTCOME": "outcome",
    "NOTE": "note",
    "STAGE": "stageStep",
    "APPROVAL": "approvalDecision",
    "APPOINTMENT": "appointment",
    "TASK": "task",
    "TASK_DONE": "task",
    "REFERRAL": "referral",
    "REFERRAL_ANSWERED": "referral",
}


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
    assert manager.centre_id is not None
    answered = {"answered_at": now(), "answered_by": manager.user_id, "answered_through": "STAFF"}
    await a_referral(data, manager.centre_id, key_of(case), state="ACCEPTED", **answered)
    return manager, advisor, case


def key_of(node_id: str) -> UUID:
    return UUID(node_id.rpartition("_")[2])


async def forwards_and_backwards(graph: Graph, actor: Actor, case: str, size: int) -> tuple[list[Any], list[Any]]:
    """Go through a timeline page by page, from its beginning and from its end."""
    forwards: list[Any] = []
    page = await timeline(graph, actor, case, first=size)
    while True:
        forwards += nodes(page)
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await timeline(graph, actor, case, first=size, after=page["pageInfo"]["endCursor"])
    backwards: list[Any] = []
    page = await timeline(graph, actor, case, last=size)
    while True:
        backwards = nodes(page) + backwards
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        page = await timeline(graph, actor, case, last=size, before=page["pageInfo"]["startCursor"])
    return forwards, backwards


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
    assert await forwards_and_backwards(graph, manager, case, size) == (whole, whole)


_TIMES = {
    "case_status_history": ("changed_at",),
    "documents": ("created_at",),
    "debt_payments": ("recorded_at",),
    "outcomes": ("created_at",),
    "notes": ("created_at",),
    "case_stage_history": ("changed_at",),
    "approval_decisions": ("decided_at",),
    "appointments": ("created_at",),
    "tasks": ("created_at", "completed_at"),
    "referrals": ("sent_at", "answered_at"),
}


@pytest.mark.parametrize("size", [1, 4])
async def test_pages_lose_nothing_where_all_happened_at_once(graph: Graph, data: Data, size: int) -> None:
    """Of a task that was made and done at one instant both entries are told, and neither twice."""
    manager, _, case = await a_scene(data, graph)
    instant = now()
    rows = await asyncpg.connect(data.owner)
    try:
        for table, columns in _TIMES.items():
            for column in columns:
                await rows.execute(
                    f"UPDATE {table} SET {column} = $1 WHERE case_id = $2 AND {column} IS NOT NULL",  # noqa: S608
                    instant,
                    key_of(case),
                )
    finally:
        await rows.close()
    whole = nodes(await timeline(graph, manager, case, first=100))
    assert {node["at"] for node in whole} == {whole[0]["at"]}
    assert {node["kind"] for node in whole} == SUBJECT.keys()
    assert await forwards_and_backwards(graph, manager, case, size) == (whole, whole)


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


STAFF = set(SUBJECT)
SEEN_BY: dict[Role, set[str]] = {
    Role.CENTRE_MANAGER: STAFF,
    Role.COMPLIANCE_OFFICER: STAFF,
    Role.ADVISOR: STAFF,
    Role.TRAINEE: STAFF,
    Role.AUDITOR: STAFF,
    Role.CLIENT: {"DOCUMENT", "PAYMENT", "OUTCOME", "NOTE", "APPOINTMENT"},
    Role.SERVICE: STAFF - {"DOCUMENT"},
}


async def a_viewer(data: Data, manager: Actor, case: str, role: Role) -> Actor:
    """Make somebody with a role who sees a case: its advisor's team, its trainee, its client."""
    centre = manager.centre_id
    assert centre is not None
    if role is Role.SERVICE:
        return await data.a_service(centre, Permission.CASE_READ, Permission.USER_READ)
    rows = await asyncpg.connect(data.owner)
    try:
        found = await rows.fetchrow("SELECT client_id, team_id FROM cases WHERE id = $1", key_of(case))
        assert found is not None
        viewer = await data.a_member(
            centre,
            role,
            client_id=found["client_id"] if role is Role.CLIENT else None,
            team_ids=(found["team_id"],) if role is Role.ADVISOR else (),
        )
        if role is Role.TRAINEE:
            await rows.execute(
                "INSERT INTO case_team_members (centre_id, id, case_id, user_id, added_at, added_by) "
                "VALUES ($1, gen_random_uuid(), $2, $3, now(), $4)",
                centre,
                key_of(case),
                viewer.user_id,
                manager.user_id,
            )
    finally:
        await rows.close()
    return viewer


@pytest.mark.parametrize("role", SEEN_BY)
async def test_each_role_is_told_what_it_sees_and_counts_no_more(graph: Graph, data: Data, role: Role) -> None:
    """What there is for a viewer are the records that its kinds' own loaders answer: no entry without its record."""
    manager, _, case = await a_scene(data, graph)
    viewer = await a_viewer(data, manager, case, role)
    answer = await graph.run(document("caseTimeline"), as_=viewer, id=case, first=100)
    page = answer.data["caseTimeline"]
    shown = nodes(page)
    assert {node["kind"] for node in shown} == SEEN_BY[role]
    assert page["totalCount"] == len(shown)
    for node in shown:
        assert node[SUBJECT[node["kind"]]] is not None, node


async def test_a_confidential_note_and_its_task_leave_no_trace(graph: Graph, data: Data) -> None:
    """Not in the list, not in its count, and not by a kind that is asked for alone."""
    centre = await data.a_centre()
    team = await data.a_team(centre)
    manager, officer = [await data.a_member(centre, r) for r in (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER)]
    advisor, author = await data.a_member(centre), await data.a_member(centre, team_ids=(team,))
    colleague, auditor = await data.a_member(centre, team_ids=(team,)), await data.a_member(centre, Role.AUDITOR)
    case_id = await data.a_case(centre, advisor=advisor, team_id=team)
    case = write_id("case", case_id)
    plain = await a_note(data, author, case_id)
    secret = await a_note(data, author, case_id, confidential=True, follow_up_on=today())
    async with unit_of_work(data.database, data.keys, system_of(centre)) as uow:
        await keep_tasks_in_step(uow, now())
    for viewer, sees in (
        (manager, True),
        (officer, True),
        (advisor, True),
        (author, True),
        (colleague, False),
        (auditor, False),
    ):
        for kinds in (None, ["NOTE"], ["TASK", "TASK_DONE"]):
            page = await timeline(graph, viewer, case, kinds=kinds)
            notes = {node["note"]["id"] for node in nodes(page) if node["kind"] == "NOTE"}
            if kinds != ["TASK", "TASK_DONE"]:
                expected = {plain, secret} if sees else {plain}
                assert notes == {write_id("note", key) for key in expected}
            assert page["totalCount"] == len(nodes(page))
        tasks = nodes(await timeline(graph, viewer, case, kinds=["TASK"]))
        assert len(tasks) == sees


async def test_what_is_deleted_is_not_told(graph: Graph, data: Data) -> None:
    manager, _, case = await a_scene(data, graph)
    deleted = {"notes": "NOTE", "documents": "DOCUMENT", "cases": None}
    rows = await asyncpg.connect(data.owner)
    try:
        for table, kind in deleted.items():
            column = "id" if kind is None else "case_id"
            await rows.execute(
                f"UPDATE {table} SET deleted_at = now(), deleted_by = $1 WHERE {column} = $2",  # noqa: S608
                manager.user_id,
                key_of(case),
            )
            page = await timeline(graph, manager, case, first=100)
            told = {node["kind"] for node in nodes(page)}
            assert page["totalCount"] == len(nodes(page))
            assert (kind not in told and told) if kind else not told
    finally:
        await rows.close()


async def test_an_appointment_in_ones_own_diary_opens_no_timeline(graph: Graph, data: Data) -> None:
    """Whose diary an appointment is in sees it, but not by that its case."""
    centre = await data.a_centre()
    other = await data.a_member(centre)
    client = await data.a_client(centre)
    case_id = await data.a_case(centre, client_id=client, advisor=await data.a_member(centre))
    await an_appointment(data, centre, advisor=other, client_id=client, case_id=case_id)
    page = await timeline(graph, other, write_id("case", case_id))
    assert (page["totalCount"], page["edges"]) == (0, [])


async def test_of_a_workflow_is_told_what_came_of_its_stages(graph: Graph, data: Data) -> None:
    """That a stage's turn came, or that it was begun, is not; a draft of a referral has not happened yet."""
    manager, _, case = await a_scene(data, graph)
    shown = nodes(await timeline(graph, manager, case, first=100))
    steps = [node["stageStep"]["toState"] for node in shown if node["kind"] == "STAGE"]
    assert steps
    assert set(steps) <= {"COMPLETED", "REJECTED", "SKIPPED"}
    states = {node["referral"]["state"] for node in shown if node["kind"] == "REFERRAL"}
    assert states == {"SENT", "ACCEPTED"}
