"""Each known way around the isolation of centres, tried against our schema as the application's role."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.database import begin_and_scope
from cma_graphql.persistence.logs import LoggedEvent
from support.catalogue import read_catalogue
from support.data import Data
from support.databases import Databases


@dataclass
class Two:
    """Two centres, each with a client, a case, a team and a member."""

    here: UUID
    there: UUID
    client_here: UUID
    client_there: UUID
    case_there: UUID
    member_there: UUID


@pytest.fixture(scope="session")
async def two(data: Data) -> Two:
    """Fill both centres."""
    here, there = await data.a_centre(), await data.a_centre()
    clients, cases, members = [], [], []
    for centre in (here, there):
        team = await data.a_team(centre, name="Debt")
        member = await data.a_member(centre, Role.CENTRE_MANAGER, team_ids=(team,))
        clients.append(await data.a_client(centre))
        await data.a_consent(centre, clients[-1])
        cases.append(await data.a_case(centre, client_id=clients[-1], team_members=(member,)))
        members.append(member.user_id)
    return Two(here, there, clients[0], clients[1], cases[1], members[1])


@pytest.fixture
async def app(databases: Databases, database_name: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Connect as the application's role, in no transaction and without a scope."""
    connection = await asyncpg.connect(databases.app(database_name))
    yield connection
    await connection.close()


async def scoped(app: "asyncpg.Connection[asyncpg.Record]", actor: Actor) -> None:
    """Begin a transaction scoped to an actor."""
    if app.is_in_transaction():
        await app.execute("ROLLBACK")
    await app.execute(begin_and_scope(actor, mode="READ WRITE", timeout_ms=5_000))


async def tables_with_rows(app: "asyncpg.Connection[asyncpg.Record]", *besides: str) -> dict[str, int]:
    """Count what the role sees in every table of centres, where it sees anything."""
    catalogue = await read_catalogue(app)
    found = {}
    for table in catalogue.of_centres():
        if table.name not in besides:
            found[table.name] = await app.fetchval(f"SELECT count(*) FROM {table.name}")  # noqa: S608 - from the catalogue
    return {name: count for name, count in found.items() if count}


async def test_without_a_scope_nothing_is_seen(app: "asyncpg.Connection[asyncpg.Record]", two: Two) -> None:
    assert two.here != two.there
    assert await tables_with_rows(app) == {"event_heads": await app.fetchval("SELECT count(*) FROM event_heads")}


async def test_after_a_transaction_its_scope_is_gone_and_empty_is_no_error(
    app: "asyncpg.Connection[asyncpg.Record]", two: Two
) -> None:
    await scoped(app, system_of(two.here))
    assert await app.fetchval("SELECT count(*) FROM clients") >= 1
    await app.execute("COMMIT")
    assert await app.fetchval("SELECT current_setting('app.centre_id', true)") == ""
    assert await tables_with_rows(app, "event_heads") == {}


async def test_a_scope_shows_its_own_centre_in_every_table(app: "asyncpg.Connection[asyncpg.Record]", two: Two) -> None:
    await scoped(app, system_of(two.here))
    seen = await tables_with_rows(app, "event_heads")
    assert {"centres", "clients", "client_consents", "cases", "case_team_members", "teams", "memberships"} <= set(seen)
    for table in seen:
        column = "id" if table == "centres" else "centre_id"
        rows = await app.fetch(f"SELECT DISTINCT {column} FROM {table}")  # noqa: S608 - from the catalogue
        assert [row[column] for row in rows] == [two.here], table


async def test_a_centre_with_a_foreign_rows_key_finds_and_changes_nothing(
    app: "asyncpg.Connection[asyncpg.Record]", two: Two
) -> None:
    await scoped(app, system_of(two.here))
    assert await app.fetch("SELECT * FROM clients WHERE centre_id = $1", two.there) == []
    assert await app.fetch("SELECT * FROM clients WHERE id = $1 FOR UPDATE", two.client_there) == []
    assert await app.execute("UPDATE clients SET first_name = 'X' WHERE id = $1", two.client_there) == "UPDATE 0"


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("UPDATE clients SET centre_id = '{there}' WHERE id = '{client_here}'", "row-level security"),
        (
            (
                "INSERT INTO teams (centre_id, id, name, name_key, created_at, created_by, updated_at, updated_by) "
                "VALUES ('{there}', gen_random_uuid(), 'x', 'x', now(), '{here}', now(), '{here}')"
            ),
            "row-level security",
        ),
        # A foreign key's check bypasses row security: the key that carries the centre is what refuses.
        ("UPDATE cases SET client_id = '{client_there}'", "violates foreign key"),
        ("UPDATE cases SET advisor_id = '{member_there}'", "violates foreign key"),
        (
            (
                "INSERT INTO client_consents (centre_id, id, client_id, purpose, channel, wording_version, given_at, "
                "recorded_by) VALUES ('{here}', '{here}', '{client_there}', 'QA', 'PAPER', '1', now(), '{here}')"
            ),
            "violates foreign key",
        ),
        ("UPDATE centres SET manager_id = '{member_there}'; SET CONSTRAINTS ALL IMMEDIATE", "violates foreign key"),
        ("TRUNCATE clients", "permission denied"),
        ("DELETE FROM clients", "permission denied"),
        ("DELETE FROM audit_logs", "permission denied"),
        ("UPDATE audit_logs SET action = 'x'", "permission denied"),
        ("SELECT * FROM users", "permission denied"),
        ("SELECT * FROM sessions", "permission denied"),
        ("SELECT * FROM refresh_tokens", "permission denied"),
        ("SELECT * FROM one_time_links", "permission denied"),
        ("SET ROLE cma_owner", "permission denied"),
        ("SET ROLE cma_search", "permission denied"),
        ("SET SESSION AUTHORIZATION cma_owner", "permission denied"),
        ("SET LOCAL row_security = off; SELECT count(*) FROM clients", "row-level security"),
        ("ALTER TABLE clients DISABLE ROW LEVEL SECURITY", "must be owner"),
        ("CREATE POLICY p ON clients USING (true)", "must be owner"),
        ("CREATE TABLE mine (id int)", "permission denied"),
        ("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "permission denied"),
        ("CREATE VIEW all_clients AS SELECT * FROM clients", "permission denied"),
        ("COPY clients FROM STDIN", "COPY FROM not supported|cannot perform COPY|permission denied"),
    ],
)
async def test_what_the_application_cannot_do(
    app: "asyncpg.Connection[asyncpg.Record]", two: Two, statement: str, refused: str
) -> None:
    await scoped(app, system_of(two.here))
    with pytest.raises(asyncpg.PostgresError, match=refused):
        await app.execute(statement.format(**vars(two)))


