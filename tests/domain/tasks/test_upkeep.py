"""Tasks come, move and go with the dates they are made of, and what is due is told once a day due."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import LONDON, now, today
from cma_graphql.domain.cases.retention import RETENTION_YEARS, years_after
from cma_graphql.domain.tasks import upkeep
from cma_graphql.domain.tasks.services.close import cancel_task, complete_task
from cma_graphql.domain.tasks.services.create import create_task
from support.acting import Acting
from support.data import Data
from support.debts import a_debt
from support.trail import events_of

IN_A_MONTH = today() + timedelta(days=30)


@dataclass
class Office:
    """A centre with one case on which dates stand."""

    data: Data
    acting: Acting
    centre: UUID
    manager: Actor
    case_id: UUID

    async def upkeep(self, at: datetime | None = None) -> int:
        """Bring tasks into step."""
        done: int = await self.acting(system_of(self.centre), upkeep.keep_tasks_in_step, at=at or now())
        return done

    async def remind(self, at: datetime) -> int:
        """Tell of what is due."""
        done: int = await self.acting(system_of(self.centre), upkeep.reminders_due, at=at)
        return done

    async def tasks(self) -> list[tuple[str, str, date]]:
        """Answer the centre's tasks: rule, state, day due."""
        rows = await self.acting.rows.fetch(
            "SELECT * FROM tasks WHERE centre_id = $1 ORDER BY due_on, rule, id", self.centre
        )
        return [(row["rule"], row["state"], row["due_on"]) for row in rows]

    async def key(self) -> tuple[UUID, int]:
        """Answer the one task and its version."""
        (row,) = await self.acting.rows.fetch("SELECT id, version FROM tasks WHERE centre_id = $1", self.centre)
        return row["id"], row["version"]

    async def case(self, **columns: Any) -> None:
        """Change the case, past every rule."""
        for name, value in columns.items():
            await self.acting.rows.execute(f"UPDATE cases SET {name} = $2 WHERE id = $1", self.case_id, value)  # noqa: S608

    async def names(self) -> list[str]:
        """Answer the names of the events of tasks."""
        return [event.name for event in await events_of(self.data, self.centre) if event.name.startswith("task.")]


