"""The tables as an ORM is usually told of them, and the loaders of one request."""

import asyncio
import os
import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from strawberry.dataloader import DataLoader

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BEGIN = {
    "READ ONLY": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "READ WRITE": "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE",
}

engine = create_async_engine(
    f"postgresql+asyncpg://{os.environ['PGUSER']}@/{os.environ['PGDATABASE']}?host={os.environ['PGHOST']}",
    pool_size=int(os.environ["BENCH_POOL"]),
    max_overflow=0,
)
make_session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """What every table has: a centre and an id."""

    centre_id: Mapped[UUID] = mapped_column(primary_key=True)


class Client(Base):
    """A client."""

    __tablename__ = "clients"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    deleted_at: Mapped[datetime | None]


class Advisor(Base):
    """A member of the centre's staff."""

    __tablename__ = "memberships"
    id: Mapped[UUID] = mapped_column("user_id", primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]


class Debt(Base):
    """A debt of one case."""

    __tablename__ = "debts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    status: Mapped[str]
    priority: Mapped[str]
    current_balance: Mapped[Decimal | None]
    balance_as_of: Mapped[date | None]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class BudgetSheet(Base):
    """A budget of one case."""

    __tablename__ = "budget_sheets"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    number: Mapped[int]
    status: Mapped[str]
    statement_date: Mapped[date]


class Document(Base):
    """A document of one case."""

    __tablename__ = "documents"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    title: Mapped[str]
    access_level: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class Case(Base):
    """A case."""

    __tablename__ = "cases"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_number: Mapped[str]
    title: Mapped[str]
    status: Mapped[str]
    stage: Mapped[str]
    priority: Mapped[str]
    complexity: Mapped[str]
    risk_level: Mapped[str]
    opened_on: Mapped[date]
    created_at: Mapped[datetime]
    version: Mapped[int]
    client_id: Mapped[UUID]
    advisor_id: Mapped[UUID | None]
    deleted_at: Mapped[datetime | None]


class Rows:
    """One request's session and loaders, all in one transaction of one centre."""

    def __init__(self, session: AsyncSession, centre: UUID) -> None:
        self.session = session
        self.centre = centre
        self._lock = asyncio.Lock()  # a session runs one statement at a time, and loaders start together
        self._mode: str | None = None
        self.clients = DataLoader(load_fn=self._one(Client, Client.id, Client.deleted_at.is_(None)))
        self.advisors = DataLoader(load_fn=self._one(Advisor, Advisor.id))
        self.debts = DataLoader(load_fn=self._debts)
        self.budgets = DataLoader(load_fn=self._budgets)
        self.documents = DataLoader(load_fn=self._documents)

    async def begin(self, mode: str) -> None:
        """Begin the transaction of one centre, once."""
        if self._mode is None:
            self._mode = mode
            await self.session.execute(text(_BEGIN[mode]))
            await self.session.execute(
                text("SELECT set_config('app.centre_id', :centre, true)"), {"centre": str(self.centre)}
            )

    async def all(self, query: Select[Any]) -> Sequence[Any]:
        """Answer the objects of a query."""
        async with self._lock:
            await self.begin("READ ONLY")
            return (await self.session.scalars(query)).all()

    def _one(self, kind: Any, key: Any, *conditions: Any) -> Callable[[list[UUID]], Awaitable[list[Any]]]:
        async def load(keys: list[UUID]) -> list[Any]:
            found = await self.all(select(kind).where(kind.centre_id == self.centre, key.in_(keys), *conditions))
            by_key = {row.id: row for row in found}
            return [by_key.get(one) for one in keys]

        return load

    async def _debts(self, keys: list[UUID]) -> list[list[Debt]]:
        found = await self.all(
            select(Debt)
            .where(Debt.centre_id == self.centre, Debt.case_id.in_(keys), Debt.deleted_at.is_(None))
            .order_by(Debt.created_at, Debt.id)
        )
        return _grouped(keys, found)

    async def _budgets(self, keys: list[UUID]) -> list[BudgetSheet | None]:
        found = await self.all(
            select(BudgetSheet)
            .where(
                BudgetSheet.centre_id == self.centre,
                BudgetSheet.case_id.in_(keys),
                BudgetSheet.status == "CONFIRMED_BY_CLIENT",
            )
            .order_by(BudgetSheet.number.desc())
        )
        return [rows[0] if rows else None for rows in _grouped(keys, found)]

    async def _documents(self, keys: list[tuple[UUID, int]]) -> list[list[Document]]:
        found = await self.all(
            select(Document)
            .where(
                Document.centre_id == self.centre,
                Document.case_id.in_([case_id for case_id, _ in keys]),
                Document.deleted_at.is_(None),
            )
            .order_by(Document.created_at.desc(), Document.id.desc())
        )
        by_case = _grouped([case_id for case_id, _ in keys], found)
        return [rows[:first] for rows, (_, first) in zip(by_case, keys, strict=True)]


def _grouped(keys: Sequence[UUID], rows: Sequence[Any]) -> list[list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return [found[key] for key in keys]


@asynccontextmanager
async def rows_of(centre: str) -> AsyncGenerator[Rows]:
    """Open one request's rows; commit at the end. Raises ValueError where the centre is no uuid."""
    if not _UUID.fullmatch(centre):
        raise ValueError("centre")
    async with make_session() as session, session.begin():
        yield Rows(session, UUID(centre))
