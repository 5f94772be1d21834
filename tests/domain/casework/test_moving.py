"""What becomes of a case's appointments and tasks as it ends, goes to another advisor, or an advisor leaves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped, today
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.appointments.upkeep import remind_of_appointments
from cma_graphql.domain.cases.models import ClosureReason
from cma_graphql.domain.casework import leaving, taking_over
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.deactivate_membership import deactivate_membership
from cma_graphql.domain.casework.delete import delete_case, restore_case
from cma_graphql.domain.casework.people import add_case_team_member
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.update_membership import update_membership
from cma_graphql.domain.casework.upkeep import answer_for_leavers
from cma_graphql.domain.staffing.absences import record_absence
from cma_graphql.domain.staffing.models import AbsenceKind
from cma_graphql.domain.tasks.services.create import create_task
from cma_graphql.persistence.transaction import Transaction
from support.acting import Acting, faults_of
from support.appointments import an_appointment, at_london, working_day
from support.data import Data
from support.notes import a_note


@dataclass
class Case:
    """A case of an advisor, whose client has an appointment in a week, and a task of the advisor's by name."""

    data: Data
    acting: Acting
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID
    key: UUID

    async def appointment(self, clock: str = "10:00", **given: Any) -> UUID:
        """Book an appointment about the case, with its advisor unless said, on the next working day."""
        said = {"advisor": self.advisor, "case_id": self.key, "client_id": self.client, **given}
        return await an_appointment(self.data, self.centre, starts_at=at_london(working_day(), clock), **said)

    async def task(self, **given: Any) -> UUID:
        """Make a task of the case that is the advisor's by name."""
        said: dict[str, Any] = {"title": "Ring", "case_id": self.key, "due_on": today() + timedelta(days=3), **given}
        key: UUID = await self.acting(self.advisor, create_task, **said)
        return key

    async def row(self, table: str, key: UUID) -> dict[str, Any]:
        """Answer a record as it is."""
        row = await self.acting.rows.fetchrow(f"SELECT * FROM {table} WHERE id = $1", key)  # noqa: S608
        assert row is not None
        return dict(row)

    async def titled(self, title: str) -> list[Any]:
        """Answer the centre's tasks of a title, those on cases first."""
        found: list[Any] = await self.acting.rows.fetch(
            "SELECT * FROM tasks WHERE centre_id = $1 AND title = $2 ORDER BY case_id", self.centre, title
        )
        return found

    async def version(self) -> int:
        """Answer the case's version."""
        version: int = (await self.acting.case(self.key))["version"]
        return version

    async def names(self) -> list[str]:
        """Answer what was told about appointments and tasks."""
        events = await self.acting.events(self.centre)
        return [event["name"] for event in events if event["name"].startswith(("appointment.", "task."))]

    async def do(self, service: Any, **given: Any) -> None:
        """Have the manager do something with the case."""
        await self.acting(self.manager, service, case_id=self.key, version=await self.version(), **given)

    async def leaves(self, actor: Actor) -> None:
        """Deactivate somebody."""
        await self.acting(self.manager, deactivate_membership, user_id=actor.user_id, version=1, reason="Left")


@pytest.fixture
async def case(data: Data, acting: Acting) -> Case:
    """Set the scene."""
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    client = await data.a_client(centre)
    key = await data.a_case(centre, client_id=client, advisor=advisor, status="IN_PROGRESS")
    return Case(data, acting, centre, manager, advisor, client, key)


CALLED_OFF: dict[str, tuple[Any, dict[str, Any], str]] = {
    "cancel": (cancel_case, {"reason": "Never came"}, "The case was cancelled."),
    "close": (
        close_case,
        {"reason": ClosureReason.CLIENT_WITHDREW, "call_off_appointments": True},
        "The case was closed.",
    ),
    "error": (close_case, {"reason": ClosureReason.OPENED_IN_ERROR}, "The case was closed."),
}


