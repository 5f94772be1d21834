"""Every select of notes, their categories, templates and attachments."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Text, Uuid, bindparam, func, not_, select, union_all
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.clients.models import of_visible_client
from cma_graphql.domain.clients.sight import keys_on_cases_seen
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.documents.selectors import DOCUMENT_COLUMNS
from cma_graphql.domain.notes.models import Note, NoteAttachment, NoteCategory, NoteTemplate
from cma_graphql.domain.users.models import TeamMember
from cma_graphql.persistence.facets import Facet
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    aligned,
    grouped,
    live,
    of_centre,
    statement,
)

NOTE_COLUMNS = (
    Note.id.label("key"),
    Note.case_id,
    Note.client_id,
    Note.category_id,
    Note.corrects_id,
    Note.priority,
    Note.body,
    Note.tags,
    Note.confidential,
    Note.visible_to_client,
    Note.follow_up_on,
    Note.created_at,
    Note.created_by,
    Note.author_elsewhere.label("author_there"),
    Note.documents_elsewhere.label("documents_there"),
    Note.updated_at,
    Note.version,
)
DELETED_COLUMNS = (
    Note.id.label("key"),
    Note.case_id,
    Note.client_id,
    Note.deletion_reason,
    Note.deleted_at,
    Note.deleted_by,
    Note.created_at,
    Note.created_by,
    Note.version,
)
CATEGORY_COLUMNS = (
    NoteCategory.id.label("key"),
    NoteCategory.code,
    NoteCategory.name,
    NoteCategory.description,
    NoteCategory.legal,
    NoteCategory.active,
    NoteCategory.position,
    NoteCategory.version,
)
TEMPLATE_COLUMNS = (
    NoteTemplate.id.label("key"),
    NoteTemplate.category_id,
    NoteTemplate.name,
    NoteTemplate.body,
    NoteTemplate.priority,
    NoteTemplate.tags,
    NoteTemplate.active,
    NoteTemplate.version,
)


def _keys_seen(*, deleted: bool = False) -> Callable[[Sight], Any]:
    """Make the source of a list of notes: those on the cases that a narrow sight sees, and on clients alone."""
    on_cases = keys_on_cases_seen(Note, deleted=deleted)

    def keys(sight: Sight) -> Any:
        of_cases = on_cases(sight)
        if of_cases is None:
            return None
        of_clients = select(Note.id.label("key")).where(
            of_centre(Note),
            Note.deleted_at.is_not(None) if deleted else Note.deleted_at.is_(None),
            Note.case_id.is_(None),
            of_visible_client(Note.client_id, sight),
        )
        return select(union_all(of_cases, of_clients).subquery("seen_notes").c.key)

    return keys


NOTES = Listing(
    Note,
    columns=NOTE_COLUMNS,
    orders={
        "CREATED_AT_ASC": Order((Note.created_at,)),
        "CREATED_AT_DESC": Order((Note.created_at,), descending=True),
    },
    conditions={
        "case": Note.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "client": Note.client_id == any_(bindparam("client", type_=ARRAY(Uuid()))),
        "category": Note.category_id == any_(bindparam("category", type_=ARRAY(Uuid()))),
        "priority": Note.priority == any_(bindparam("priority", type_=ARRAY(Text()))),
        "author": Note.created_by == any_(bindparam("author", type_=ARRAY(Uuid()))),
        "tag": Note.tags.op("?|")(bindparam("tag", type_=ARRAY(Text()))),
        "confidential": Note.confidential,
        "not_confidential": not_(Note.confidential),
        "visible_to_client": Note.visible_to_client,
        "not_visible_to_client": not_(Note.visible_to_client),
        "follow_up_before": Note.follow_up_on < bindparam("follow_up_before", type_=Date()),
        "without_case": Note.case_id.is_(None),
    },
    parents=("case_id", "client_id", "created_by", "category_id"),
    source=_keys_seen(),
    facets={
        "category": Facet(Note.category_id, own=("category",)),
        "priority": Facet(Note.priority, own=("priority",)),
    },
    merged={"author": Note.created_by, "category": Note.category_id, "priority": Note.priority},
    exact=("case", "client"),
)
DELETED_NOTES = Listing(
    Note,
    columns=DELETED_COLUMNS,
    orders={"DELETED_AT_DESC": Order((Note.deleted_at,), descending=True)},
    conditions={"not_visible_to_client": not_(Note.visible_to_client)},
    deleted=True,
    source=_keys_seen(deleted=True),
)


@statement
def notes_by_key(sight: Sight) -> AnySelect:
    """Select these notes."""
    return select(*NOTE_COLUMNS).where(live(Note, sight), Note.id == any_(KEYS))


@statement
def deleted_notes_by_key(sight: Sight) -> AnySelect:
    """Select these notes, where they are deleted."""
    return select(*DELETED_COLUMNS).where(live(Note, sight, deleted=True), Note.id == any_(KEYS))


@statement
def place_of_note(sight: Sight, deleted: bool) -> AnySelect:  # noqa: FBT001 - part of the shape
    """Select which case and client a note, or a deleted one, hangs on."""
    return select(Note.case_id, Note.client_id).where(
        live(Note, sight, deleted=deleted), Note.id == bindparam("note_id", type_=Uuid())
    )


@statement
def confidentiality_of_note(_sight: Sight) -> AnySelect:
    """Select whether a note that one which the actor holds locked corrects is confidential, whoever sees it."""
    return select(Note.confidential).where(of_centre(Note), Note.id == bindparam("note_id", type_=Uuid()))


@statement
def corrections_by_note(sight: Sight) -> AnySelect:
    """Select the notes that correct these ones or add to them, the first first."""
    return (
        select(*NOTE_COLUMNS)
        .where(live(Note, sight), Note.corrects_id == any_(KEYS))
        .order_by(Note.corrects_id, Note.created_at, Note.id)
    )


@statement
def documents_by_note(sight: Sight) -> AnySelect:
    """Select the documents that belong to these notes and that the actor sees, the first attached first."""
    return (
        select(NoteAttachment.note_id, *DOCUMENT_COLUMNS)
        .join(Document, (Document.centre_id == NoteAttachment.centre_id) & (Document.id == NoteAttachment.document_id))
        .where(
            live(NoteAttachment, sight),
            live(Document, sight),
            NoteAttachment.detached_at.is_(None),
            NoteAttachment.note_id == any_(KEYS),
        )
        .order_by(NoteAttachment.note_id, NoteAttachment.attached_at, NoteAttachment.id)
    )


@statement
def notes_by_document(sight: Sight) -> AnySelect:
    """Select the notes that these documents belong to and that the actor sees, the first attached first."""
    return (
        select(NoteAttachment.document_id, *NOTE_COLUMNS)
        .join(Note, (Note.centre_id == NoteAttachment.centre_id) & (Note.id == NoteAttachment.note_id))
        .where(
            live(NoteAttachment, sight),
            live(Note, sight),
            NoteAttachment.detached_at.is_(None),
            NoteAttachment.document_id == any_(KEYS),
        )
        .order_by(NoteAttachment.document_id, NoteAttachment.attached_at, NoteAttachment.id)
    )


@statement
def attachments_of_note(_sight: Sight) -> AnySelect:
    """Select the present attachments of a note that the actor holds locked, also of documents they do not see."""
    return select(NoteAttachment.id.label("key"), NoteAttachment.document_id).where(
        of_centre(NoteAttachment),
        NoteAttachment.detached_at.is_(None),
        NoteAttachment.note_id == bindparam("note_id", type_=Uuid()),
    )


@statement
def number_of_notes_of_document(_sight: Sight) -> AnySelect:
    """Count the notes that a document belongs to, whoever asks."""
    return select(func.count().label("number")).where(
        of_centre(NoteAttachment),
        NoteAttachment.detached_at.is_(None),
        NoteAttachment.document_id == bindparam("document_id", type_=Uuid()),
    )


@statement
def members_of_team(_sight: Sight) -> AnySelect:
    """Select which of these people are members of a team at present."""
    return select(TeamMember.user_id.label("key")).where(
        of_centre(TeamMember),
        TeamMember.removed_at.is_(None),
        TeamMember.team_id == bindparam("team_id", type_=Uuid()),
        TeamMember.user_id == any_(KEYS),
    )


@statement
def categories_in_order(sight: Sight) -> AnySelect:
    """Select the centre's categories of notes, in their order."""
    return select(*CATEGORY_COLUMNS).where(live(NoteCategory, sight)).order_by(NoteCategory.position, NoteCategory.code)


