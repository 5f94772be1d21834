"""Counts the statements of units of work: the ORM's, and those that go to the driver at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event

from cma_graphql.persistence.unit_of_work import UnitOfWork
from support.acting import Acting


@dataclass
class Count:
    """Statements of units of work."""

    statements: int = 0


@contextmanager
def counted_writing(acting: Acting, monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    """Count from here on what units of work say to the database."""
    count = Count()
    engine = acting.database._engine.sync_engine
    read = UnitOfWork.all

    def executed(*_: object) -> None:
        count.statements += 1

    async def counted(uow: UnitOfWork, *given: Any, **parameters: Any) -> Any:
        count.statements += 1
        return await read(uow, *given, **parameters)

    monkeypatch.setattr(UnitOfWork, "all", counted)
    event.listen(engine, "before_cursor_execute", executed)
    yield count
    event.remove(engine, "before_cursor_execute", executed)
