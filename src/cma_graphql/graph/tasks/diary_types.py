"""The diary, as the schema shows it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.compliance.selectors import case_compliances_by_id
from cma_graphql.domain.debts.selectors import debts_by_id
from cma_graphql.domain.tasks.selectors import tasks_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseComplianceRef, CaseRef, ClientRef, DebtRef, TaskRef
from cma_graphql.graph.tasks.enums import DiaryKind
from cma_graphql.persistence.reads import Reads, Record


@strawberry.type(description="Something in the diary: a task, or a date of a case for which no task stands.")
class DiaryEntry(FromRecord):
    """One entry."""

    client_column: ClassVar[str | None] = "client_id"

    kind: DiaryKind = strawberry.field(description="What it is.")
    day: date = strawberry.field(description="The day, in London.")
    at: datetime = strawberry.field(description="The instant: of what has no hour, the end of its day.")
    timed: bool = strawberry.field(description="Whether it has an hour.")
    key: strawberry.Private[UUID]
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID | None]

    @relation(description="The task, where it is one.", requires=Permission.CASE_READ)
    async def task(entries: list["DiaryEntry"], info: Info) -> list[TaskRef | None]:
        """Answer each entry's task."""
        return await _subjects(entries, info, DiaryKind.TASK, tasks_by_id)

    @relation(description="The debt, where it is a debt's date.", requires=Permission.CASE_READ)
    async def debt(entries: list["DiaryEntry"], info: Info) -> list[DebtRef | None]:
        """Answer each entry's debt."""
        return await _subjects(entries, info, DiaryKind.DEBT_DATE, debts_by_id)

    @relation(description="The checklist of the case, where it is a deadline on one.", requires=Permission.CASE_READ)
    async def checklist(entries: list["DiaryEntry"], info: Info) -> list[CaseComplianceRef | None]:
        """Answer each entry's checklist."""
        return await _subjects(entries, info, DiaryKind.COMPLIANCE_DEADLINE, case_compliances_by_id)

    @relation(description="The case, where it is on one.", requires=Permission.CASE_READ, reads=())
    async def case(entries: list["DiaryEntry"], info: Info) -> list[CaseRef | None]:
        """Answer each entry's case."""
        found = iter(await cases_by_id(reader_for(info), [key for it in entries if (key := it.case_id) is not None]))
        return [None if entry.case_id is None else next(found) for entry in entries]

    @relation(description="The client, where it is about one.", requires=Permission.CLIENT_READ, reads=())
    async def client(entries: list["DiaryEntry"], info: Info) -> list[ClientRef | None]:
        """Answer each entry's client."""
        keys = [key for it in entries if (key := it.client_id) is not None]
        found = iter(await clients_by_id(reader_for(info), keys))
        return [None if entry.client_id is None else next(found) for entry in entries]


async def _subjects(
    entries: Sequence[DiaryEntry],
    info: Info,
    kind: DiaryKind,
    load: Callable[[Reads, Sequence[UUID]], Awaitable[list[Record | None]]],
) -> list[Record | None]:
    """Answer what each entry is, where it is of this kind."""
    keys = [entry.key for entry in entries if entry.kind == kind]
    found = dict(zip(keys, await load(info.context.reader, keys), strict=True))
    return [found[entry.key] if entry.kind == kind else None for entry in entries]
