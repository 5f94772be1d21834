"""Notes for tests."""

from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, today
from cma_graphql.domain.casework.notes import write_note
from cma_graphql.domain.notes.services.templates import create_template
from cma_graphql.domain.tasks.models import Activity
from cma_graphql.domain.tasks.services.close import complete_task
from cma_graphql.domain.tasks.services.create import create_task
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from cma_graphql.persistence.writing import unit_of_work
from support.compliance import a_paper
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


async def a_task(data: Data, creator: Actor, case_id: UUID | None, **given: Any) -> UUID:
    """Make a task on a case, due today unless said."""
    async with unit_of_work(data.database, data.keys, creator) as uow:
        return await create_task(uow, case_id=case_id, **{"title": "Ring the bank", "due_on": today(), **given})


async def fill_notes(data: Data, world: Any) -> None:
    """Give every case of a walk's centre notes and tasks whose words carry the centre's mark, one note confidential."""
    manager, mark = world.actors[Role.CENTRE_MANAGER.value], world.mark
    category = await category_of(data, world.centre)
    words: dict[str, Any] = {"body": f"{mark} note", "tags": [mark.lower()]}
    async with unit_of_work(data.database, data.keys, manager) as uow:
        await create_template(uow, name=f"{mark} template", category_id=category, body=mark, tags=[mark.lower()])
    for case_id in world.cases.values():
        paper = await a_paper(data, world.centre, case_id, title=f"{mark} enclosure")
        first = await a_note(data, manager, case_id, **words, visible_to_client=True, document_ids=[paper])
        await a_note(data, manager, case_id, **words, corrects_id=first)
        await a_note(data, manager, case_id, **words, confidential=True, follow_up_on=today())
        async with unit_of_work(data.database, data.keys, manager) as uow:
            task = await create_task(uow, title=f"{mark} task", details=mark, case_id=case_id, due_on=today())
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await complete_task(uow, task_id=task, version=1, outcome=mark, closed_by=(Activity.NOTE, first))
        async with unit_of_work(data.database, data.keys, manager) as uow:
            await create_task(uow, title=f"{mark} task", case_id=case_id, due_on=today(), for_advisor=True)
    async with unit_of_work(data.database, data.keys, system_of(world.centre)) as uow:
        await keep_tasks_in_step(uow, now())
