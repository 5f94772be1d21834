"""Notes about an appointment: linked both ways, on its case or client, without a trace of confidential ones."""

from typing import Any
from uuid import UUID

from cma_graphql.graph.node import read_id, write_id
from graph.notes.conftest import Desk, rules
from support.appointments import an_appointment

OF_NOTE = "query($id: ID!) { note(id: $id) { case { id } client { id } appointment { id } } }"
OF_APPOINTMENT = "query($id: ID!) { appointment(id: $id) { notes { id } } }"


async def booked(desk: Desk, **given: Any) -> str:
    """Make an appointment of the scene's client; answer its id."""
    scene = desk.scene
    key = await an_appointment(scene.data, scene.centre, advisor=scene.advisor, client_id=scene.client, **given)
    return write_id("appointment", key)


async def seen_of(desk: Desk, appointment: str, as_: Any) -> list[str]:
    """Answer the notes that somebody sees about an appointment."""
    answer = await desk.scene.graph.run(OF_APPOINTMENT, as_=as_, id=appointment)
    assert answer.errors == []
    return [note["id"] for note in answer.data["appointment"]["notes"]]


async def test_a_note_is_written_about_an_appointment_of_its_case(desk: Desk) -> None:
    appointment = await booked(desk, case_id=desk.case_id)
    note = await desk.written(appointmentId=appointment)
    plain = await desk.written()
    answer = await desk.scene.graph.run(OF_NOTE, as_=desk.scene.manager, id=note["id"])
    assert answer.data["note"]["appointment"] == {"id": appointment}
    assert answer.data["note"]["case"] == {"id": write_id("case", desk.case_id)}
    answer = await desk.scene.graph.run(OF_NOTE, as_=desk.scene.manager, id=plain["id"])
    assert answer.data["note"]["appointment"] is None
    assert await seen_of(desk, appointment, desk.scene.manager) == [note["id"]]
    (told, _) = [each for each in await desk.acting.events(desk.scene.centre) if each["name"] == "note.written"]
    key: UUID = read_id("appointment", appointment)
    assert told["changes"]["appointment_id"] == {"old": None, "new": str(key)}


async def test_its_place_is_the_appointments(desk: Desk) -> None:
    scene = desk.scene
    alone = await booked(desk)
    said = {"categoryId": await desk.category(), "body": "Rang.", "appointmentId": alone}
    payload = await scene.ask("noteWrite", scene.manager, **said)
    assert (payload["note"]["case"], payload["note"]["client"]) == (None, {"id": write_id("client", scene.client)})
    before = await desk.left()
    assert rules(await desk.write(scene.manager, appointmentId=alone)) == [
        ("ValidationError", "appointmentId", "other-place")
    ]
    elsewhere = await scene.data.a_centre()
    client = await scene.data.a_client(elsewhere)
    foreign = await an_appointment(
        scene.data, elsewhere, advisor=await scene.data.a_member(elsewhere), client_id=client
    )
    payload = await desk.write(appointmentId=write_id("appointment", foreign))
    assert rules(payload) == [("NotFoundError", "appointmentId", None)]
    assert await desk.left() == before


async def test_a_confidential_note_leaves_no_trace(desk: Desk) -> None:
    appointment = await booked(desk, case_id=desk.case_id)
    hidden = await desk.written(appointmentId=appointment, confidential=True)
    open_one = await desk.written(appointmentId=appointment)
    assert await seen_of(desk, appointment, desk.scene.advisor) == [hidden["id"], open_one["id"]]
    assert await seen_of(desk, appointment, desk.colleague) == [open_one["id"]]
    answer = await desk.scene.graph.run(OF_NOTE, as_=desk.colleague, id=hidden["id"])
    assert answer.data["note"] is None
    assert await seen_of(desk, appointment, await desk.portal()) == []


async def test_a_deleted_note_is_not_shown(desk: Desk) -> None:
    appointment = await booked(desk, case_id=desk.case_id)
    note = await desk.written(appointmentId=appointment)
    payload = await desk.on("noteDelete", note, desk.scene.manager, reason="Wrong client")
    assert payload["errors"] == []
    assert await seen_of(desk, appointment, desk.scene.manager) == []
