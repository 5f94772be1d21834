"""Notes, tasks and appointments of a case that changes hands: copied field by field, or ended with their reasons."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.casework.transfers.carrying import carry_transfers
from cma_graphql.domain.tasks.services.create import create_task
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Acting
from graph.referrals.test_transfers import Two, rows, two
from support.appointments import an_appointment
from support.compliance import a_paper
from support.debts import a_creditor, a_debt
from support.notes import a_note
from support.trail import events_of

KEPT_BY_CENTRE = {"centre_id", "id", "case_id", "client_id", "created_by", "updated_at", "updated_by", "version"}
OWN = {
    "notes": {"category_id", "corrects_id", "author_elsewhere", "documents_elsewhere"},
    "tasks": {"assignee_id", "source_id", "author_elsewhere", "created_at"},
    "appointments": {"advisor_id", "advisor_elsewhere", "rescheduled_from_id"},
}
"""The columns that say something else at the other centre; all others are the same."""


def alike(table: str, original: Any, copy: Any) -> None:
    """Compare a record with its copy, column by column."""
    left_out = KEPT_BY_CENTRE | OWN[table]
    assert {key: value for key, value in copy.items() if key not in left_out} == {
        key: value for key, value in original.items() if key not in left_out
    }


async def test_what_was_done_and_is_to_be_done_goes_over(two: Two, acting: Acting) -> None:
    desk, here, there = two.desk, two.desk.scene.centre, two.there
    case_id, advisor, client = desk.case_id, desk.scene.advisor, desk.scene.client
    paper = await a_paper(desk.data, here, case_id, title="Payslip")
    first = await a_note(
        desk.data, advisor, case_id, tags=["bank", "rent"], priority=Priority.HIGH, document_ids=[paper]
    )
    await a_note(desk.data, advisor, case_id, corrects_id=first, body="The other bank.")
    secret = await a_note(
        desk.data, advisor, case_id, confidential=True, body="Not at home.", follow_up_on=today() + timedelta(days=4)
    )
    await acting(advisor, create_task, title="Ring", details="At six", case_id=case_id, due_on=today())
    bank = await a_creditor(desk.data, here)
    await a_debt(desk.data, here, case_id, creditor_id=bank, next_action_on=today() + timedelta(days=9))
    await acting(system_of(here), keep_tasks_in_step, at=now())
    moved = await an_appointment(
        desk.data,
        here,
        advisor=advisor,
        client_id=client,
        case_id=case_id,
        starts_at=now() - timedelta(days=9),
        status="RESCHEDULED",
    )
    await an_appointment(
        desk.data,
        here,
        advisor=advisor,
        client_id=client,
        case_id=case_id,
        starts_at=now() - timedelta(days=2),
        status="ATTENDED",
        location="Room 2",
        preparation_notes="Payslips",
        outcome_summary="Went through all of it",
        follow_up_required=True,
        rescheduled_from_id=moved,
    )
    future = await an_appointment(desk.data, here, advisor=advisor, client_id=client, case_id=case_id)
    key = await two.offered()
    assert await state(acting, future) == ("SCHEDULED", None)
    assert (await two.there_on("transferAccept", key))["errors"] == []
    member = await acting.rows.fetchrow("SELECT * FROM memberships WHERE user_id = $1", advisor.user_id)
    giving = await acting.rows.fetchval("SELECT name FROM centres WHERE id = $1", here)
    assert member is not None
    name = f"{member['first_name']} {member['last_name']}, {giving}"
    (case,) = await rows(acting, "cases", there)

    originals, copies = await rows(acting, "notes", here), await rows(acting, "notes", there)
    assert (len(originals), [row["case_id"] for row in copies]) == (3, [case["id"]] * 3)
    for original, copy in zip(originals, copies, strict=True):
        alike("notes", original, copy)
        assert copy["author_elsewhere"] == name
    assert [copy["documents_elsewhere"] for copy in copies] == [["Payslip"], None, None]
    assert copies[1]["corrects_id"] == copies[0]["id"]

    copied = await rows(acting, "tasks", there)
    by_hand = [row for row in await rows(acting, "tasks", here) if row["origin"] != "RULE"]
    assert (len(by_hand), len(copied)) == (2, 2)
    for original, copy in zip(sorted(by_hand, key=of_title), sorted(copied, key=of_title), strict=True):
        alike("tasks", {**original, "state": "OPEN", "cancelled_at": None, "cancel_reason": None}, copy)
        assert (copy["assignee_id"], copy["author_elsewhere"]) == (None, name)
        assert (original["state"], original["cancel_reason"]) == ("CANCELLED", await goes_on(two, key))
    secret_copy = next(copy["id"] for copy, row in zip(copies, originals, strict=True) if row["id"] == secret)
    assert {copy["source_id"] for copy in copied} == {None, secret_copy}

    past = [row for row in await rows(acting, "appointments", here) if row["id"] != future]
    history = await rows(acting, "appointments", there)
    for original, copy in zip(past, history, strict=True):
        alike("appointments", original, copy)
        assert (copy["advisor_id"], copy["advisor_elsewhere"]) == (None, name)
    assert history[1]["rescheduled_from_id"] == history[0]["id"]
    assert await state(acting, future) == ("CANCELLED_BY_CENTRE", await goes_on(two, key))

    theirs = [event.name for event in await events_of(desk.data, there)]
    assert [theirs.count(each) for each in ("note.written", "task.created", "appointment.taken_over")] == [3, 2, 2]
    assert "appointment.cancelled" in [event.name for event in await events_of(desk.data, here)]


async def state(acting: Acting, appointment_id: UUID) -> tuple[str, str | None]:
    row = await acting.rows.fetchrow("SELECT * FROM appointments WHERE id = $1", appointment_id)
    assert row is not None
    return row["status"], row["cancellation_reason"]


async def goes_on(two: Two, referral_id: UUID) -> str:
    """Answer why what is left at the giving centre has ended."""
    row = await two.desk.row(referral_id)
    return f"Goes on at Harbour Advice as {row['other_reference']}."


def of_title(row: Any) -> str:
    title: str = row["title"]
    return title


WORK = """query ($id: ID!) { case(id: $id) {
  notes { edges { node { body author { id } authorElsewhere documentsElsewhere viewerCan { edit } } } }
  tasks { edges { node { title authorElsewhere } } }
  appointments { edges { node { advisor { id } advisorElsewhere status allowedStatuses } } } } }"""


async def test_who_did_it_is_named_and_no_more(two: Two, acting: Acting) -> None:
    desk, here = two.desk, two.desk.scene.centre
    manager_only = await a_paper(desk.data, here, desk.case_id, title="Report")
    hide = "UPDATE documents SET access_level = 'MANAGERS_AND_COMPLIANCE' WHERE id = $1"
    await acting.rows.execute(hide, manager_only)
    await a_note(desk.data, desk.scene.manager, desk.case_id, document_ids=[manager_only])
    secret = await a_note(desk.data, desk.scene.advisor, desk.case_id, confidential=True, body="Not at home.")
    assert secret is not None
    await acting(desk.scene.advisor, create_task, title="Ring", case_id=desk.case_id, due_on=today())
    at = now() - timedelta(days=2)
    given: dict[str, Any] = {"client_id": desk.scene.client, "case_id": desk.case_id, "starts_at": at}
    await an_appointment(desk.data, here, advisor=desk.scene.advisor, status="NO_SHOW", **given)
    await two.there_on("transferAccept", await two.offered())
    (case,) = await rows(acting, "cases", two.there)
    answer = await desk.scene.graph.run(WORK, as_=two.manager, id=write_id("case", case["id"]))
    assert answer.errors == []
    found = answer.data["case"]
    notes = [edge["node"] for edge in found["notes"]["edges"]]
    assert [note["documentsElsewhere"] for note in notes] == [[], []]
    (task,) = [edge["node"] for edge in found["tasks"]["edges"]]
    (appointment,) = [edge["node"] for edge in found["appointments"]["edges"]]
    assert (appointment["advisor"], appointment["status"]) == (None, "NO_SHOW")
    named = {*[note["authorElsewhere"] for note in notes], task["authorElsewhere"], appointment["advisorElsewhere"]}
    giving = await acting.rows.fetchval("SELECT name FROM centres WHERE id = $1", here)
    assert len(named) == 2
    assert all(name.endswith(f", {giving}") for name in named)
    assert [note["author"] for note in notes] == [None, None]
    for actor in (desk.scene.advisor, desk.scene.manager):
        assert actor.user_id.hex not in str(answer.data)
    trainee = await desk.data.a_member(two.there, Role.TRAINEE)
    unseen = await desk.scene.graph.run(WORK, as_=trainee, id=write_id("case", case["id"]))
    assert unseen.data == {"case": None}


async def test_a_refused_transfer_leaves_the_appointments_as_they_are(two: Two, acting: Acting) -> None:
    desk = two.desk
    given: dict[str, Any] = {"client_id": desk.scene.client, "case_id": desk.case_id}
    future = await an_appointment(desk.data, desk.scene.centre, advisor=desk.scene.advisor, **given)
    key = await two.offered()
    await two.there_on("transferReject", key, reason="No room")
    assert await carry_transfers(two.network, two.there, now()) == 0
    assert await state(acting, future) == ("SCHEDULED", None)


async def test_a_referral_to_an_organisation_calls_appointments_off(two: Two, acting: Acting) -> None:
    desk = two.desk
    given: dict[str, Any] = {"client_id": desk.scene.client, "case_id": desk.case_id}
    future = await an_appointment(desk.data, desk.scene.centre, advisor=desk.scene.advisor, **given)
    await desk.sent(handsOver=True)
    assert await desk.status() == "REFERRED"
    status, reason = await state(acting, future)
    assert status == "CANCELLED_BY_CENTRE"
    assert reason is not None
    assert reason.startswith("The case was referred to ")


__all__ = ["two"]
