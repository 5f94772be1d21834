"""Who may write, change and delete which notes, besides seeing them: the record rule says who sees which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Forbidden, Invalid
from cma_graphql.persistence.reads import Reads

LOCKED_AFTER = timedelta(hours=24)
"""After this a note's words stay as they are: time to mend a slip by the next working morning, not to tell another
story once something has come of it. What is to be said then is said in a further note that names this one."""


def locked_at(written_at: datetime) -> datetime:
    """Tell from when the words of a note cannot be changed."""
    return written_at + LOCKED_AFTER


def require_unlocked(written_at: datetime) -> None:
    """Raise Invalid where a note's words cannot be changed any more."""
    if now() >= locked_at(written_at):
        raise Invalid(
            "id",
            "note-locked",
            "This note is locked: write a further one that corrects it.",
            lockedAt=locked_at(written_at).isoformat(),
        )


def require_words_are_own(actor: Actor, author_id: UUID) -> None:
    """Raise Forbidden where somebody would change another's words."""
    if actor.user_id != author_id:
        raise Forbidden(
            Permission.NOTE_WRITE.name, "Only its author changes a note's words: write one that corrects it."
        )


def require_category(actor: Actor, *, legal: bool) -> None:
    """Raise Forbidden for a category that is not the actor's to write in.

    Legal notes are for those who settle a case's legal matters; who changes nothing else of cases, a compliance
    officer, writes no others (domain reference 5.5).
    """
    needed = Permission.CASE_UPDATE_LEGAL if legal else Permission.CASE_UPDATE
    if not actor.may(needed):
        raise Forbidden(
            needed.name,
            "Legal notes are written by managers and compliance officers."
            if legal
            else "A compliance officer writes legal notes.",
        )


def require_may_delete(actor: Actor, *, author_id: UUID, written_at: datetime) -> None:
    """Raise Forbidden or Invalid: a manager deletes any note, an author an own one that is not locked yet."""
    if manages(actor):
        return
    require_words_are_own(actor, author_id)
    require_unlocked(written_at)


def manages(actor: Actor) -> bool:
    """Tell whether an actor runs the centre."""
    return actor.reach(Permission.CASE_DELETE) is Reach.CENTRE


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFacts:
    """What of a note its rules look at."""

    author_id: UUID
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRights:
    """What an actor may do with one note, as far as rights go; its case's state and reach are other matters."""

    edit: bool
    delete: bool


def rights_over(reads: Reads, notes: Sequence[NoteFacts]) -> list[NoteRights]:
    """Answer what the actor may do with each of these notes, all visible."""
    actor = reads.actor
    writes = actor.may(Permission.NOTE_WRITE) and actor.kind is not ActorKind.CLIENT
    moment = now()

    def own_and_open(note: NoteFacts) -> bool:
        return writes and note.author_id == actor.user_id and moment < locked_at(note.written_at)

    return [
        NoteRights(edit=own_and_open(note), delete=own_and_open(note) or (writes and manages(actor))) for note in notes
    ]