async def test_a_unique_key_says_nothing_of_another_centre(data: Data, two: Two) -> None:
    reference = f"SAME-{new_id().hex}"
    for centre in (two.here, two.there):
        await data.a_client(centre, reference=reference)
        await data.a_team(centre, name=reference)


async def test_a_client_of_the_portal_sees_the_own_record_only(
    app: "asyncpg.Connection[asyncpg.Record]", data: Data, two: Two
) -> None:
    client = await data.a_client(two.here)
    case = await data.a_case(two.here, client_id=client)
    consent = await data.a_consent(two.here, client)
    portal = Actor(kind=ActorKind.CLIENT, centre_id=two.here, user_id=new_id(), client_id=client)
    await scoped(app, portal)
    seen = await tables_with_rows(app, "event_heads")
    assert set(seen) <= {
        "centres",
        "clients",
        "client_consents",
        "cases",
        "case_types",
        "debt_types",
        "note_categories",
        "centre_counters",
        "centre_keys",
        "audit_heads",
        "search_words",
    }
    for table, key in (("clients", client), ("cases", case), ("client_consents", consent)):
        assert [row["id"] for row in await app.fetch(f"SELECT id FROM {table}")] == [key]  # noqa: S608 - as above
    assert await app.execute("UPDATE cases SET title = 'x' WHERE id <> $1", case) == "UPDATE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await app.execute("UPDATE cases SET client_id = $1", two.client_here)


async def test_the_platform_sees_centres_and_staff_but_no_client(
    app: "asyncpg.Connection[asyncpg.Record]", data: Data, two: Two
) -> None:
    await data.a_member(two.here, Role.CLIENT, client_id=two.client_here)
    above = Actor(kind=ActorKind.PLATFORM, centre_id=new_id(), user_id=new_id())
    await scoped(app, above)
    seen = await tables_with_rows(app, "event_heads")
    assert set(seen) == {"centres", "memberships", "teams", "team_members"}
    assert await app.fetchval("SELECT count(*) FROM memberships WHERE client_id IS NOT NULL") == 0
    assert await app.execute("UPDATE teams SET name = 'x'") == "UPDATE 0"


async def test_events_of_others_are_not_read(app: "asyncpg.Connection[asyncpg.Record]", two: Two) -> None:
    await scoped(app, system_of(two.there))
    await app.execute(
        "INSERT INTO event_log (day, centre_id, seq, name, entity, subject_id, actor_kind, actor_id, version, "
        "request_id, occurred_at, changes) VALUES ($1, $2, 1, 'n', 'e', $2, 'SYSTEM', $2, 1, '', now(), '{}')",
        clock.now().date(),
        two.there,
    )
    await app.execute("COMMIT")
    await scoped(app, system_of(two.here))
    assert await app.fetch(f"SELECT seq FROM {LoggedEvent.__tablename__} WHERE centre_id = $1", two.there) == []  # noqa: S608
    heads = await app.fetchval("SELECT count(*) FROM event_heads")
    assert heads >= 2, "numbers only are open to all"
    assert await app.execute("UPDATE event_heads SET seq = 99 WHERE centre_id = $1", two.there) == "UPDATE 0"


@pytest.mark.own_database
async def test_the_backup_sees_everything_and_the_search_role_cannot_sign_in(
    databases: Databases, own_database: str, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    address = databases.app(own_database)
    backup = await asyncpg.connect(address.replace("cma_app", "cma_backup"))
    try:
        assert await backup.fetchval("SELECT count(*) FROM centres") == 1
        assert await backup.fetchval("SELECT count(*) FROM users") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await backup.execute("UPDATE centres SET name = 'x'")
    finally:
        await backup.close()
    assert await overseer.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'cma_search'") is False
