"""Many people at once in one centre: no deadlock, no gap, no lost update, no advisor beyond capacity."""

import asyncio
import random
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import today
from cma_graphql.core.errors import Conflict, LimitReached
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.cases.models import ClosureReason, Level, ResolutionType
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.open import open_case
from cma_graphql.domain.casework.people import add_case_team_member, set_case_team
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.domain.casework.update import update_case
from cma_graphql.domain.compliance.services.waiving import waive_checklist
from cma_graphql.persistence import writing
from support.acting import Acting
from support.arena import WRITERS, Arena
from support.compliance import checklists
from support.stages import give_up

pytestmark = pytest.mark.own_database


async def a_type(acting: Acting, centre: UUID) -> UUID:
    found: UUID = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DEBT_ADVICE'", centre
    )
    return found


async def read(acting: Acting, actor: Actor, case_id: UUID) -> Any:
    async with acting.database.read(actor) as reader:
        return (await cases_by_id(reader, [case_id]))[0]


async def add_a_pound(acting: Acting, actor: Actor, case_id: UUID) -> int:
    """Add a pound to a case's cost, as often as others get in between; answer how often they did."""
    conflicts = 0
    while True:
        case = await read(acting, actor, case_id)
        edits = {"actual_cost": (case["actual_cost"] or Decimal(0)) + 1}
        try:
            await acting(actor, update_case, case_id=case_id, version=case["version"], edits=edits)
        except Conflict:
            conflicts += 1
        else:
            return conflicts


async def test_twenty_writers_on_one_centre(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    # One attempt only, so that a deadlock or a lost race would be an error instead of a retry.
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(WRITERS)]
    advisors = [await data.a_member(centre) for _ in range(3)]
    team = await data.a_team(centre)
    clients = [await data.a_client(centre) for _ in range(4)]
    for client in clients:
        await data.a_consent(centre, client)
    kind = await a_type(acting, centre)
    contested = await data.a_case(centre)
    before = await acting.rows.fetchval("SELECT count(*) FROM cases WHERE centre_id = $1", centre)

    async def work(writer: int) -> UUID:
        mine = random.Random(writer)  # noqa: S311 - a fixed order of choices
        actor = managers[writer]
        case_id: UUID = await acting(
            actor,
            open_case,
            client_id=mine.choice(clients),
            case_type_id=kind,
            title=f"Case of writer {writer}",
            description="One of twenty.",
            advisor_id=mine.choice([None, *(advisor.user_id for advisor in advisors)]),
        )
        given: dict[str, Any] = {"case_id": case_id}
        case = await read(acting, actor, case_id)
        others = [advisor.user_id for advisor in advisors if advisor.user_id != case["advisor_id"]]
        await acting(actor, assign_case, **given, version=1, advisor_id=others[0], reason="Shared out")
        await acting(actor, add_case_team_member, **given, version=2, member_id=others[1])
        await add_a_pound(acting, actor, contested)
        await acting(actor, set_case_team, **given, version=3, team_id=team)
        await acting(actor, start_case, **given, version=4)
        review_on = today() + timedelta(days=7)
        await acting(actor, hold_case, **given, version=5, reason="Bank statements", review_on=review_on)
        await acting(actor, start_case, **given, version=6)
        await give_up(data, acting, actor, case_id)
        result = {"resolution_type": ResolutionType.ADVICE_GIVEN, "summary": "Plans"}
        await acting(actor, resolve_case, **given, version=7, **result)
        for checklist in (await checklists(data, case_id)).values():
            owed = {"case_compliance_id": checklist["id"], "version": 1, "reason": "Not kept yet"}
            await acting(actor, waive_checklist, **owed)
        await acting(actor, close_case, **given, version=8, reason=ClosureReason.ADVICE_COMPLETE)
        return case_id

    opened = await asyncio.gather(*(work(writer) for writer in range(WRITERS)))
    assert len(set(opened)) == WRITERS
    rows = await acting.rows.fetch("SELECT * FROM cases WHERE centre_id = $1 ORDER BY case_number", centre)
    numbers = [int(row["case_number"][-6:]) for row in rows]
    assert numbers == list(range(1, before + WRITERS + 1))
    assert {(row["status"], row["version"]) for row in rows if row["id"] in opened} == {("CLOSED", 9)}
    cost = await acting.case(contested)
    assert (cost["actual_cost"], cost["version"]) == (Decimal(WRITERS), WRITERS + 1)
    events = await acting.events(centre)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert await acting.rows.fetchval("SELECT seq FROM event_heads WHERE centre_id = $1", centre) == len(events)
    assert len(events) == len(await acting.audit(centre))
    async with acting.database.read(managers[0]) as reader:
        verified = await verify_chain(reader)
    assert (verified.intact, verified.entries) == (True, len(events))
    steps = [[to for _, to, _ in await acting.steps(case_id)][-5:] for case_id in opened]
    assert steps == [["IN_PROGRESS", "ON_HOLD", "IN_PROGRESS", "RESOLVED", "CLOSED"]] * WRITERS


