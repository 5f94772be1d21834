"""The notes of filled cases, a few each, and a task on every other case at work."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.notes.models import Note, NoteAttachment
from cma_graphql.domain.tasks.due import Due
from cma_graphql.domain.tasks.models import Task, TaskKind, TaskOrigin, TaskState

_HOW_MANY = (0, 1, 1, 2)
_WORDS = (
    "Rang the client, who will bring the last three bank statements.",
    "The creditor has put the account on hold for thirty days.",
    "Went through the budget; the rent is higher than the tenancy says.",
    "Left a message. The client prefers to be called after six.",
)
_TITLES = (
    ("Ring the client", TaskKind.CALL),
    ("Write to the creditor", TaskKind.LETTER),
    ("Ask for the tenancy agreement", TaskKind.OTHER),
)
_RARELY = 1 / 50


def fill_notes(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather up to two notes a case, few of them confidential, and a task on every other case at work."""
    for case in cases:
        for _ in range(random.choice(_HOW_MANY)):
            _add_note(rows, centre, random, case)
        if case.at_work and random.random() < 1 / 2:
            _add_task(rows, centre, random, case)


def _add_note(rows: Rows, centre: FilledCentre, random: Random, case: FilledCase) -> None:
    note_id, at = new_id(), case.opened_at + timedelta(minutes=random.randint(10, 600))
    rows.add(
        Note,
        centre_id=centre.centre_id,
        id=note_id,
        case_id=case.case_id,
        client_id=case.client_id,
        category_id=random.choice(centre.note_categories),
        priority=Priority.MEDIUM.value,
        body=random.choice(_WORDS),
        tags="[]",
        confidential=random.random() < _RARELY,
        visible_to_client=False,
        **tracked(at, case.advisor_id),
    )
    if case.papers and random.random() < _RARELY:
        rows.add(
            NoteAttachment,
            centre_id=centre.centre_id,
            id=new_id(),
            note_id=note_id,
            document_id=random.choice(case.papers),
            client_id=case.client_id,
            attached_at=at,
            attached_by=case.advisor_id,
        )


def _add_task(rows: Rows, centre: FilledCentre, random: Random, case: FilledCase) -> None:
    title, kind = random.choice(_TITLES)
    due = Due.by_day(today() + timedelta(days=random.randint(-10, 60)))
    rows.add(
        Task,
        centre_id=centre.centre_id,
        id=new_id(),
        case_id=case.case_id,
        client_id=case.client_id,
        title=title,
        kind=kind.value,
        priority=Priority.MEDIUM.value,
        assignee_id=case.advisor_id if random.random() < 1 / 2 else None,
        confidential=False,
        state=TaskState.OPEN.value,
        origin=TaskOrigin.HAND.value,
        snoozes=0,
        **due.columns(),
        **tracked(case.opened_at, case.advisor_id),
    )
