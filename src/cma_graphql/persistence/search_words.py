"""The words by which records are found, kept in the unit of work that writes the records (decision 16).

A model says which of its columns are searched (`searched`); nothing else is needed. `^@` and comparisons of text
are the only look-ups that stay index conditions behind a policy, so that a record's words are rows of their own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, Uuid, bindparam, column, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import any_

from cma_graphql.core.formats.words import WordsOf
from cma_graphql.persistence.base import CentreRow, Row
from cma_graphql.persistence.kept import Pending
from cma_graphql.persistence.reads import Compiled
from cma_graphql.persistence.transaction import Transaction, compile_change

MOST_WORDS = 100
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


def to_index(pending: Iterable[Pending]) -> list[Indexed]:
    """Tell which records that are about to be written need their words written, too."""
    found = []
    for item in pending:
        row = item.row
        if isinstance(row, CentreRow) and row.searched and (item.new or not item.keys.isdisjoint(row.searched)):
            values = {name: getattr(row, name) for name in row.searched}
            record_id = getattr(row, row.searched_under)
            client_id = client_of(row.__tablename__, record_id, getattr(row, "client_id", None))
            added = item.new or row.searched_under != "id"  # a record keeps the words of all rows below it
            found.append(Indexed(row.__tablename__, record_id, client_id, words_of(row.searched, values), added))
    return found


def client_of(table: str, record_id: UUID, client_id: UUID | None) -> UUID | None:
    """Answer whose record it is: a client is its own."""
    return record_id if table == "clients" else client_id


async def write_words(transaction: Transaction, centre_id: UUID, records: Sequence[Indexed]) -> None:
    """Write the difference between the words that records of a centre have and those that they should have."""
    changed = [record for record in records if not record.added]
    if changed:
        given = {
            **_lines(changed),
            "centre": centre_id,
            "records": [record.record_id for record in changed],
            "tables": sorted({record.kind for record in changed}),
        }
        await transaction.execute(_taking_away().text, _taking_away().arguments(given))
    if any(record.words for record in records):
        given = {**_lines(records), "centre": centre_id}
        await transaction.execute(_putting_in().text, _putting_in().arguments(given))


@cache
def _taking_away() -> Compiled:
    """Compile what takes away the words that changed records have no more."""
    kept = _rows("kept")
    return compile_change(
        delete(SearchWord).where(
            SearchWord.centre_id == bindparam("centre", type_=Uuid()),
            SearchWord.record_id == any_(bindparam("records", type_=ARRAY(Uuid()))),
            # The words of rows below the record stay, such as the names of its files.
            SearchWord.kind == any_(bindparam("tables", type_=ARRAY(Text()))),
            ~exists(
                select(kept.c.word).where(kept.c.record_id == SearchWord.record_id, kept.c.word == SearchWord.word)
            ),
        )
    )


@cache
def _putting_in() -> Compiled:
    """Compile what puts in the words that records do not have yet."""
    rows = _rows("words")
    centre: Any = bindparam("centre", type_=Uuid())
    return compile_change(
        insert(SearchWord)
        .from_select(
            ["centre_id", "kind", "word", "record_id", "client_id"],
            select(centre, rows.c.kind, rows.c.word, rows.c.record_id, rows.c.client_id),
        )
        .on_conflict_do_nothing()
    )


def _lines(records: Iterable[Indexed]) -> dict[str, list[object]]:
    """Write the records' words as a table: four arrays, however many they are."""
    lines = [(record.kind, word, record.record_id, record.client_id) for record in records for word in record.words]
    return {name: [line[number] for line in lines] for number, name in enumerate(("kinds", "words", "ids", "clients"))}


def _rows(name: str) -> Any:
    return (
        func.unnest(
            bindparam("kinds", type_=ARRAY(Text())),
            bindparam("words", type_=ARRAY(Text())),
            bindparam("ids", type_=ARRAY(Uuid())),
            bindparam("clients", type_=ARRAY(Uuid())),
        )
        .table_valued(
            column("kind", Text()),
            column("word", Text()),
            column("record_id", Uuid()),
            column("client_id", Uuid()),
            name=name,
        )
        .render_derived()
    )
