"""Takes over the work that was done on a transferred case, and that is still to be done: notes, tasks, appointments.

Whoever did it is named by name and centre: their record stays where it is, and nobody of one centre is one of another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.core.events import Audience
from cma_graphql.core.ids import new_id
from cma_graphql.domain.appointments.events import AppointmentTakenOver
from cma_graphql.domain.appointments.models import Appointment
from cma_graphql.domain.cases import services as cases
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_audience
from cma_graphql.domain.casework.transfers.work_selectors import (
    OF_A_NOTE,
    OF_A_TASK,
    OF_AN_APPOINTMENT,
    appointments_going_over,
    notes_going_over,
    tasks_going_over,
)
from cma_graphql.domain.documents.models import AccessLevel
from cma_graphql.domain.notes.audience import audience_on
from cma_graphql.domain.notes.events import NoteWritten
from cma_graphql.domain.notes.models import Note
from cma_graphql.domain.notes.selectors import categories_in_order, documents_of_notes
from cma_graphql.domain.tasks.models import Task
from cma_graphql.domain.tasks.together import add_all
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.persistence.reads import Reads, Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

_USUAL_CATEGORY = "GENERAL"


@dataclass(frozen=True, slots=True)
class Work:
    """What goes over of the work on a case."""

    notes: Sequence[Record]
    documents: Mapping[UUID, list[str]]
    """What the documents of each note are called, which stay at the giving centre."""
    tasks: Sequence[Record]
    appointments: Sequence[Record]
    people: Mapping[UUID, str]
    """Who did it, by name and centre."""
    centre: str

    def named(self, person: UUID | None, elsewhere: str | None) -> str:
        """Tell who did something; where it came from another centre already, who did it there."""
        if elsewhere is not None:
            return elsewhere
        return self.centre if person is None else self.people.get(person, self.centre)


async def read_work(reads: Reads, *, case_id: UUID, centre: str) -> Work:
    """Read it at the giving centre."""
    notes = await reads.all(notes_going_over, keys=[case_id])
    tasks = await reads.all(tasks_going_over, keys=[case_id])
    appointments = await reads.all(appointments_going_over, keys=[case_id])
    papers = await documents_of_notes(reads, [note["key"] for note in notes]) if notes else []
    named = {row["created_by"] for row in (*notes, *tasks)} | {row["advisor_id"] for row in appointments}
    people = await memberships_by_id(reads, sorted(named - {None}))
    return Work(
        notes=notes,
        documents={
            note["key"]: [*(note["documents_elsewhere"] or ()), *_titles(found)]
            for note, found in zip(notes, papers, strict=True)
        },
        tasks=tasks,
        appointments=appointments,
        people={row["key"]: f"{row['first_name']} {row['last_name']}, {centre}" for row in people if row is not None},
        centre=centre,
    )


def _titles(documents: Sequence[Record]) -> list[str]:
    """Answer what documents are called, those left out that managers and compliance officers alone see."""
    hidden = AccessLevel.MANAGERS_AND_COMPLIANCE
    return [row["title"] for row in documents if row["access_level"] != hidden]


async def copy_work(uow: UnitOfWork, case: Case, given: Work) -> None:
    """Write it down at the centre that takes the case on, where it is told of as anything new is."""
    audience = cases.audience_of_new(case)
    notes = await _notes(uow, case, given, audience)
    await _tasks(uow, case, given, audience, notes)
    await _appointments(uow, case, given, audience)


async def _notes(uow: UnitOfWork, case: Case, given: Work, audience: Audience) -> dict[UUID, UUID]:
    if not given.notes:
        return {}
    categories = {row["code"]: row["key"] for row in await uow.all(categories_in_order)}
    copies = {row["key"]: new_id() for row in given.notes}
    made = []
    for row in given.notes:
        note = Note(
            id=copies[row["key"]],
            case_id=case.id,
            client_id=case.client_id,
            category_id=categories.get(row["code"], categories[_USUAL_CATEGORY]),
            corrects_id=copies.get(row["corrects_id"]),
            author_elsewhere=given.named(row["created_by"], row["author_elsewhere"]),
            documents_elsewhere=given.documents[row["key"]] or None,
            **_taken(row, OF_A_NOTE),
        )
        made.append((note, uow.add(note)))
        note.created_at = row["created_at"]  # when it was written, from when on its words stay as they are
    await uow.flush()
    for note, changes in made:
        seen = audience_on(
            audience,
            author_id=note.created_by,
            confidential=note.confidential,
            visible_to_client=note.visible_to_client,
        )
        tell_audience(uow, seen, NoteWritten, note, changes, case_id=case.id, client_id=case.client_id, new=True)
    return copies


async def _tasks(uow: UnitOfWork, case: Case, given: Work, audience: Audience, notes: Mapping[UUID, UUID]) -> None:
    """Copy open tasks as the case's advisor's, whoever that will be."""
    made = [
        Task(
            id=new_id(),
            case_id=case.id,
            client_id=case.client_id,
            assignee_id=None,
            source_id=None if row["source_id"] is None else notes[row["source_id"]],
            author_elsewhere=given.named(row["created_by"], row["author_elsewhere"]),
            **_taken(row, OF_A_TASK),
        )
        for row in given.tasks
        if row["source_id"] is None or row["source_id"] in notes
    ]
    await add_all(uow, made, places={case.id: audience})


async def _appointments(uow: UnitOfWork, case: Case, given: Work, audience: Audience) -> None:
    """Copy what is past, as history: in nobody's diary here."""
    copies = {row["key"]: new_id() for row in given.appointments}
    made = []
    for row in given.appointments:
        appointment = Appointment(
            id=copies[row["key"]],
            case_id=case.id,
            client_id=case.client_id,
            advisor_id=None,
            advisor_elsewhere=given.named(row["advisor_id"], row["advisor_elsewhere"]),
            rescheduled_from_id=copies.get(row["rescheduled_from_id"]),
            **_taken(row, OF_AN_APPOINTMENT),
        )
        made.append((appointment, uow.add(appointment)))
        appointment.created_at = row["created_at"]
    await uow.flush()
    for appointment, changes in made:
        tell_audience(
            uow,
            audience,
            AppointmentTakenOver,
            appointment,
            changes,
            case_id=case.id,
            client_id=case.client_id,
            new=True,
        )


def _taken(row: Record, names: Sequence[str]) -> dict[str, object]:
    return {name: row[name] for name in names if name != "created_at"}
