"""The words by which records are found, kept in the unit of work that writes the records (decision 16).

A model says which of its columns are searched (`searched`); nothing else is needed. `^@` and comparisons of text
are the only look-ups that stay index conditions behind a policy, so that a record's words are rows of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, Uuid, column, delete, exists, func, inspect, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql import any_

from cma_graphql.core.formats.words import WordsOf
from cma_graphql.persistence.base import CentreRow, Row

MOST_WORDS = 60
"""How many words of one record are kept."""


class SearchWord(Row):
    """One word of one record."""

    __tablename__ = "search_words"

    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """The table whose columns the word stands in."""
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID | None]
    """The client whose record it is, or on whom it hangs: what a client of the portal reaches (decision 5)."""

    __table_args__ = (Index("search_words_centre_id_record_id_word_idx", "centre_id", "record_id", "word"),)


@dataclass(frozen=True, slots=True)
class Indexed:
    """A record whose words are to be written: all of them, and whether they come to what it has already."""

    kind: str
    record_id: UUID
    client_id: UUID | None
    words: frozenset[str]
    added: bool


def words_of(searched: Mapping[str, WordsOf], values: Mapping[str, Any]) -> frozenset[str]:
    """Answer the words of a record's searched columns; a list's are those of its items."""
    words: set[str] = set()
    for name, read in searched.items():
        value = values[name]
        for text in value if isinstance(value, list) else [value]:
            if text is not None:
                words.update(read(text))
    return frozenset(sorted(words)[:MOST_WORDS])


def to_index(session: Session) -> list[Indexed]:
    """Tell which records that the session is about to write need their words written, too."""
    found = []
    fresh = session.new  # a set that is made anew each time it is asked for
    for row in (*fresh, *session.dirty):
        searched = row.searched if isinstance(row, CentreRow) else {}
        if not searched:
            continue
        new = row in fresh
        attributes = inspect(row).attrs
        if new or any(attributes[name].history.has_changes() for name in searched):
            values = {name: getattr(row, name) for name in searched}
            record_id = getattr(row, row.searched_under)
            client_id = client_of(row.__tablename__, record_id, getattr(row, "client_id", None))
            added = new or row.searched_under != "id"  # a record keeps the words of all rows below it
            found.append(Indexed(row.__tablename__, record_id, client_id, words_of(searched, values), added))
    return found


def client_of(table: str, record_id: UUID, client_id: UUID | None) -> UUID | None:
    """Answer whose record it is: a client is its own."""
    return record_id if table == "clients" else client_id


async def write_words(connection: AsyncConnection, centre_id: UUID, records: Sequence[Indexed]) -> None:
    """Write the difference between the words that records of a centre have and those that they should have."""
    changed = [record for record in records if not record.added]
    if changed:
        kept = _rows(changed, "kept")
        await connection.execute(
            delete(SearchWord).where(
                SearchWord.centre_id == centre_id,
                SearchWord.record_id == any_(_array([record.record_id for record in changed], Uuid())),
                # The words of rows below the record stay, such as the names of its files.
                SearchWord.kind == any_(_array(sorted({record.kind for record in changed}), Text())),
                ~exists(
                    select(kept.c.word).where(kept.c.record_id == SearchWord.record_id, kept.c.word == SearchWord.word)
                ),
            )
        )
    if any(record.words for record in records):
        rows = _rows(records, "words")
        await connection.execute(
            insert(SearchWord)
            .from_select(
                ["centre_id", "kind", "word", "record_id", "client_id"],
                select(literal(centre_id, Uuid()), rows.c.kind, rows.c.word, rows.c.record_id, rows.c.client_id),
            )
            .on_conflict_do_nothing()
        )


def _rows(records: Iterable[Indexed], name: str) -> Any:
    """Write the records' words as a table: four arrays, however many they are."""
    lines = [(record.kind, word, record.record_id, record.client_id) for record in records for word in record.words]
    kinds, words, ids, clients = ([line[number] for line in lines] for number in range(4))
    return (
        func.unnest(_array(kinds, Text()), _array(words, Text()), _array(ids, Uuid()), _array(clients, Uuid()))
        .table_valued(
            column("kind", Text()),
            column("word", Text()),
            column("record_id", Uuid()),
            column("client_id", Uuid()),
            name=name,
        )
        .render_derived()
    )


def _array(values: Sequence[object], kind: Any) -> Any:
    return literal(list(values), ARRAY(kind))
