"""What the database says, read as its owner: where cases stand, and what has happened to them."""

import json
from collections.abc import Mapping
from uuid import UUID

import asyncpg

from cma_graphql.persistence.embedded import EmbeddedPostgres
from soak.scope import CaseState, Logged
from support.outages import owners_address

_STATES = "SELECT centre_id, id, advisor_id, team_id, restricted FROM cases"
_LOG = """
SELECT centre_id, seq, name, subject_id, occurred_at, changes FROM event_log WHERE entity = 'case'
ORDER BY centre_id, seq
"""


async def read_states(postgres: EmbeddedPostgres) -> Mapping[UUID, Mapping[UUID, CaseState]]:
    """Answer each centre's cases as they are now."""
    states: dict[UUID, dict[UUID, CaseState]] = {}
    for row in await _fetch(postgres, _STATES):
        state = CaseState(row["advisor_id"], row["team_id"], row["restricted"])
        states.setdefault(row["centre_id"], {})[row["id"]] = state
    return states


async def read_log(postgres: EmbeddedPostgres) -> Mapping[UUID, list[Logged]]:
    """Answer what has happened to each centre's cases, in order."""
    log: dict[UUID, list[Logged]] = {}
    for row in await _fetch(postgres, _LOG):
        changes = json.loads(row["changes"])
        event = Logged(row["seq"], row["name"], row["subject_id"], row["occurred_at"], changes)
        log.setdefault(row["centre_id"], []).append(event)
    return log


async def _fetch(postgres: EmbeddedPostgres, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(owners_address(postgres))
    try:
        rows: list[asyncpg.Record] = await connection.fetch(statement)
    finally:
        await connection.close()
    return rows
