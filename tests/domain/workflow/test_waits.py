"""What becomes of stages that wait for days, as those pass."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now, stopped, today
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.casework.complete_stage import complete_stage
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from cma_graphql.domain.workflow.running import end_of_day
from cma_graphql.domain.workflow.services.progress import set_stage_deadline
from cma_graphql.domain.workflow.upkeep import end_waits, tell_of_late_stages
from support.compliance import a_paper
from support.stages import Floor


async def waiting(floor: Floor, code: str) -> None:
    """Let the case have come to a wait of the template: what stands before it is done with."""
    await floor.acting.rows.execute(
        "UPDATE case_stages SET state = 'COMPLETED', completed_at = now() WHERE case_id = $1 AND position < "
        "(SELECT position FROM case_stages WHERE case_id = $1 AND code = $2)",
        floor.case_id,
        code,
    )
    first = (await floor.stages())["TRIAGE"]
    await floor.acting.rows.execute("UPDATE case_stages SET state = 'IN_PROGRESS' WHERE id = $1", first["id"])
    await floor.do("TRIAGE")
    assert (await floor.states())[code] == "IN_PROGRESS"


async def pass_days(floor: Floor, days: int) -> tuple[int, int]:
    """Look after so many days what falls due: what waits, what is late; and keep tasks in step."""
    at = now() + timedelta(days=days)
    answers = []
    for upkeep in (end_waits, tell_of_late_stages, keep_tasks_in_step):
        with stopped(at):
            answers.append(await floor.acting(system_of(floor.centre), upkeep, at=at))
    return answers[0], answers[1]


async def tasks(floor: Floor) -> list[tuple[str, Any]]:
    """Answer the states of the tasks that waits brought, and the days on which they are due."""
    rows = await floor.acting.rows.fetch(
        "SELECT state, due_on FROM tasks WHERE case_id = $1 AND rule = 'STAGE_WAIT' ORDER BY created_at, id",
        floor.case_id,
    )
    return [(row["state"], row["due_on"]) for row in rows]


async def test_an_answer_that_does_not_come_is_no_acceptance(floor: Floor) -> None:
    await waiting(floor, "CLIENT-DECISION")
    assert (await floor.stages())["CLIENT-DECISION"]["deadline_at"] == end_of_day(today(), 14)
    assert await pass_days(floor, 14) == (0, 0)
    assert await pass_days(floor, 15) == (1, 0)
    assert await pass_days(floor, 16) == (0, 0)
    assert (await floor.states())["CLIENT-DECISION"] == "IN_PROGRESS"
    assert await tasks(floor) == [("OPEN", today() + timedelta(days=15))]
    events = await floor.events()
    assert (events.count("stage.overdue"), events.count("task.created")) == (1, 1)
    paper = await a_paper(floor.data, floor.centre, floor.case_id)
    with pytest.raises(Invalid) as silent:
        await floor.on("CLIENT-DECISION", complete_stage, evidence_document_id=paper)
    assert (silent.value.field, silent.value.rule) == ("notes", "required")
    await floor.on("CLIENT-DECISION", complete_stage, notes="Declines.", evidence_document_id=paper)
    await pass_days(floor, 16)
    assert await tasks(floor) == [("CANCELLED", today() + timedelta(days=15))]


async def test_a_review_comes_with_each_of_its_days(floor: Floor) -> None:
    await waiting(floor, "REVIEW")
    for days, ends in ((31, 90), (91, 180), (181, 180)):
        assert await pass_days(floor, days) == (1, 0)
        stage = (await floor.stages())["REVIEW"]
        assert (stage["state"], stage["deadline_at"]) == ("IN_PROGRESS", end_of_day(today(), ends))
        assert await tasks(floor) == [("OPEN", today() + timedelta(days=days))]
    assert await pass_days(floor, 300) == (0, 0)


async def test_a_day_on_which_nobody_looked_is_caught_up(floor: Floor) -> None:
    await waiting(floor, "REVIEW")
    assert await pass_days(floor, 100) == (1, 0)
    assert (await floor.stages())["REVIEW"]["deadline_at"] == end_of_day(today(), 180)


async def test_a_wait_within_a_part_of_the_advice_ends_by_itself(floor: Floor) -> None:
    await floor.acting.rows.execute(
        "UPDATE case_stages SET advice_stage = 'IMPLEMENTATION' WHERE case_id = $1 AND code = 'CLIENT-DECISION'",
        floor.case_id,
    )
    await waiting(floor, "CLIENT-DECISION")
    assert await pass_days(floor, 14) == (0, 0)
    assert await pass_days(floor, 15) == (1, 0)
    states = await floor.states()
    assert (states["CLIENT-DECISION"], states["IMPLEMENTATION"]) == ("COMPLETED", "READY")
    assert (await floor.steps("CLIENT-DECISION"))[-1] == ("IN_PROGRESS", "COMPLETED", "The days to wait are over.")
    assert (await floor.stages())["CLIENT-DECISION"]["completed_by"] is None
    assert await tasks(floor) == []
    moved = (await floor.events()).count("stage.state_changed")
    assert await pass_days(floor, 16) == (0, 0)
    assert (await floor.events()).count("stage.state_changed") == moved


async def test_who_needs_more_time_is_given_it(floor: Floor) -> None:
    await waiting(floor, "CLIENT-DECISION")
    await pass_days(floor, 15)
    await floor.on("CLIENT-DECISION", set_stage_deadline, deadline_on=today() + timedelta(days=40))
    assert await pass_days(floor, 20) == (0, 0)
    assert [state for state, _ in await tasks(floor)] == ["CANCELLED"]
    assert await pass_days(floor, 41) == (1, 0)
    assert [state for state, _ in await tasks(floor)] == ["CANCELLED", "OPEN"]
