"""The access log says who was shown whose records, in groups, without holding anybody up."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
from structlog.testing import capture_logs

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.access_log import GROUPED_FOR_SECONDS, AccessRecorder
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.transaction import Transaction
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.polling import until


class Waiting:
    """Waits until it is told to go on, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._go_on = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        """Wait."""
        self.asked.append(seconds)
        await self._go_on.wait()
        self._go_on.clear()

    def go_on(self) -> None:
        """Let what waits now go on."""
        self._go_on.set()


class Away(Database):
    """The same database, away as long as a test says so."""

    away = True

    @asynccontextmanager
    async def writing(self, actor: Actor, *, timeout_ms: int) -> AsyncGenerator[Transaction]:
        """Write, unless the database is away."""
        if self.away:
            raise Unavailable
        async with super().writing(actor, timeout_ms=timeout_ms) as connection:
            yield connection


async def _rows(data: Data, centre_id: UUID) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(data.owner)
    try:
        rows = await connection.fetch(
            "SELECT *, xmin::text AS transaction FROM access_log WHERE centre_id = $1 ORDER BY id", centre_id
        )
    finally:
        await connection.close()
    return [dict(row) for row in rows]


async def test_a_row_says_who_was_shown_whose_records_and_what_of_them(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    first, second = new_id(), new_id()
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    async with AccessRecorder(database) as recorder:
        with clock.stopped(at):
            recorder.note(advisor, "Cases", {second, first}, {"clients.date_of_birth"})
    (row,) = await _rows(data, centre)
    assert row.pop("transaction")
    assert isinstance(row.pop("id"), UUID)
    assert row == {
        "centre_id": centre,
        "occurred_at": at,
        "actor_kind": "STAFF",
        "actor_id": advisor.user_id,
        "session_id": None,
        "request_id": "test-request",
        "operation": "Cases",
        "client_ids": [first, second],
        "sensitive_fields": ["clients.date_of_birth"],
    }


async def test_what_an_operation_delivered_is_what_is_noted(graph: Graph, database: Database, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    shown = [await data.a_client(centre, national_insurance_number="AB123456C") for _ in range(2)]
    await data.a_client(centre, last_name="Zzz")
    answer = await graph.run(document("clients"), as_=manager, first=2)
    context = answer.context
    async with AccessRecorder(database) as recorder:
        recorder.note(context.actor, "Clients", context.seen_clients, context.seen_fields)
    (row,) = await _rows(data, centre)
    assert row["client_ids"] == sorted(shown)
    assert row["sensitive_fields"] == ["clients.date_of_birth", "clients.national_insurance_number"]


async def test_whoever_was_shown_nothing_leaves_no_row(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    async with AccessRecorder(database) as recorder:
        recorder.note(advisor, "Me", set(), set())
        assert recorder.waiting == 0
    assert await _rows(data, centre) == []


async def test_rows_are_collected_and_written_in_one_transaction_a_centre(database: Database, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    mine, theirs = await data.a_member(here), await data.a_member(there)
    waiting = Waiting()
    async with AccessRecorder(database, wait=waiting) as recorder:
        for number in range(3):
            recorder.note(mine, f"Mine{number}", {new_id()}, set())
        recorder.note(theirs, None, {new_id()}, set())
        await until(lambda: waiting.asked)
        assert recorder.written == 0
        waiting.go_on()
        await until(lambda: recorder.written == 4)
        assert recorder.waiting == 0
        assert waiting.asked == [GROUPED_FOR_SECONDS]
        rows = await _rows(data, here)
        assert [row["operation"] for row in rows] == ["Mine0", "Mine1", "Mine2"]
        assert len({row["transaction"] for row in rows}) == 1
        (other,) = await _rows(data, there)
        assert (other["operation"], other["actor_id"]) == ("", theirs.user_id)
        assert other["transaction"] != rows[0]["transaction"]
    assert GROUPED_FOR_SECONDS <= 0.2


async def test_closing_writes_what_waits_without_waiting(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    recorder = await AccessRecorder(database, wait=Waiting()).open()
    recorder.note(advisor, "Last", {new_id()}, set())
    await recorder.close()
    assert [row["operation"] for row in await _rows(data, centre)] == ["Last"]
    recorder.note(advisor, "TooLate", {new_id()}, set())
    assert (recorder.written, recorder.dropped, recorder.waiting) == (1, 1, 0)


async def test_a_full_queue_drops_and_says_so(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    waiting = Waiting()
    with capture_logs() as logs:
        async with AccessRecorder(database, capacity=2, wait=waiting) as recorder:
            for number in range(5):
                recorder.note(advisor, f"Number{number}", {new_id()}, set())
            assert (recorder.waiting, recorder.dropped) == (2, 3)
    assert [row["operation"] for row in await _rows(data, centre)] == ["Number0", "Number1"]
    assert logs == [
        {
            "event": "access log rows dropped",
            "log_level": "error",
            "reasons": {"full": 3},
            "total": 3,
            "source": "cma_graphql.persistence.access_log",
        }
    ]


async def test_a_database_that_comes_back_gets_what_waited_for_it(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    away, waiting = await Away(database._dsn, read_pool_size=1, write_pool_size=1).open(), Waiting()
    async with AccessRecorder(away, capacity=2, wait=waiting) as recorder:
        for name in ("First", "Second"):
            recorder.note(advisor, name, {new_id()}, set())
        await until(lambda: len(waiting.asked) == 1)
        waiting.go_on()
        await until(lambda: len(waiting.asked) == 2)
        assert (recorder.waiting, recorder.written, recorder.dropped) == (2, 0, 0)
        recorder.note(advisor, "NoPlace", {new_id()}, set())
        away.away = False
        waiting.go_on()
        await until(lambda: len(waiting.asked) == 3)
        waiting.go_on()
        await until(lambda: recorder.written == 2)
    await away.close()
    assert [row["operation"] for row in await _rows(data, centre)] == ["First", "Second"]
    assert recorder.dropped == 1


async def test_a_database_that_stays_away_costs_rows_but_holds_nobody_up(database: Database, data: Data) -> None:
    advisor = await data.a_member(await data.a_centre())
    away = Away(database._dsn, read_pool_size=1, write_pool_size=1)
    with capture_logs() as logs:
        async with AccessRecorder(away, wait=Waiting()) as recorder:
            recorder.note(advisor, "Lost", {new_id()}, set())
    await away.close()
    assert (recorder.written, recorder.dropped, recorder.waiting) == (0, 1, 0)
    assert [line["reasons"] for line in logs] == [{"closed": 1}]


async def test_one_centres_fault_does_not_lose_anothers_rows(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    nowhere = Actor(kind=advisor.kind, centre_id=new_id(), user_id=new_id(), roles=advisor.roles)
    with capture_logs() as logs:
        async with AccessRecorder(database) as recorder:
            recorder.note(nowhere, "Nowhere", {new_id()}, set())
            recorder.note(advisor, "Here", {new_id()}, set())
    assert [row["operation"] for row in await _rows(data, centre)] == ["Here"]
    assert (recorder.written, recorder.dropped) == (1, 1)
    assert [line["reasons"] for line in logs] == [{"ForeignKeyViolationError": 1}]


async def test_an_endless_name_is_cut(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    async with AccessRecorder(database) as recorder:
        recorder.note(advisor, "x" * 100_000, set(), {"clients.safe_contact_note"})
    (row,) = await _rows(data, centre)
    assert (row["operation"], row["client_ids"]) == ("x" * 200, [])