@pytest.fixture
async def office(data: Data, acting: Acting) -> Office:
    """Open it."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre, advisor=await data.a_member(centre), status="IN_PROGRESS")
    return Office(data, acting, centre, manager, case_id)


def nine_on(day: date) -> datetime:
    return datetime.combine(day, time(9), LONDON)


async def test_a_review_makes_a_task_once_moves_it_and_takes_it_away(office: Office) -> None:
    await office.case(next_review_at=nine_on(IN_A_MONTH))
    assert [await office.upkeep(), await office.upkeep()] == [1, 0]
    assert await office.tasks() == [("CASE_REVIEW", "OPEN", IN_A_MONTH)]
    later = IN_A_MONTH + timedelta(days=5)
    await office.case(next_review_at=nine_on(later))
    assert [await office.upkeep(), await office.upkeep()] == [1, 0]
    assert await office.tasks() == [("CASE_REVIEW", "OPEN", later)]
    await office.case(next_review_at=None)
    assert [await office.upkeep(), await office.upkeep()] == [1, 0]
    assert await office.tasks() == [("CASE_REVIEW", "CANCELLED", later)]
    assert await office.names() == ["task.created", "task.moved", "task.cancelled"]
    event = next(event for event in await events_of(office.data, office.centre) if event.name == "task.created")
    assert (event.actor_kind, event.case_id, event.audience_after["client_id"]) == ("SYSTEM", office.case_id, None)


async def test_what_was_done_comes_again_with_another_date_alone(office: Office) -> None:
    await office.case(next_review_at=nine_on(IN_A_MONTH))
    await office.upkeep()
    key, version = await office.key()
    await office.acting(office.manager, complete_task, task_id=key, version=version)
    assert await office.upkeep() == 0
    later = IN_A_MONTH + timedelta(days=1)
    await office.case(next_review_at=nine_on(later))
    assert await office.upkeep() == 1
    assert await office.tasks() == [("CASE_REVIEW", "DONE", IN_A_MONTH), ("CASE_REVIEW", "OPEN", later)]


async def test_one_that_was_cancelled_by_hand_stays_cancelled(office: Office) -> None:
    await office.case(next_review_at=nine_on(IN_A_MONTH))
    await office.upkeep()
    key, version = await office.key()
    await office.acting(office.manager, cancel_task, task_id=key, version=version, reason="Not needed.")
    assert await office.upkeep() == 0
    assert await office.tasks() == [("CASE_REVIEW", "CANCELLED", IN_A_MONTH)]


async def test_a_hold_has_a_rule_of_its_own_and_an_ended_case_none(office: Office) -> None:
    await office.case(next_review_at=nine_on(IN_A_MONTH))
    await office.upkeep()
    await office.case(status="ON_HOLD")
    await office.upkeep()
    assert await office.tasks() == [
        ("CASE_REVIEW", "CANCELLED", IN_A_MONTH),
        ("HOLD_REVIEW", "OPEN", IN_A_MONTH),
    ]
    await office.case(status="CANCELLED")
    await office.upkeep()
    assert {state for _, state, _ in await office.tasks()} == {"CANCELLED"}


async def test_a_review_late_in_the_evening_is_on_its_day_in_london(office: Office) -> None:
    # Half past eleven in the evening, UTC, of the last of May is June's first morning in London.
    await office.case(next_review_at=datetime(2027, 5, 31, 23, 30, tzinfo=UTC))
    await office.upkeep()
    assert await office.tasks() == [("CASE_REVIEW", "OPEN", date(2027, 6, 1))]


async def test_a_court_date_makes_tasks_a_week_and_a_day_before(office: Office) -> None:
    await a_debt(
        office.data,
        office.centre,
        office.case_id,
        enforcement_stage="POSSESSION_CLAIM",
        next_action="Hearing",
        next_action_on=IN_A_MONTH,
        due_key=IN_A_MONTH,
    )
    assert [await office.upkeep(), await office.upkeep()] == [3, 0]
    assert await office.tasks() == [
        ("COURT_DATE_WEEK", "OPEN", IN_A_MONTH - timedelta(days=7)),
        ("COURT_DATE_DAY", "OPEN", IN_A_MONTH - timedelta(days=1)),
        ("DEBT_ACTION", "OPEN", IN_A_MONTH),
    ]


async def test_a_court_date_that_is_past_asks_for_no_preparation(office: Office) -> None:
    past = today() - timedelta(days=1)
    await a_debt(
        office.data,
        office.centre,
        office.case_id,
        enforcement_stage="CLAIM",
        next_action="Hearing",
        next_action_on=past,
        due_key=past,
    )
    await office.upkeep()
    assert await office.tasks() == [("DEBT_ACTION", "OPEN", past)]


async def test_a_settled_debts_dates_are_nobodys_work(office: Office) -> None:
    debt = await a_debt(office.data, office.centre, office.case_id, next_action_on=IN_A_MONTH, due_key=IN_A_MONTH)
    await office.upkeep()
    await office.acting.rows.execute("UPDATE debts SET status = 'SETTLED' WHERE id = $1", debt)
    await office.upkeep()
    assert await office.tasks() == [("DEBT_ACTION", "CANCELLED", IN_A_MONTH)]


async def test_a_call_does_some_and_the_next_the_rest(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MOST_AT_ONCE", 2)
    for _ in range(3):
        await a_debt(office.data, office.centre, office.case_id, next_action_on=IN_A_MONTH, due_key=IN_A_MONTH)
    assert [await office.upkeep() for _ in range(3)] == [2, 1, 0]


async def test_another_centre_is_left_alone(office: Office) -> None:
    await office.case(next_review_at=nine_on(IN_A_MONTH))
    elsewhere = await office.data.a_centre()
    assert await office.acting(system_of(elsewhere), upkeep.keep_tasks_in_step, at=now()) == 0
    assert await office.tasks() == []


async def test_what_is_due_is_told_once_for_each_day(office: Office) -> None:
    key = await office.acting(office.manager, create_task, title="Ring", case_id=office.case_id, due_on=IN_A_MONTH)
    before = nine_on(IN_A_MONTH - timedelta(days=1))
    assert await office.remind(before) == 0
    assert [await office.remind(nine_on(IN_A_MONTH)), await office.remind(nine_on(IN_A_MONTH))] == [1, 0]
    after = nine_on(IN_A_MONTH + timedelta(days=1))
    assert [await office.remind(after), await office.remind(after + timedelta(days=9))] == [1, 0]
    assert await office.names() == ["task.created", "task.due", "task.overdue"]
    # Another day due is told of anew; a task that is done is not.
    row = await office.acting.rows.fetchrow("SELECT version FROM tasks WHERE id = $1", key)
    assert row is not None
    await office.acting(office.manager, complete_task, task_id=key, version=row["version"])
    assert await office.remind(after + timedelta(days=30)) == 0


async def test_what_nobody_told_of_in_time_is_told_as_overdue_at_once(office: Office) -> None:
    await office.acting(office.manager, create_task, title="Ring", due_on=IN_A_MONTH)
    after = nine_on(IN_A_MONTH + timedelta(days=3))
    assert [await office.remind(after), await office.remind(after)] == [1, 0]
    assert await office.names() == ["task.created", "task.overdue"]


async def test_of_an_ended_case_it_is_asked_in_time_whether_it_is_kept(office: Office) -> None:
    day = years_after(today(), RETENTION_YEARS)
    await office.case(status="CLOSED", closed_on=today(), closure_reason="ADVICE_COMPLETE")
    assert await office.upkeep() == 0
    assert await office.upkeep(nine_on(day - timedelta(days=40))) == 0
    assert [await office.upkeep(nine_on(day - timedelta(days=20))) for _ in range(2)] == [1, 0]
    assert await office.tasks() == [("CASE_RETENTION", "OPEN", day)]
    await office.case(status="REOPENED", closed_on=None, closure_reason=None)
    assert await office.upkeep() == 1
    assert await office.tasks() == [("CASE_RETENTION", "CANCELLED", day)]
