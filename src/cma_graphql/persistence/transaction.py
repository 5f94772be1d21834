"""A transaction that may write: what is said in it to the database, each statement prepared by the driver."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Delete, Insert, Select, Update
from sqlalchemy.sql.compiler import SQLCompiler

from cma_graphql.persistence.failures import DRIVER_FAULTS, raise_in_our_words
from cma_graphql.persistence.reads import DIALECT, Compiled, Record, StatementRefused, needs_python

if TYPE_CHECKING:
    import asyncpg

Change = Insert | Update | Delete | Select[*tuple[Any, ...]]
"""A statement of SQLAlchemy's, with its values in it."""


def compile_change(statement: Change) -> Compiled:
    """Compile a statement that may write, refusing values that the driver would not take as they are.

    Booleans it does take, and jsonb by the codec of its connections (persistence/connections.py).
    """
    compiled = statement.compile(dialect=DIALECT)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101 - narrows the type
    if compiled.post_compile_params or compiled.literal_execute_params:
        raise StatementRefused("Say `column == any_(parameter)` instead of `in_()`.")
    worked = [
        name
        for name, bind in compiled.binds.items()
        if not isinstance(bind.type, JSON | Boolean) and needs_python(bind.type)
    ]
    if worked:
        raise StatementRefused(f"Parameters need Python work: {worked}")
    constants = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    return Compiled(str(compiled), tuple(compiled.positiontup or ()), constants)


class Transaction:
    """What a unit of work, or a log, writes through. Whoever began it commits it (persistence/database.py).

    Faults come in the product's own words. Compiled statements are the cheap ones; `run` and `count` compile theirs
    anew each time, for what is said seldom.
    """

    def __init__(self, driver: "asyncpg.Connection[Record]") -> None:
        self.driver = driver

    async def fetch(self, text: str, arguments: Sequence[object] = ()) -> Sequence[Record]:
        """Run a statement and answer its rows."""
        try:
            rows: Sequence[Record] = await self.driver.fetch(text, *arguments)
        except DRIVER_FAULTS as fault:
            raise_in_our_words(fault)
        return rows

    async def execute(self, text: str, arguments: Sequence[object] = ()) -> int:
        """Run a statement and answer how many rows it wrote."""
        try:
            status: str = await self.driver.execute(text, *arguments)
        except DRIVER_FAULTS as fault:
            raise_in_our_words(fault)
        number = status.rpartition(" ")[2]
        return int(number) if number.isdigit() else 0

    async def fetch_many(self, text: str, lines: Iterable[Sequence[object]]) -> Sequence[Record]:
        """Run a statement for each of these arguments, in one round trip, and answer all rows in their order."""
        try:
            rows: Sequence[Record] = await self.driver.fetchmany(text, lines)
        except DRIVER_FAULTS as fault:
            raise_in_our_words(fault)
        return rows

    async def execute_many(self, text: str, lines: Iterable[Sequence[object]]) -> None:
        """Run a statement for each of these arguments, in one round trip."""
        try:
            await self.driver.executemany(text, lines)
        except DRIVER_FAULTS as fault:
            raise_in_our_words(fault)

    async def run(self, statement: Change) -> Sequence[Record]:
        """Compile a statement with its values, run it and answer its rows."""
        compiled = compile_change(statement)
        return await self.fetch(compiled.text, compiled.arguments({}))

    async def count(self, statement: Change) -> int:
        """Compile a statement with its values, run it and answer how many rows it wrote."""
        compiled = compile_change(statement)
        return await self.execute(compiled.text, compiled.arguments({}))

    async def value(self, compiled: Compiled, **given: object) -> Any:
        """Run a compiled statement and answer the first value of its first row, or None."""
        rows = await self.fetch(compiled.text, compiled.arguments(given))
        return rows[0][0] if rows else None