@pytest.mark.parametrize("act", list(CALLED_OFF))
async def test_what_is_open_ends_with_the_case(case: Case, act: str) -> None:
    service, given, why = CALLED_OFF[act]
    first, second = await case.appointment(), await case.appointment("14:00")
    past = await case.appointment(status="ATTENDED")
    named, follow_up = await case.task(), await a_note(case.data, case.advisor, case.key, follow_up_on=today())
    confidential = await a_note(case.data, case.advisor, case.key, confidential=True, follow_up_on=today())
    await case.do(service, **given)
    for key in (first, second):
        row = await case.row("appointments", key)
        assert (row["status"], row["cancellation_reason"], row["version"]) == ("CANCELLED_BY_CENTRE", why, 2)
    assert (await case.row("appointments", past))["status"] == "ATTENDED"
    tasks = await case.acting.rows.fetch("SELECT * FROM tasks WHERE case_id = $1", case.key)
    assert {row["source_id"] for row in tasks} == {None, follow_up, confidential}
    assert {(row["state"], row["cancel_reason"]) for row in tasks} == {("CANCELLED", why)}
    assert named in {row["id"] for row in tasks}
    told = await case.names()
    assert (told.count("appointment.cancelled"), told.count("task.cancelled")) == (2, 3)
    audit = [row for row in await case.acting.audit(case.centre) if row["action"] == "appointment.cancelled"]
    assert len(audit) == 2
    with stopped(at_london(working_day(), "09:00")):
        assert await case.acting(system_of(case.centre), remind_of_appointments, at=now()) == 0
    await case.appointment()  # the time is free again
    await case.do(reopen_case, reason="Is back")
    assert (await case.row("appointments", first))["status"] == "CANCELLED_BY_CENTRE"
    assert (await case.row("tasks", named))["state"] == "CANCELLED"


async def test_an_appointment_keeps_a_case_from_being_closed(case: Case) -> None:
    await case.appointment()
    with pytest.raises(Invalid) as refused:
        await case.do(close_case, reason=ClosureReason.CLIENT_WITHDREW)
    assert faults_of(refused.value) == {("", "appointments-to-come")}
    at = at_london(working_day(), "10:00")
    assert refused.value.params["starts"] == [f"{at.astimezone(now().tzinfo):%Y-%m-%dT%H:%M:%SZ}"]
    with stopped(at + timedelta(minutes=1)):
        await case.do(close_case, reason=ClosureReason.CLIENT_WITHDREW)
    assert (await case.acting.case(case.key))["status"] == "CLOSED"


async def test_a_deleted_case_keeps_nobodys_time(case: Case) -> None:
    key = await case.data.a_case(case.centre, client_id=case.client, advisor=None)
    new = Case(case.data, case.acting, case.centre, case.manager, case.advisor, case.client, key)
    appointment = await new.appointment()
    task = await new.acting(new.manager, create_task, title="Ring", case_id=key, due_on=today())
    await new.do(delete_case, reason="Twice")
    assert (await new.row("appointments", appointment))["cancellation_reason"] == "The case was deleted."
    assert (await new.row("tasks", task))["cancel_reason"] == "The case was deleted."
    assert {"appointment.cancelled", "task.cancelled"} <= set(await new.names())
    await new.do(restore_case)
    assert (await new.row("appointments", appointment))["status"] == "CANCELLED_BY_CENTRE"


