"""Writes and changes notes."""

from cma_graphql.domain.notes.services.delete import delete_note, restore_note
from cma_graphql.domain.notes.services.update import set_note_access, update_note
from cma_graphql.domain.notes.services.write import write_note

__all__ = ["delete_note", "restore_note", "set_note_access", "update_note", "write_note"]
