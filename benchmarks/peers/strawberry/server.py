"""Strawberry as it is usually written: its ASGI application, ORM objects, a DataLoader for each relation."""

import os
from collections.abc import AsyncGenerator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import strawberry
import uvicorn
from rows import BudgetSheet as BudgetSheetRow
from rows import Case as CaseRow
from rows import Document as DocumentRow
from rows import Rows, rows_of
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.extensions import SchemaExtension

Info = strawberry.Info[dict[str, Any], None]


@strawberry.type
class Client:
    """A client."""

    id: strawberry.ID
    reference: str
    first_name: str
    last_name: str


@strawberry.type
class Advisor:
    """An advisor."""

    id: strawberry.ID
    first_name: str
    last_name: str


@strawberry.type
class Debt:
    """A debt."""

    id: strawberry.ID
    status: str
    priority: str
    current_balance: Decimal | None
    balance_as_of: date | None


@strawberry.type
class BudgetSheet:
    """A budget."""

    id: strawberry.ID
    number: int
    status: str
    statement_date: date

    @classmethod
    def of(cls, row: BudgetSheetRow) -> Self:
        """Wrap a row."""
        return cls(
            id=strawberry.ID(str(row.id)), number=row.number, status=row.status, statement_date=row.statement_date
        )


@strawberry.type
class Document:
    """A document."""

    id: strawberry.ID
    title: str
    access_level: str
    created_at: datetime

    @classmethod
    def of(cls, row: DocumentRow) -> Self:
        """Wrap a row."""
        return cls(
            id=strawberry.ID(str(row.id)), title=row.title, access_level=row.access_level, created_at=row.created_at
        )


@strawberry.type
class Case:
    """A case."""

    row: strawberry.Private[CaseRow]
    id: strawberry.ID
    case_number: str
    title: str
    status: str
    stage: str
    priority: str
    complexity: str
    risk_level: str
    opened_on: date
    created_at: datetime
    version: int

    @classmethod
    def of(cls, row: CaseRow) -> Self:
        """Wrap a row."""
        return cls(
            row=row,
            id=strawberry.ID(str(row.id)),
            case_number=row.case_number,
            title=row.title,
            status=row.status,
            stage=row.stage,
            priority=row.priority,
            complexity=row.complexity,
            risk_level=row.risk_level,
            opened_on=row.opened_on,
            created_at=row.created_at,
            version=row.version,
        )

    @strawberry.field
    async def client(self, info: Info) -> Client | None:
        """Whose case it is."""
        row = await _rows(info).clients.load(self.row.client_id)
        return row and Client(
            id=strawberry.ID(str(row.id)),
            reference=row.reference,
            first_name=row.first_name,
            last_name=row.last_name,
        )

    @strawberry.field
    async def advisor(self, info: Info) -> Advisor | None:
        """Who works on it."""
        row = None if self.row.advisor_id is None else await _rows(info).advisors.load(self.row.advisor_id)
        return row and Advisor(id=strawberry.ID(str(row.id)), first_name=row.first_name, last_name=row.last_name)

    @strawberry.field
    async def debts(self, info: Info) -> list[Debt]:
        """Its debts."""
        return [
            Debt(
                id=strawberry.ID(str(row.id)),
                status=row.status,
                priority=row.priority,
                current_balance=row.current_balance,
                balance_as_of=row.balance_as_of,
            )
            for row in await _rows(info).debts.load(self.row.id)
        ]

    @strawberry.field
    async def current_budget(self, info: Info) -> BudgetSheet | None:
        """Its budget."""
        row = await _rows(info).budgets.load(self.row.id)
        return None if row is None else BudgetSheet.of(row)

    @strawberry.field
    async def documents(self, info: Info, first: int) -> list[Document]:
        """Its newest documents."""
        return [Document.of(row) for row in await _rows(info).documents.load((self.row.id, first))]


def _rows(info: Info) -> Rows:
    rows: Rows = info.context["rows"]
    return rows


@strawberry.type
class Query:
    """What can be read."""

    @strawberry.field
    async def case(self, info: Info, id: strawberry.ID) -> Case | None:  # noqa: A002 - GraphQL's name
        """Find a case."""
        rows = _rows(info)
        found = await rows.all(
            select(CaseRow).where(
                CaseRow.centre_id == rows.centre, CaseRow.id == UUID(id), CaseRow.deleted_at.is_(None)
            )
        )
        return Case.of(found[0]) if found else None

    @strawberry.field
    async def cases(self, info: Info, status: str, first: int) -> list[Case]:
        """List cases, newest first."""
        rows = _rows(info)
        found = await rows.all(
            select(CaseRow)
            .where(CaseRow.centre_id == rows.centre, CaseRow.status == status, CaseRow.deleted_at.is_(None))
            .order_by(CaseRow.created_at.desc(), CaseRow.id.desc())
            .limit(first)
        )
        return [Case.of(row) for row in found]


@strawberry.type
class Mutation:
    """What can be changed."""

    @strawberry.mutation
    async def case_set_priority(self, info: Info, id: strawberry.ID, priority: str) -> Case | None:  # noqa: A002
        """Change a case's priority."""
        rows = _rows(info)
        await rows.begin("READ WRITE")
        row = await rows.session.get(CaseRow, {"centre_id": rows.centre, "id": UUID(id)})
        if row is None:
            return None
        row.priority = priority
        await rows.session.flush()
        return Case.of(row)


class Transaction(SchemaExtension):
    """Keeps one request's session open while its operation runs."""

    async def on_operation(self) -> AsyncGenerator[None]:
        """Open the session, commit it."""
        context = self.execution_context.context
        async with rows_of(context["request"].headers["x-centre"]) as rows:
            context["rows"] = rows
            yield


class Application(GraphQL[dict[str, Any], None]):
    """The endpoint."""

    async def get_context(self, request: Any, response: Any) -> dict[str, Any]:
        """Make a request's context."""
        return {"request": request, "response": response}


schema = strawberry.Schema(Query, Mutation, extensions=[Transaction])
app = Starlette(routes=[Route("/graphql", Application(schema))])

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), access_log=False, log_level="warning")
