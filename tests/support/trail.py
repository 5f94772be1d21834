"""Reads what a centre's writes left behind: its events and its audit trail."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from support.data import Data


@dataclass(frozen=True)
class Left:
    """One event or audit row, its JSON read."""

    row: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.row[name]


async def _rows(data: Data, table: str, centre_id: UUID) -> list[Left]:
    connection = await asyncpg.connect(data.owner)
    try:
        for kind in ("json", "jsonb"):
            await connection.set_type_codec(kind, schema="pg_catalog", encoder=orjson.dumps, decoder=orjson.loads)
        rows = await connection.fetch(f"SELECT * FROM {table} WHERE centre_id = $1 ORDER BY seq", centre_id)  # noqa: S608
    finally:
        await connection.close()
    return [Left(dict(row)) for row in rows]


async def events_of(data: Data, centre_id: UUID) -> list[Left]:
    """Answer a centre's events, in their order."""
    return await _rows(data, "event_log", centre_id)


async def audit_of(data: Data, centre_id: UUID) -> list[Left]:
    """Answer a centre's audit rows, in their order."""
    return await _rows(data, "audit_logs", centre_id)
