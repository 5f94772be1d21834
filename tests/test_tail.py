"""`cma-graphql tail`: a centre's events in a terminal, in order, through outages, without anything that was written."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.users.events import TeamUpdated
from cma_graphql.graph.live.cursors import write_event_cursor
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.bus import Bus
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedServers
from cma_graphql.persistence.event_log import read_head
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import make_database, migrate
from cma_graphql.persistence.roles import APP, OWNER
from cma_graphql.persistence.writing import unit_of_work
from cma_graphql.tail import Wanted, follow
from support.data import Data
from support.databases import Databases
from support.polling import until

LOOK_SECONDS = 20
WRITTEN = "vermilion"
"""What an event keeps besides what is shown of it."""
INDEX_KEY, MASTER_KEY = (b64encode(bytes(range(begin, begin + 32))).decode() for begin in (32, 0))
KEYS = {"CMA_MASTER_KEYS": f"test:{MASTER_KEY}", "CMA_INDEX_KEY": INDEX_KEY}


class Terminal:
    """Follows a log in process: what it is told, and what is said besides."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.said: list[str] = []

    @asynccontextmanager
    async def following(
        self, database: Database, centre: UUID, *, polled_every: float = 0.02, **wanted: Any
    ) -> AsyncIterator[asyncio.Task[None]]:
        """Follow a centre for the time of a block, without a bell."""
        bus = await Bus(database, None, polled_every=polled_every).open()
        wants = Wanted(**wanted)
        task = asyncio.create_task(
            follow(database, bus, centre, wants, tell=self.lines.append, say=self.said.append, wait=_at_once)
        )
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await bus.close()


async def _at_once(_seconds: float) -> None:
    await asyncio.sleep(0.01)


async def happen(database: Database, keys: CentreKeys, centre: UUID, number: int = 1) -> list[UUID]:
    """Record events; answer their subjects."""
    subjects = [new_id() for _ in range(number)]
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        for subject in subjects:
            uow.record(TeamUpdated(subject_id=subject), changes={"colour": Change("grey", WRITTEN, Publicity.OPEN)})
    return subjects


async def head_of(database: Database, centre: UUID) -> int:
    """Tell where a log stands."""
    async with database.read(system_of(centre)) as reader:
        return await read_head(reader)


async def test_a_line_says_when_what_to_which_record_and_by_whom(
    database: Database, keys: CentreKeys, data: Data
) -> None:
    centre = await data.a_centre()
    head = await head_of(database, centre)
    first, second = await happen(database, keys, centre, 2)
    terminal = Terminal()
    async with terminal.following(database, centre, after=head):
        await until(lambda: len(terminal.lines) == 2)
        (third,) = await happen(database, keys, centre)
        await until(lambda: len(terminal.lines) == 3)
    at, seq, name, subject, actor = terminal.lines[0].split("  ")
    assert at.endswith("Z")
    assert (seq, name, subject) == (str(head + 1), "team.updated", write_id("team", first))
    assert actor.startswith("SYSTEM ")
    assert [line.split("  ")[1::2] for line in terminal.lines[1:]] == [
        [str(head + 2), write_id("team", second)],
        [str(head + 3), write_id("team", third)],
    ]
    assert terminal.said == []


async def test_names_choose_and_nothing_is_told_of_before(database: Database, keys: CentreKeys, data: Data) -> None:
    centre, other = await data.a_centre(), await data.a_centre()
    await happen(database, keys, centre)
    await happen(database, keys, other)
    head = await head_of(database, centre)
    teams, none, now_on = Terminal(), Terminal(), Terminal()
    async with (
        teams.following(database, centre, after=0, names=["case.*", "team.*"]),
        none.following(database, centre, after=0, names=["team"]),
        now_on.following(database, centre, as_json=True),
    ):
        await until(lambda: teams.lines)
        while not now_on.lines:  # it may not have begun yet, and shows what happens from then on
            await happen(database, keys, centre)
            await asyncio.sleep(0.02)
    assert orjson.loads(now_on.lines[0])["seq"] > head
    assert orjson.loads(now_on.lines[0])["name"] == "team.updated"
    assert none.lines == []


