"""Calls services as any actor, and looks at what they left behind, past every policy."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from cma_graphql.access.actor import Actor
from cma_graphql.core.errors import DomainError, Invalid, InvalidInput
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import Repetition, unit_of_work, write

Service = Callable[..., Awaitable[Any]]


class _TakenBack(Exception):
    """Ends a unit of work that is only a trial."""


def _take_back() -> None:
    raise _TakenBack


@dataclass
class Acting:
    """A way to call services, and a connection that sees every row."""

    database: Database
    keys: CentreKeys
    rows: "asyncpg.Connection[asyncpg.Record]"

    async def __call__(self, actor: Actor, service: Service, *, key: str | None = None, **arguments: Any) -> Any:
        """Call a service as a mutation would; `key` makes it repeatable."""
        repetition = (
            None if key is None else Repetition(service.__name__, key, repr(sorted(arguments.items())).encode())
        )
        outcome = await write(self.database, self.keys, actor, service, repetition=repetition, **arguments)
        return outcome if key is not None else outcome.returned

    async def attempt(self, actor: Actor, service: Service, **arguments: Any) -> str:
        """Tell how a service would answer, `done` or its refusal, and take everything back."""
        try:
            async with unit_of_work(self.database, self.keys, actor) as uow:
                await service(uow, **arguments)
                await uow.flush()
                _take_back()
        except _TakenBack:
            pass
        except DomainError as refusal:
            return type(refusal).__name__
        return "done"

    async def case(self, case_id: UUID) -> dict[str, Any]:
        """Answer a case's row."""
        row = await self.rows.fetchrow("SELECT * FROM cases WHERE id = $1", case_id)
        assert row is not None
        return dict(row)

    async def events(self, centre_id: UUID) -> list[dict[str, Any]]:
        """Answer a centre's events, in their order."""
        return [
            dict(row)
            for row in await self.rows.fetch("SELECT * FROM event_log WHERE centre_id = $1 ORDER BY seq", centre_id)
        ]

    async def audit(self, centre_id: UUID) -> list[dict[str, Any]]:
        """Answer a centre's audit rows, in their order."""
        return [
            dict(row)
            for row in await self.rows.fetch("SELECT * FROM audit_logs WHERE centre_id = $1 ORDER BY seq", centre_id)
        ]

    async def steps(self, case_id: UUID) -> list[tuple[str | None, str, str | None]]:
        """Answer a case's history: from, to, reason."""
        return [
            (row["from_status"], row["to_status"], row["reason"])
            for row in await self.rows.fetch(
                "SELECT * FROM case_status_history WHERE case_id = $1 ORDER BY changed_at, id", case_id
            )
        ]


def faults_of(refusal: DomainError) -> set[tuple[str, str]]:
    """Answer the field and rule of every fault that a refusal names."""
    assert isinstance(refusal, Invalid | InvalidInput)
    faults = refusal.faults if isinstance(refusal, InvalidInput) else (refusal,)
    return {(fault.field, fault.rule) for fault in faults}