@statement
def categories_by_key(sight: Sight) -> AnySelect:
    """Select these categories."""
    return select(*CATEGORY_COLUMNS).where(live(NoteCategory, sight), NoteCategory.id == any_(KEYS))


@statement
def templates_in_order(sight: Sight) -> AnySelect:
    """Select the centre's templates of notes, by their names; those in use alone."""
    return (
        select(*TEMPLATE_COLUMNS)
        .where(live(NoteTemplate, sight), NoteTemplate.active)
        .order_by(NoteTemplate.name, NoteTemplate.id)
    )


@statement
def templates_by_key(sight: Sight) -> AnySelect:
    """Select these templates."""
    return select(*TEMPLATE_COLUMNS).where(live(NoteTemplate, sight), NoteTemplate.id == any_(KEYS))


async def notes_by_id(reads: Reads, note_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these notes, in their order, None for those the actor does not see."""
    return await aligned(reads, notes_by_key, note_ids)


async def deleted_notes_by_id(reads: Reads, note_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these notes, in their order, None for those that are not deleted."""
    return await aligned(reads, deleted_notes_by_key, note_ids)


async def corrections_of_notes(reads: Reads, note_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the notes that correct each note or add to it."""
    return await grouped(reads, corrections_by_note, note_ids, by="corrects_id")


async def documents_of_notes(reads: Reads, note_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the documents that belong to each note."""
    return await grouped(reads, documents_by_note, note_ids, by="note_id")


async def notes_of_documents(reads: Reads, document_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer the notes that each document belongs to."""
    return await grouped(reads, notes_by_document, document_ids, by="document_id")


async def categories_by_id(reads: Reads, category_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these categories, in their order."""
    return await aligned(reads, categories_by_key, category_ids)


async def templates_by_id(reads: Reads, template_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these templates, in their order, retired ones included."""
    return await aligned(reads, templates_by_key, template_ids)
