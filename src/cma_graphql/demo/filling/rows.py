"""Rows of any tables, gathered and written by the thousand: copied into a temporary table, then inserted."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from cma_graphql.domain.every_table import METADATA
from cma_graphql.persistence.base import Row

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def tracked(at: datetime, by: UUID, *, changed_at: datetime | None = None) -> dict[str, object]:
    """Answer the columns that every tracked record has, for one made then by this person."""
    return {"created_at": at, "created_by": by, "updated_at": changed_at or at, "updated_by": by, "version": 1}


class Rows:
    """Rows of several tables, not yet written."""

    def __init__(self) -> None:
        self._rows: dict[str, list[dict[str, object]]] = defaultdict(list)

    def add(self, kind: type[Row], /, **columns: object) -> None:
        """Gather one row. A column that all rows leave out gets the table's default; one that some leave out, null."""
        self._rows[kind.__tablename__].append(columns)

    async def write(self, connection: "asyncpg.Connection[Any]") -> int:
        """Write everything gathered in one transaction, parents before children; answer how many rows it was.

        Row security refuses COPY into the tables themselves (decision 2).
        """
        written = 0
        async with connection.transaction():
            for table in METADATA.sorted_tables:
                rows = self._rows.pop(table.name, [])
                if rows:
                    await _write(connection, table, rows)
                    written += len(rows)
        return written


async def _write(connection: "asyncpg.Connection[Any]", table: Table, rows: list[dict[str, object]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    waiting = Table(
        f"filling_{table.name}",
        MetaData(),
        *(Column(name, table.columns[name].type) for name in names),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    await connection.execute(str(CreateTable(waiting).compile(dialect=_DIALECT)))
    await connection.copy_records_to_table(
        waiting.name, records=[[row.get(name) for name in names] for row in rows], columns=names
    )
    moved = insert(table).from_select(names, select(*waiting.columns))
    await connection.execute(str(moved.compile(dialect=_DIALECT)))
