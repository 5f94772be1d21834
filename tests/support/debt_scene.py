"""A centre with a case and a creditor, and the mutations of creditors and debts by their documents."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document, most_statements


@dataclass
class DebtScene:
    """A centre with a manager, an advisor, their client's case, and a bank."""

    graph: Graph
    data: Data
    centre: UUID
    manager: Actor
    advisor: Actor
    client: UUID
    case: UUID
    bank: UUID

    async def ask(self, name: str, /, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation's document as the advisor, unless said; answer its payload."""
        answer = await self.graph.run(document(name), as_=as_ or self.advisor, input=given)
        assert answer.errors == [], answer.errors
        assert answer.statements <= most_statements(name)
        payload: dict[str, Any] = answer.data[name]
        return payload

    async def on(self, name: str, debt_id: UUID, version: int = 1, as_: Actor | None = None, **given: Any) -> Any:
        """Run a mutation of one debt."""
        return await self.ask(name, as_, id=write_id("debt", debt_id), expectedVersion=version, **given)

    async def adding(self, **given: Any) -> dict[str, Any]:
        """Say all that adding a credit-card debt of the bank needs."""
        return {
            "caseId": write_id("case", self.case),
            "debtTypeId": write_id("debttype", await self.type_of(given.pop("code", "CREDIT_CARD"))),
            "creditorId": write_id("creditor", self.bank),
            **given,
        }

    async def type_of(self, code: str) -> UUID:
        """Find the centre's type of debt with a code."""
        key: UUID = await self.value("SELECT id FROM debt_types WHERE centre_id = $1 AND code = $2", self.centre, code)
        return key

    async def value(self, query: str, *arguments: Any) -> Any:
        """Read one value, past every policy."""
        connection = await asyncpg.connect(self.data.owner)
        try:
            return await connection.fetchval(query, *arguments)
        finally:
            await connection.close()

    async def row(self, table: str, key: UUID) -> dict[str, Any]:
        """Read one row, past every policy."""
        connection = await asyncpg.connect(self.data.owner)
        try:
            row = await connection.fetchrow(f"SELECT * FROM {table} WHERE id = $1", key)  # noqa: S608 - a test's table
        finally:
            await connection.close()
        assert row is not None
        return dict(row)
