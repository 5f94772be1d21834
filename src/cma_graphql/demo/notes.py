"""A few notes and tasks of a demonstration centre, on its newest cases."""

from datetime import timedelta
from uuid import UUID

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.clock import now, today
from cma_graphql.domain.cases.models import Priority
from cma_graphql.domain.cases.selectors import CASES
from cma_graphql.domain.casework.notes import write_note
from cma_graphql.domain.notes.selectors import categories_in_order
from cma_graphql.domain.notes.services.templates import create_template
from cma_graphql.domain.tasks.models import TaskKind
from cma_graphql.domain.tasks.services.create import create_task
from cma_graphql.domain.tasks.upkeep import keep_tasks_in_step
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.window import Window
from cma_graphql.persistence.writing import unit_of_work

_CASES = 3
_TEMPLATE = "First call on {{case_number}} with {{client_name}}, {{today}}.\n\nWhat it is about:\n\nWhat was agreed:"


async def make_notes(database: Database, keys: CentreKeys, manager: Actor) -> None:
    """Write notes on a few open cases, one of them confidential and to be come back to, and give out tasks."""
    async with database.read(manager) as reader:
        page = await CASES.page(
            reader, order="CREATED_AT_DESC", window=Window(first=_CASES), filters={"status": ["IN_PROGRESS"]}
        )
        categories: dict[str, UUID] = {row["code"]: row["key"] for row in await reader.all(categories_in_order)}
    async with unit_of_work(database, keys, manager) as uow:
        await create_template(
            uow, name="First call", category_id=categories["CLIENT_CONTACT"], body=_TEMPLATE, tags=["first call"]
        )
    for number, case in enumerate(page.rows):
        await _on_case(database, keys, manager, case["key"], categories, first=not number)
    async with unit_of_work(database, keys, system_of(manager.centre_id)) as uow:
        await keep_tasks_in_step(uow, now())


async def _on_case(
    database: Database, keys: CentreKeys, manager: Actor, case_id: UUID, categories: dict[str, UUID], *, first: bool
) -> None:
    async with unit_of_work(database, keys, manager) as uow:
        await write_note(
            uow,
            case_id=case_id,
            category_id=categories["CREDITOR_CONTACT"],
            body="The creditor has put the account on hold for thirty days.",
            tags=["on hold"],
            visible_to_client=True,
        )
    if first:
        async with unit_of_work(database, keys, manager) as uow:
            await write_note(
                uow,
                case_id=case_id,
                category_id=categories["SUPERVISION"],
                body="Look at this one together before the offer goes out.",
                priority=Priority.HIGH,
                confidential=True,
                follow_up_on=today() + timedelta(days=3),
            )
    async with unit_of_work(database, keys, manager) as uow:
        await create_task(
            uow,
            title="Ring the client about the bank statements",
            kind=TaskKind.CALL,
            case_id=case_id,
            due_on=today() + timedelta(days=1),
            for_advisor=True,
        )
