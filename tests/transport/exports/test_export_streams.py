"""An export is one snapshot, a page in memory at a time, and breaks off where it cannot go on."""

import asyncio
import io
import tracemalloc
from collections.abc import Iterator

import asyncpg
import pytest
from starlette.types import Message

from cma_graphql.access.permissions import Role
from cma_graphql.graph.limits import Limits
from cma_graphql.transport.export_http import ExportBounds
from support.asking import Graph
from support.data import Data
from support.exporting import Exporting
from support.logs import logged
from support.polling import until
from transport.exports.conftest import CLIENTS, NAMES, Shelf, fill

PIECES_BEFORE_A_PAGE = 2  # the head and the header line


class Held:
    """Lets a piece of an answer through only once it is released, as a client does that reads slowly."""

    def __init__(self, piece: int) -> None:
        self.piece = piece
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        self._pieces = 0

    async def __call__(self, _message: Message) -> None:
        """Hold the piece."""
        if self._pieces == self.piece:
            self.reached.set()
            await self.release.wait()
        self._pieces += 1


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Collect what is logged."""
    with logged() as stream:
        yield stream


async def test_what_changes_meanwhile_is_not_in_it(exporting: Exporting, shelf: Shelf) -> None:
    before = await shelf.references()
    held = Held(PIECES_BEFORE_A_PAGE + 1)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held))
    await held.reached.wait()
    await shelf.rows.execute(
        "UPDATE clients SET deleted_at = now() WHERE centre_id = $1 AND reference = ANY($2)",
        shelf.centre,
        before[150:200],
    )
    await shelf.rows.execute(
        "UPDATE clients SET created_at = created_at - interval '1 year' WHERE centre_id = $1 AND reference = ANY($2)",
        shelf.centre,
        before[220:],
    )
    await shelf.data.a_client(shelf.centre, last_name="Meanwhile")
    held.release.set()
    exported = await running
    assert exported.whole
    assert [row["reference"] for row in exported.rows] == before
    again = await exporting.run(NAMES, as_=shelf.manager)
    assert [row["reference"] for row in again.rows] == await shelf.references()
    assert len(again.rows) == CLIENTS - 50 + 1


async def test_each_page_costs_the_statements_of_json(exporting: Exporting, shelf: Shelf, graph: Graph) -> None:
    below = "id lastName recorder { fullName } household { totalInHousehold }"
    page = await graph.run(f"{{ clients(first: 100) {{ edges {{ node {{ {below} }} }} }} }}", as_=shelf.manager)
    await exporting.run(f"{{ clients {{ edges {{ node {{ {below} }} }} }} }}", as_=shelf.manager)
    assert exporting.contexts[-1].statements == 3 * page.statements


async def test_a_client_that_goes_ends_the_query(exporting: Exporting, shelf: Shelf, logs: io.StringIO) -> None:
    held, gone = Held(PIECES_BEFORE_A_PAGE + 1), asyncio.Event()
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held, gone=gone))
    await held.reached.wait()
    assert exporting.figure("cma_exports_in_flight") == 1
    gone.set()
    exported = await running
    assert (exported.whole, len(exported.rows)) == (False, 100)
    assert exporting.left == 1
    assert exporting.figure("cma_exports_ended_total", outcome="CLIENT_GONE") == 1
    assert exporting.figure("cma_exports_in_flight") == 0
    assert '"codes":["CLIENT_GONE"]' in logs.getvalue()


async def test_a_client_that_has_gone_before_anything_is_sent_gets_nothing(
    exporting: Exporting, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, reached = asyncio.Event(), asyncio.Event()

    async def never(*_given: object) -> None:
        reached.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(exporting.access_log, "_write", never)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, gone=gone))
    await reached.wait()
    gone.set()
    assert (await running).messages == []
    assert exporting.left == 1


async def test_a_lost_database_breaks_the_file_off(
    exporting: Exporting, shelf: Shelf, overseer: "asyncpg.Connection[asyncpg.Record]", logs: io.StringIO
) -> None:
    held = Held(PIECES_BEFORE_A_PAGE + 1)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held))
    await held.reached.wait()
    reader = exporting.contexts[-1]._reader
    assert reader is not None
    assert reader._connection is not None
    await overseer.execute("SELECT pg_terminate_backend($1)", reader._connection.get_server_pid())
    held.release.set()
    exported = await running
    assert (exported.status, exported.whole, len(exported.rows)) == (200, False, 200)
    assert exporting.figure("cma_exports_ended_total", outcome="UNAVAILABLE") == 1
    assert exporting.figure("cma_exported_rows_total") == 200
    lines = logs.getvalue()
    assert '"event":"export broken off"' in lines
    assert '"code":"UNAVAILABLE"' in lines
    assert '"rows":200' in lines
    assert '"path":"/export"' in lines
    assert (await exporting.run(NAMES, as_=shelf.manager)).whole


async def test_what_nobody_foresaw_breaks_the_file_off_and_is_logged_once(
    exporting: Exporting, shelf: Shelf, monkeypatch: pytest.MonkeyPatch, logs: io.StringIO
) -> None:
    written, pages = exporting.access_log._write, 0

    async def write(*given: object) -> None:
        nonlocal pages
        pages += 1
        if pages == 2:
            raise LookupError("a secret")
        await written(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting.access_log, "_write", write)
    exported = await exporting.run(NAMES, as_=shelf.manager)
    assert (exported.whole, len(exported.rows)) == (False, 100)
    assert exporting.figure("cma_exports_ended_total", outcome="INTERNAL") == 1
    assert logs.getvalue().count('"event":"unforeseen error"') == 1
    assert "LookupError" in logs.getvalue()
    assert "a secret" not in logs.getvalue()


async def test_a_page_beyond_the_deadline_breaks_the_file_off(graph: Graph, shelf: Shelf) -> None:
    exporting = Exporting(graph, graph.database, limits=Limits(deadline_ms=300))
    held = Held(PIECES_BEFORE_A_PAGE + 1)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held))
    await held.reached.wait()
    execute = exporting.contexts[-1].reader.all

    async def slow(*given: object, **named: object) -> object:
        await asyncio.Event().wait()
        return await execute(*given, **named)  # type: ignore[arg-type]

    exporting.contexts[-1].reader.all = slow  # type: ignore[method-assign, assignment]
    held.release.set()
    exported = await running
    assert (exported.whole, len(exported.rows)) == (False, 200)
    assert exporting.figure("cma_exports_ended_total", outcome="DEADLINE_EXCEEDED") == 1


async def test_a_first_page_beyond_the_deadline_is_refused(
    graph: Graph, shelf: Shelf, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    exporting = Exporting(graph, graph.database, limits=Limits(deadline_ms=200))
    async with overseer.transaction():
        await overseer.execute("LOCK TABLE clients IN ACCESS EXCLUSIVE MODE")
        exported = await exporting.run(NAMES, as_=shelf.manager)
    assert (exported.status, exported.code) == (503, "DEADLINE_EXCEEDED")
    assert exported.headers["retry-after"] == "2"
    assert await shelf.audit() == []


async def test_a_client_may_not_read_for_ever(graph: Graph, shelf: Shelf) -> None:
    exporting = Exporting(graph, graph.database, bounds=ExportBounds(at_once=1, seconds=0.5))
    exported = await exporting.run(NAMES, as_=shelf.manager, before_sending=Held(PIECES_BEFORE_A_PAGE + 1))
    assert (exported.whole, len(exported.rows)) == (False, 100)
    assert exporting.figure("cma_exports_ended_total", outcome="DEADLINE_EXCEEDED") == 1
    assert exporting.left == 1


async def test_so_many_at_once_and_no_more(exporting: Exporting, shelf: Shelf) -> None:
    held = [Held(PIECES_BEFORE_A_PAGE) for _ in range(2)]
    running = [
        asyncio.create_task(
            exporting.run(NAMES, as_=await shelf.data.a_member(shelf.centre, Role.CENTRE_MANAGER), before_sending=each)
        )
        for each in held
    ]
    for each in held:
        await each.reached.wait()
    assert exporting.database.pool_sizes()["read_used"] == 2
    refused = await exporting.run(NAMES, as_=shelf.manager)
    assert (refused.status, refused.code) == (429, "LIMIT_REACHED")
    assert refused.headers["retry-after"] == "30"
    assert refused.error["extensions"]["limit"] == "exports_at_once"
    assert len(await shelf.audit()) == 2
    for each in held:
        each.release.set()
    assert [(await one).whole for one in running] == [True, True]
    assert (await exporting.run(NAMES, as_=shelf.manager)).whole


async def test_none_at_all(graph: Graph, shelf: Shelf) -> None:
    exporting = Exporting(graph, graph.database, bounds=ExportBounds(at_once=0))
    assert (await exporting.run(NAMES, as_=shelf.manager)).status == 429


async def test_an_export_that_is_cancelled_gives_everything_back(exporting: Exporting, shelf: Shelf) -> None:
    held = Held(PIECES_BEFORE_A_PAGE + 1)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held))
    await held.reached.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: exporting.left == 1)
    assert exporting.figure("cma_exports_ended_total", outcome="CANCELLED") == 1


async def test_memory_does_not_grow_with_the_list(exporting: Exporting, data: Data, shelf: Shelf) -> None:
    peaks, counts = [], []
    for clients in (400, 6_000):
        centre = await data.a_centre()
        manager = await data.a_member(centre, Role.CENTRE_MANAGER)
        await fill(shelf.rows, centre, clients)
        await exporting.run(NAMES, as_=manager)  # what is compiled and cached once is not counted
        sent = 0

        async def count(message: Message) -> None:
            nonlocal sent
            sent += message.get("body", b"").count(b"\r\n")
            message["body"] = b""  # which the test would keep

        tracemalloc.start()
        try:
            assert (await exporting.run(NAMES, as_=manager, before_sending=count)).whole
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        counts.append(sent)
    assert counts == [401, 6_001]
    assert peaks[1] < peaks[0] + 1_000_000


async def test_nobody_takes_more_than_one_place(exporting: Exporting, shelf: Shelf, data: Data) -> None:
    held = Held(PIECES_BEFORE_A_PAGE)
    running = asyncio.create_task(exporting.run(NAMES, as_=shelf.manager, before_sending=held))
    await held.reached.wait()
    refused = await exporting.run(NAMES, as_=shelf.manager)
    assert (refused.status, refused.code) == (429, "LIMIT_REACHED")
    assert refused.error["extensions"]["limit"] == "exports_of_one"
    assert refused.headers["retry-after"] == "30"
    elsewhere = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    assert (await exporting.run(NAMES, as_=elsewhere)).whole
    held.release.set()
    assert (await running).whole
    assert (await exporting.run(NAMES, as_=shelf.manager)).whole