async def test_one_place_left_is_given_once(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    kind, client = await a_type(acting, centre), await data.a_client(centre)
    for _ in range(3):
        advisor = await data.a_member(centre, capacity_points=3)
        await data.a_case(centre, advisor=advisor, complexity="MEDIUM")
        waiting = [await data.a_case(centre) for _ in range(3)]
        answers = await asyncio.gather(
            *(
                acting(manager, assign_case, case_id=case_id, version=1, advisor_id=advisor.user_id, reason="Nearest")
                for case_id in waiting
            ),
            acting(
                manager,
                open_case,
                client_id=client,
                case_type_id=kind,
                title="One more",
                description="For the same advisor.",
                complexity=Level.LOW,
                advisor_id=advisor.user_id,
            ),
            return_exceptions=True,
        )
        assert (
            sorted(type(answer).__name__ for answer in answers if isinstance(answer, Exception))
            == ["CapacityReached"] * 3
        )
        assert all(not isinstance(answer, Exception) or isinstance(answer, LimitReached) for answer in answers)
        carried = await acting.rows.fetchval("SELECT count(*) FROM cases WHERE advisor_id = $1", advisor.user_id)
        assert carried == 2


async def test_of_two_changes_of_one_version_one_is_told_so(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    answers = await asyncio.gather(
        *(
            acting(manager, update_case, case_id=case_id, version=1, edits={"title": f"Title {number}"})
            for number in range(5)
        ),
        return_exceptions=True,
    )
    conflicts = [answer for answer in answers if isinstance(answer, Conflict)]
    assert (len(conflicts), {conflict.current_version for conflict in conflicts}) == (4, {2})
    assert len(await acting.events(centre)) == 1


async def test_twins_under_one_key_open_one_case(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    given = {
        "client_id": await data.a_client(centre),
        "case_type_id": await a_type(acting, centre),
        "title": "Once",
        "description": "Sent five times.",
    }
    outcomes = await asyncio.gather(*(acting(manager, open_case, key="one", **given) for _ in range(5)))
    assert sorted(outcome.replayed for outcome in outcomes) == [False, True, True, True, True]
    assert len({outcome.subject_ids for outcome in outcomes}) == 1
    assert await acting.rows.fetchval("SELECT count(*) FROM cases WHERE centre_id = $1", centre) == 1
    assert [event["name"] for event in await acting.events(centre)] == [
        "case.created",
        "compliance.begun",
        "workflow.begun",
        "stage.state_changed",
    ]
    another = await acting(manager, open_case, key="another", **given)
    assert another.replayed is False


async def test_a_refused_twin_is_tried_again(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    with pytest.raises(Conflict):
        await acting(manager, update_case, key="k", case_id=case_id, version=7, edits={"title": "Rent"})
    outcome = await acting(manager, update_case, key="k", case_id=case_id, version=1, edits={"title": "Rent"})
    assert (outcome.replayed, outcome.subject_ids) == (False, (case_id,))


async def test_twenty_openings_at_once_exceed_nobodys_capacity(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    # One attempt only, so that a deadlock would be an error instead of a retry.
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(WRITERS)]
    advisors = [await data.a_member(centre, capacity_points=points) for points in (4, 4, 5, 7)]
    clients = [await data.a_client(centre) for _ in range(WRITERS)]
    kind = await a_type(acting, centre)

    async def work(writer: int) -> None:
        by_hand = {"advisor_id": advisors[0].user_id} if writer % 4 == 0 else {"auto_assign": True}
        await acting(
            managers[writer],
            open_case,
            client_id=clients[writer],
            case_type_id=kind,
            title=f"Case of writer {writer}",
            description="One of twenty.",
            complexity=Level.LOW if writer % 2 else Level.MEDIUM,
            **by_hand,
        )

    done = await asyncio.gather(*(work(writer) for writer in range(WRITERS)), return_exceptions=True)
    refused = [refusal for refusal in done if refusal is not None]
    assert all(isinstance(refusal, LimitReached) for refusal in refused), refused
    points = {"LOW": 1, "MEDIUM": 2}
    rows = await acting.rows.fetch("SELECT * FROM cases WHERE centre_id = $1", centre)
    carried = {
        advisor.user_id: sum(points[row["complexity"]] for row in rows if row["advisor_id"] == advisor.user_id)
        for advisor in advisors
    }
    assert all(carried[advisor.user_id] <= most for advisor, most in zip(advisors, (4, 4, 5, 7), strict=True))
    waiting = [row for row in rows if row["advisor_id"] is None]
    assert {row["triage_reason"] for row in waiting} == {"NOBODY_HAS_ROOM"}
    assert sum(carried.values()) >= 19  # 30 points were to be given away: all that fit were
    assert len(rows) + len(refused) == WRITERS
