"""Writes the words of records that are there already, as the owner of the database: all centres', in portions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Integer, Uuid, bindparam, select, tuple_

from cma_graphql.persistence.base import CentreRow, Row
from cma_graphql.persistence.reads import AnySelect, compile_select
from cma_graphql.persistence.search_words import client_of, words_of

_PORTION = 5_000
_REPLACE = """
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[]) AS t (centre_id, word, record_id, client_id)
), gone AS (
    DELETE FROM search_words w
    USING (SELECT * FROM unnest($5::uuid[], $6::uuid[]) AS t (centre_id, record_id)) looked_at
    WHERE w.centre_id = looked_at.centre_id AND w.kind = $7 AND w.record_id = looked_at.record_id AND NOT EXISTS (
        SELECT FROM given g
        WHERE g.centre_id = w.centre_id AND g.record_id = w.record_id AND g.word = w.word
    )
)
INSERT INTO search_words (centre_id, kind, word, record_id, client_id)
SELECT centre_id, $7, word, record_id, client_id FROM given
ON CONFLICT DO NOTHING
"""


def searched_models() -> list[type[CentreRow]]:
    """Answer the models that say which of their columns are searched."""
    models = [mapper.class_ for mapper in Row.registry.mappers if issubclass(mapper.class_, CentreRow)]
    return sorted((model for model in models if model.searched), key=lambda model: model.__tablename__)


async def reindex(address: str, *, lacking: bool = False) -> Mapping[str, int]:
    """Write the words of every searched record; answer how many records there were by table. Safe to repeat.

    `lacking`: only of the tables whose records have no words at all, as after the migration that made them searched.
    Each portion is a transaction of its own, so that whoever writes a record meanwhile waits for one portion.
    """
    written: dict[str, int] = {}
    connection = await asyncpg.connect(address)
    try:
        await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=orjson.dumps, decoder=orjson.loads)
        for model in searched_models():
            table = model.__tablename__
            known = "SELECT EXISTS (SELECT FROM search_words WHERE kind = $1)"
            if lacking and await connection.fetchval(known, table):
                continue
            number = await _reindex_table(connection, model)
            if number or not lacking:
                written[table] = number
    finally:
        await connection.close()
    return written


async def _reindex_table(connection: "asyncpg.Connection[asyncpg.Record]", model: type[CentreRow]) -> int:
    written, after = 0, {"centre": UUID(int=0), "record": UUID(int=0), "portion": _PORTION}
    query = compile_select(_portion_after(model))
    while True:
        async with connection.transaction():
            rows = await connection.fetch(query.text, *query.arguments(after))
            if len(rows) == _PORTION:  # of the last record there may be rows more, whose words are written with its own
                rows = [row for row in rows if row["found"] != rows[-1]["found"]]
            await _write(connection, model, rows)
        if not rows:
            return written
        written += len(rows)
        after.update(centre=rows[-1]["centre_id"], record=rows[-1]["found"])


def _portion_after(model: type[CentreRow]) -> AnySelect:
    """Select the rows of the next records, kept from changing while their words are written."""
    table: Any = model
    found = getattr(table, model.searched_under)
    owner = [table.client_id] if hasattr(table, "client_id") else []
    position = tuple_(bindparam("centre", type_=Uuid()), bindparam("record", type_=Uuid()))
    return (
        select(table.centre_id, found.label("found"), *(getattr(table, name) for name in model.searched), *owner)
        .where(tuple_(table.centre_id, found) > position)
        .order_by(table.centre_id, found)
        .limit(bindparam("portion", type_=Integer()))
        .with_for_update(key_share=True)
    )


async def _write(
    connection: "asyncpg.Connection[asyncpg.Record]", model: type[CentreRow], rows: Sequence[asyncpg.Record]
) -> None:
    table = model.__tablename__
    lines = [
        (row["centre_id"], word, row["found"], client_of(table, row["found"], row.get("client_id")))
        for row in rows
        for word in words_of(model.searched, dict(row))
    ]
    given = [[line[number] for line in lines] for number in range(4)]
    await connection.execute(
        _REPLACE, *given, [row["centre_id"] for row in rows], [row["found"] for row in rows], table
    )