async def test_as_many_statements_for_twelve_as_for_two(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers, said = [], list[str]()
    for name in ("fetch", "execute", "fetch_many", "execute_many"):
        monkeypatch.setattr(Transaction, name, _counted(getattr(Transaction, name), said))
    for many in (2, 12):
        for place in range(many):
            await case.appointment(f"{9 + place // 2:02d}:{30 * (place % 2):02d}", duration_minutes=30)
            await case.task()
        said.clear()
        await case.do(cancel_case, reason="Never came")
        numbers.append(len(said))
        await case.do(reopen_case, reason="Is back")
    assert numbers[0] == numbers[1]


def _counted(run: Any, said: list[str]) -> Any:
    async def counting(transaction: Transaction, text: str, *given: Any) -> Any:
        said.append(text)
        return await run(transaction, text, *given)

    return counting


async def test_a_new_advisor_keeps_the_appointments_and_does_the_tasks(case: Case) -> None:
    new = await case.data.a_member(case.centre)
    kept, clash = await case.appointment(), await case.appointment("14:00")
    with_another = await case.appointment("16:00", advisor=case.manager)
    other_client = await case.data.a_client(case.centre)
    await case.appointment("14:30", advisor=new, client_id=other_client, case_id=None)
    task, others = await case.task(), await case.task(assignee_id=case.manager.user_id)
    await case.do(assign_case, advisor_id=new.user_id, reason="Moves")
    rows = {key: await case.row("appointments", key) for key in (kept, clash, with_another)}
    assert rows[kept]["advisor_id"] == new.user_id
    assert (rows[clash]["advisor_id"], rows[clash]["status"]) == (case.advisor.user_id, "SCHEDULED")
    assert rows[with_another]["advisor_id"] == case.manager.user_id
    assert (await case.row("tasks", task))["assignee_id"] is None
    assert (await case.row("tasks", others))["assignee_id"] == case.manager.user_id
    (asked,) = await case.titled(taking_over.TITLE)
    assert (asked["case_id"], asked["assignee_id"], asked["state"]) == (case.key, None, "OPEN")
    assert f"{working_day():%d %B %Y}, 14:00" in asked["details"]
    assert (await case.names())[-3:] == ["appointment.reassigned", "task.created", "task.assigned"]
    moved = next(event for event in await case.acting.events(case.centre) if event["name"] == "appointment.reassigned")
    assert moved["changes"]["advisor_id"] == {"old": str(case.advisor.user_id), "new": str(new.user_id)}
    assert str(case.advisor.user_id) in moved["audience_before"]["user_ids"]
    assert moved["audience_after"]["user_ids"] == [str(new.user_id)]


async def test_nobody_keeps_an_appointment_while_they_are_away(case: Case) -> None:
    officer = await case.data.a_member(case.centre)
    day = working_day()
    away = {
        "kind": AbsenceKind.TRAINING,
        "starts_at": at_london(day, "08:00"),
        "ends_at": at_london(day, "18:00"),
    }
    await case.acting(officer, record_absence, user_id=officer.user_id, values=away)
    appointment = await case.appointment()
    await case.do(assign_case, advisor_id=officer.user_id, reason="Moves")
    assert (await case.row("appointments", appointment))["advisor_id"] == case.advisor.user_id


async def test_nothing_is_left_with_somebody_who_has_left(case: Case) -> None:
    leaver = await case.data.a_member(case.centre)
    on_case = await case.appointment(advisor=leaver)
    clash = await case.appointment("14:00", advisor=leaver)
    await case.appointment("14:30", client_id=await case.data.a_client(case.centre), case_id=None)
    alone = await case.data.a_client(case.centre, recorded_by=leaver.user_id)
    without_case = await case.appointment("12:00", advisor=leaver, client_id=alone, case_id=None)
    await case.do(add_case_team_member, member_id=leaver.user_id)
    task = await case.task(assignee_id=leaver.user_id)
    private = await case.acting(leaver, create_task, title="Tidy", due_on=today())
    await case.leaves(leaver)
    assert (await case.row("appointments", on_case))["advisor_id"] == case.advisor.user_id
    for key in (clash, without_case):
        row = await case.row("appointments", key)
        assert (row["status"], row["cancellation_reason"]) == ("CANCELLED_BY_CENTRE", leaving.WHY)
    assert (await case.row("tasks", task))["assignee_id"] is None
    assert (await case.row("tasks", private))["assignee_id"] == case.manager.user_id
    anew = await case.titled(leaving.TITLE)
    assert [(row["case_id"], row["client_id"], row["assignee_id"]) for row in anew] == [
        (case.key, case.client, None),
        (None, alone, case.manager.user_id),
    ]
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 0


async def test_what_came_too_late_is_answered_for_by_itself(case: Case) -> None:
    leaver = await case.data.a_member(case.centre)
    await case.leaves(leaver)
    appointment = await case.appointment(advisor=leaver)
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 1
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 0
    assert (await case.row("appointments", appointment))["advisor_id"] == case.advisor.user_id


@pytest.mark.parametrize(
    ("roles", "appointments", "tasks"),
    [
        ([Role.AUDITOR], True, True),
        ([Role.COMPLIANCE_OFFICER], True, False),
        ([Role.CENTRE_MANAGER], False, False),
        ([Role.ADVISOR, Role.AUDITOR], False, False),
    ],
)
async def test_what_a_lost_role_leaves_undone_is_others(
    case: Case, roles: list[Role], *, appointments: bool, tasks: bool
) -> None:
    former = await case.data.a_member(case.centre)
    alone = await case.data.a_client(case.centre, recorded_by=former.user_id)
    on_case = await case.appointment(advisor=former)
    without_case = await case.appointment("12:00", advisor=former, client_id=alone, case_id=None)
    await case.do(add_case_team_member, member_id=former.user_id)
    task = await case.task(assignee_id=former.user_id)
    alone_task = await case.acting(former, create_task, title="Ring", client_id=alone, due_on=today())
    given: dict[str, Any] = {"user_id": former.user_id, "version": 1, "values": {"roles": roles}}
    await case.acting(case.manager, update_membership, **given)
    kept, lost = await case.row("appointments", on_case), await case.row("appointments", without_case)
    assert kept["advisor_id"] == (case.advisor if appointments else former).user_id
    assert lost["status"] == ("CANCELLED_BY_CENTRE" if appointments else "SCHEDULED")
    anew = [(row["client_id"], row["assignee_id"]) for row in await case.titled(leaving.TITLE)]
    assert anew == ([(alone, case.manager.user_id)] if appointments else [])
    assert (await case.row("tasks", task))["assignee_id"] == (None if tasks else former.user_id)
    others = case.manager if tasks else former
    assert (await case.row("tasks", alone_task))["assignee_id"] == others.user_id
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 0
    events = [event["name"] for event in await case.acting.events(case.centre)]
    assert ("membership.roles_changed" in events, events.count("appointment.reassigned")) == (True, int(appointments))


async def test_who_advises_open_cases_keeps_the_role_and_everything(case: Case) -> None:
    appointment, task = await case.appointment(), await case.task(assignee_id=case.advisor.user_id)
    given: dict[str, Any] = {"user_id": case.advisor.user_id, "version": 1, "values": {"roles": [Role.AUDITOR]}}
    with pytest.raises(Invalid) as refused:
        await case.acting(case.manager, update_membership, **given)
    assert faults_of(refused.value) == {("roles", "has-open-cases")}
    assert (await case.row("appointments", appointment))["advisor_id"] == case.advisor.user_id
    assert (await case.row("tasks", task))["assignee_id"] == case.advisor.user_id


async def test_a_role_that_was_lost_unseen_is_answered_for_by_itself(case: Case) -> None:
    former = await case.data.a_member(case.centre)
    appointment = await case.appointment(advisor=former)
    await case.acting.rows.execute("UPDATE memberships SET roles = '{AUDITOR}' WHERE user_id = $1", former.user_id)
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 1
    assert await case.acting(system_of(case.centre), answer_for_leavers, at=now()) == 0
    assert (await case.row("appointments", appointment))["advisor_id"] == case.advisor.user_id