async def test_what_is_not_kept_any_more_is_said_to_be_so(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    before = await head_of(database, centre)
    await happen(database, keys, centre, 4)
    await overseer.execute("DELETE FROM event_log WHERE centre_id = $1 AND seq <= $2", centre, before + 3)
    terminal = Terminal()
    async with terminal.following(database, centre, after=before):
        await until(lambda: terminal.lines)
    assert terminal.said == [f"Events {before + 1} to {before + 3} are not kept any more."]
    assert [line.split("  ")[1] for line in terminal.lines] == [str(before + 4)]


async def test_a_number_that_lies_ahead_is_refused(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    async with Terminal().following(database, centre, after=await head_of(database, centre) + 1) as task:
        with pytest.raises(Invalid):
            await asyncio.wait_for(task, LOOK_SECONDS)


@pytest.mark.own_database
async def test_an_outage_of_the_database_is_waited_out(keys: CentreKeys, tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "postgres", durable=True)
    server.start()
    await make_database(server.dsn, "product")
    await migrate(server.address(user=OWNER, database="product"))
    address = server.address(user=APP, database="product")
    database = await Database(address, read_pool_size=3, write_pool_size=1, connect_timeout_seconds=2).open()
    try:
        centre = await Data(database, keys, server.address(user=OWNER, database="product")).a_centre()
        head = await head_of(database, centre)
        terminal = Terminal()
        async with terminal.following(database, centre, after=head):
            first = await happen(database, keys, centre)
            await until(lambda: terminal.lines)
            await asyncio.to_thread(server.kill)
            await until(lambda: terminal.said, seconds=LOOK_SECONDS)
            await asyncio.to_thread(server.start)
            await until(lambda: len(terminal.said) == 2, seconds=LOOK_SECONDS)
            rest = await happen(database, keys, centre, 2)
            await until(lambda: len(terminal.lines) == 3, seconds=LOOK_SECONDS)
    finally:
        await database.close()
        server.stop()
    assert terminal.said == ["The database does not answer. Waiting for it …", "The database is there again."]
    assert [line.split("  ")[3] for line in terminal.lines] == [write_id("team", each) for each in [*first, *rest]]


@asynccontextmanager
async def command(environment: dict[str, str], *arguments: str) -> AsyncIterator[Process]:
    """Run the command."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CMA_", "COV_"))}
    own |= environment | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cma_graphql", "tail", *arguments, env=own, stdout=PIPE, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> str:
    """Read a line."""
    assert process.stdout is not None
    async with asyncio.timeout(LOOK_SECONDS):
        return (await process.stdout.readline()).decode()


@pytest.fixture
def environment(servers: EmbeddedServers, databases: Databases, database_name: str) -> dict[str, str]:
    """Name the servers to the command."""
    return {"CMA_DATABASE_URL": databases.app(database_name), "CMA_REDIS_URL": servers.redis_url, "CMA_ENV": "test"}


async def test_the_command_shows_what_happens_and_ends_by_an_interrupt(
    environment: dict[str, str], database: Database, keys: CentreKeys, data: Data
) -> None:
    code = f"T{new_id().hex[-8:].upper()}"
    centre = await data.a_centre(code=code)
    head = await head_of(database, centre)
    async with command(environment, "--centre", code.lower(), "--after", "0", "--json") as process:
        (team,) = await happen(database, keys, centre)
        told = [orjson.loads(await line_of(process)) for _ in range(head + 1)]
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), LOOK_SECONDS)
    assert (process.returncode, out, err) == (0, b"", b"")
    assert [event["seq"] for event in told] == list(range(1, head + 2))
    assert {frozenset(event) for event in told} == {
        frozenset({"seq", "occurredAt", "name", "entity", "id", "caseId", "actorKind", "actorId"})
    }
    assert told[-1]["id"] == write_id("team", team)
    assert WRITTEN not in orjson.dumps(told).decode()


async def test_the_command_begins_behind_a_cursor_and_ends_with_its_reader(
    environment: dict[str, str], database: Database, keys: CentreKeys, data: Data
) -> None:
    code = f"T{new_id().hex[-8:].upper()}"
    centre = await data.a_centre(code=code)
    head = await head_of(database, centre)
    await happen(database, keys, centre, 2)
    cursor = write_event_cursor(keys.vault, centre, head + 1)
    async with command(environment | KEYS, "--centre", code, "--after", cursor) as process:
        assert (await line_of(process)).split("  ")[1] == str(head + 2)
        process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
        while process.returncode is None:
            await happen(database, keys, centre)
            await asyncio.sleep(0.05)
        assert process.stderr is not None
        assert (process.returncode, await process.stderr.read()) == (0, b"")


async def test_the_command_refuses_a_centre_that_is_none_and_a_cursor_of_another(
    environment: dict[str, str], keys: CentreKeys, data: Data
) -> None:
    code = f"T{new_id().hex[-8:].upper()}"
    await data.a_centre(code=code)
    foreign = write_event_cursor(keys.vault, new_id(), 0)
    for arguments, complaint in (
        (["--centre", "NOSUCH"], "No centre at work has the code NOSUCH."),
        (["--centre", code, "--after", foreign], "This is no cursor of the centre's events."),
    ):
        async with command(environment | KEYS, *arguments) as process:
            out, err = await asyncio.wait_for(process.communicate(), LOOK_SECONDS)
        assert (process.returncode, out) == (2, b"")
        assert complaint in err.decode()
