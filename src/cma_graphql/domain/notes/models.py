"""The tables of notes, their categories, templates and attachments."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, and_, exists, false, not_, or_, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, aliased, mapped_column

from cma_graphql.access.actor import Sight
from cma_graphql.domain.cases.models import Priority, of_visible_case
from cma_graphql.domain.clients.models import of_visible_client
from cma_graphql.persistence.base import (
    ACTOR_CENTRE,
    ACTOR_CLIENT,
    ACTOR_USER,
    CentreRow,
    EnumText,
    SoftDeleted,
    Tracked,
    belongs_to,
)


class NoteCategory(Tracked, CentreRow):
    """A centre's copy of a category of notes, or one of its own."""

    __tablename__ = "note_categories"

    catalogue_id: Mapped[UUID | None]
    code: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    legal: Mapped[bool]
    """Whether notes of it are written by those who settle legal matters: managers and compliance officers."""
    active: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (Index("note_categories_centre_id_code_key", "centre_id", "code", unique=True),)


class NoteTemplate(Tracked, CentreRow):
    """A text to begin notes with: its placeholders are filled from the case."""

    __tablename__ = "note_templates"

    category_id: Mapped[UUID]
    name: Mapped[str]
    body: Mapped[str]
    priority: Mapped[str] = mapped_column(EnumText(Priority))
    tags: Mapped[list[str]] = mapped_column(JSONB)
    active: Mapped[bool]

    __table_args__ = (
        belongs_to("note_categories", "category_id"),
        EnumText(Priority).check("priority"),
        CheckConstraint("jsonb_array_length(tags) <= 20", name="tags"),
        Index("note_templates_centre_id_name_key", "centre_id", "name", unique=True, postgresql_where=text("active")),
    )


class Note(Tracked, SoftDeleted, CentreRow):
    """A note on a case, or on a client without one. A later room that notes hang on as well links them itself."""

    __tablename__ = "notes"

    case_id: Mapped[UUID | None]
    client_id: Mapped[UUID]
    """Whose case it is, or whom it is about."""
    category_id: Mapped[UUID]
    corrects_id: Mapped[UUID | None]
    """The note that it corrects or adds to."""
    priority: Mapped[str] = mapped_column(EnumText(Priority))
    body: Mapped[str]
    tags: Mapped[list[str]] = mapped_column(JSONB)
    """Free text, so no array of text: events would show that in clear."""
    confidential: Mapped[bool]
    visible_to_client: Mapped[bool]
    follow_up_on: Mapped[date | None]
    deletion_reason: Mapped[str | None]
    author_elsewhere: Mapped[str | None]
    """Who wrote it at the centre that the case came from, by name and centre; None: it was written here."""
    documents_elsewhere: Mapped[list[str] | None] = mapped_column(JSONB)
    """What the documents are called that belong to it there."""

    __table_args__ = (
        belongs_to("cases", "case_id"),
        belongs_to("clients", "client_id"),
        belongs_to("note_categories", "category_id"),
        belongs_to("notes", "corrects_id"),
        EnumText(Priority).check("priority"),
        CheckConstraint("jsonb_array_length(tags) <= 20", name="tags"),
        CheckConstraint("NOT (confidential AND visible_to_client)", name="confidential"),
        CheckConstraint("case_id IS NOT NULL OR NOT confidential", name="confidential_case"),
        Index("notes_centre_id_created_at_idx", "centre_id", "created_at", "id"),
        Index("notes_centre_id_case_id_idx", "centre_id", "case_id", "created_at", "id"),
        Index("notes_centre_id_client_id_idx", "centre_id", "client_id", "created_at", "id"),
        Index("notes_centre_id_created_by_idx", "centre_id", "created_by", "created_at", "id"),
        Index("notes_centre_id_category_id_idx", "centre_id", "category_id", "created_at", "id"),
        Index("notes_centre_id_priority_idx", "centre_id", "priority", "created_at", "id"),
        Index(
            "notes_centre_id_corrects_id_idx",
            "centre_id",
            "corrects_id",
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            "notes_centre_id_follow_up_on_idx",
            "centre_id",
            "follow_up_on",
            "id",
            postgresql_where=text("follow_up_on IS NOT NULL"),
        ),
        Index(
            "notes_centre_id_confidential_idx", "centre_id", "created_at", "id", postgresql_where=text("confidential")
        ),
        Index(
            "notes_centre_id_without_case_idx", "centre_id", "client_id", "id", postgresql_where=text("case_id IS NULL")
        ),
        Index(
            "notes_centre_id_deleted_at_idx",
            "centre_id",
            "deleted_at",
            "id",
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the notes an actor with this sight sees.

        A confidential one is its author's, that of the advisors whose own case it is, the managers' and the
        compliance officers'; a client's are those that were opened to them.
        """
        return visible_note(cls, sight)


class NoteAttachment(CentreRow):
    """A document that belongs to a note of the same case, until it does not."""

    __tablename__ = "note_attachments"

    note_id: Mapped[UUID]
    document_id: Mapped[UUID]
    client_id: Mapped[UUID]
    attached_at: Mapped[datetime]
    attached_by: Mapped[UUID]
    detached_at: Mapped[datetime | None]
    detached_by: Mapped[UUID | None]

    __table_args__ = (
        belongs_to("notes", "note_id"),
        belongs_to("documents", "document_id"),
        belongs_to("clients", "client_id"),
        Index(
            "note_attachments_centre_id_note_id_document_id_key",
            "centre_id",
            "note_id",
            "document_id",
            unique=True,
            postgresql_where=text("detached_at IS NULL"),
        ),
        Index("note_attachments_centre_id_document_id_idx", "centre_id", "document_id", "note_id"),
    )

    @classmethod
    def record_rule(cls, sight: Sight) -> ColumnElement[bool] | None:
        """Confine to the attachments of notes an actor with this sight sees."""
        return of_visible_note(cls.note_id, sight)


def visible_note(note: Any, sight: Sight) -> ColumnElement[bool]:
    """Match the notes an actor with this sight sees."""
    case_id, on_client = note.case_id, note.case_id.is_(None)
    rule: ColumnElement[bool]
    match sight:
        case Sight.NOTHING:
            rule = false()
        case Sight.EVERYTHING:
            rule = or_(of_visible_case(case_id, sight), and_(on_client, of_visible_client(note.client_id, sight)))
        case Sight.RECORD:
            seen = or_(of_visible_case(case_id, sight), and_(on_client, of_visible_client(note.client_id, sight)))
            rule = and_(note.visible_to_client, note.client_id == ACTOR_CLIENT, seen)
        case Sight.OWN | Sight.TEAM | Sight.CENTRE:
            rule = or_(
                of_visible_case(case_id, Sight.OWN) if sight.confided_in else false(),
                and_(
                    or_(not_(note.confidential), note.created_by == ACTOR_USER),
                    of_visible_case(case_id, sight),
                ),
                and_(on_client, of_visible_client(note.client_id, sight)),
            )
    return rule


def of_visible_note(note_id: Any, sight: Sight, *, deleted: bool = False) -> ColumnElement[bool]:
    """Match what hangs on a note that an actor with this sight sees; on a deleted one where `deleted` says so."""
    seen = aliased(Note, name="seen_note")  # a name of its own: a list of notes may stand around it
    return exists().where(
        seen.centre_id == ACTOR_CENTRE,
        seen.id == note_id,
        true() if deleted else seen.deleted_at.is_(None),
        visible_note(seen, sight),
    )
