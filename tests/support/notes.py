"""Notes for tests."""

from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.domain.casework.notes import write_note
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


async def category_of(data: Data, centre: UUID, code: str = "GENERAL") -> UUID:
    """Find a category of a centre."""
    connection = await asyncpg.connect(data.owner)
    try:
        key: UUID = await connection.fetchval(
            "SELECT id FROM note_categories WHERE centre_id = $1 AND code = $2", centre, code
        )
    finally:
        await connection.close()
    return key


async def a_note(data: Data, author: Actor, case_id: UUID | None, *, category: str = "GENERAL", **given: Any) -> UUID:
    """Write a note."""
    values = {"body": "Rang the bank.", **given}
    category_id = await category_of(data, author.centre_id, category)
    async with unit_of_work(data.database, data.keys, author) as uow:
        return await write_note(uow, case_id=case_id, category_id=category_id, **values)
