"""Counts the statements of units of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from cma_graphql.persistence.transaction import Transaction


@dataclass
class Count:
    """Statements of units of work."""

    statements: int = 0


@contextmanager
def counted_writing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Count]:
    """Count from here on what units of work say to the database."""
    count = Count()

    def watch(patch: pytest.MonkeyPatch, name: str) -> None:
        real = getattr(Transaction, name)

        async def counted(transaction: Transaction, *given: Any) -> Any:
            count.statements += 1
            return await real(transaction, *given)

        patch.setattr(Transaction, name, counted)

    with monkeypatch.context() as patch:
        for name in ("fetch", "execute", "fetch_many", "execute_many"):
            watch(patch, name)
        yield count
