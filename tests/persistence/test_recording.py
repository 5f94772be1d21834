"""What services record becomes event rows and audit rows: exact, gap-free, in commit order, chained, or not at all."""

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import func, select

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.digests import CHAIN_START, chain_hash, salted_digest
from cma_graphql.core.events import STAFF, Audience, Change, Event, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.users.models import Team
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.logs import LoggedEvent
from cma_graphql.persistence.reads import Statement
from cma_graphql.persistence.recording import chained_facts, plain
from cma_graphql.persistence.unit_of_work import publicity_of
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

AT = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)  # already April in London


@dataclass(frozen=True, kw_only=True)
class TeamRenamed(Event):
    """A team got another name."""

    name: ClassVar[str] = "team.renamed"
    entity: ClassVar[str] = "team"


async def rows_of(overseer: "asyncpg.Connection[asyncpg.Record]", table: str, centre: UUID) -> list[asyncpg.Record]:
    """Read a log of one centre past all isolation, in its order."""
    return await overseer.fetch(f"SELECT * FROM {table} WHERE centre_id = $1 ORDER BY seq", centre)  # noqa: S608


async def test_an_event_row_and_an_audit_row(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await overseer.set_type_codec("jsonb", schema="pg_catalog", encoder=str, decoder=json.loads)
    centre = await data.a_centre()
    subject, client, case, team, session = (new_id() for _ in range(5))
    actor = Actor(
        kind=ActorKind.STAFF,
        centre_id=centre,
        user_id=new_id(),
        roles=frozenset({Role.ADVISOR}),
        session_id=session,
        request_id="r-1",
        remote_address="192.0.2.7",
        user_agent="tests",
    )
    changes = {
        "advisor_id": Change(None, client, Publicity.OPEN),
        "name": Change("Debt", "Debts", Publicity.TEXT),
        "note": Change(b"\x01", b"\x02", Publicity.SEALED),
    }
    before = Audience(user_ids=(actor.user_id,), team_id=team, restricted=True, client_id=client)
    with clock.stopped(AT):
        async with unit_of_work(database, keys, actor) as uow:
            event = TeamRenamed(subject_id=subject, client_id=client, case_id=case, version=4)
            uow.record(event, changes=changes, before=before, after=STAFF)
            uow.record(TeamRenamed(subject_id=subject))

    first, second = (dict(row) for row in await rows_of(overseer, "event_log", centre))
    assert first == {
        "day": date(2026, 3, 31),
        "centre_id": centre,
        "seq": 1,
        "name": "team.renamed",
        "entity": "team",
        "subject_id": subject,
        "client_id": client,
        "case_id": case,
        "actor_kind": "STAFF",
        "actor_id": actor.user_id,
        "version": 4,
        "request_id": "r-1",
        "occurred_at": AT,
        "changes": {"advisor_id": {"old": None, "new": str(client)}, "name": None, "note": None},
        "audience_before": {
            "user_ids": [str(actor.user_id)],
            "team_id": str(team),
            "restricted": True,
            "client_id": str(client),
            "everyone": False,
        },
        "audience_after": {"user_ids": [], "team_id": None, "restricted": False, "client_id": None, "everyone": True},
    }
    assert (second["seq"], second["changes"], second["audience_before"], second["audience_after"]) == (
        2,
        {},
        None,
        None,
    )

    entry, other = (dict(row) for row in await rows_of(overseer, "audit_logs", centre))
    salt = entry.pop("salt")
    hashed = entry.pop("hash")
    assert len(salt) == 16
    assert hashed == chain_hash(CHAIN_START, chained_facts(entry))
    assert entry.pop("id").version == 7
    assert entry == {
        "centre_id": centre,
        "seq": 1,
        "occurred_at": AT,
        "action": "team.renamed",
        "entity": "team",
        "subject_id": subject,
        "client_id": client,
        "case_id": case,
        "actor_kind": "STAFF",
        "actor_id": actor.user_id,
        "session_id": session,
        "request_id": "r-1",
        "remote_address": "192.0.2.7",
        "user_agent": "tests",
        "changes": {
            "advisor_id": {"old": None, "new": str(client)},
            "name": {"old": "Debt", "new": "Debts"},
            "note": None,
        },
        "digests": {
            "advisor_id": [salted_digest(None, salt), salted_digest(str(client), salt)],
            "name": [salted_digest("Debt", salt), salted_digest("Debts", salt)],
            "note": [salted_digest("01", salt), salted_digest("02", salt)],
        },
        "previous_hash": CHAIN_START,
    }
    assert (other["seq"], other["previous_hash"]) == (2, hashed)
    assert other["salt"] != salt
    heads = await overseer.fetchrow(
        "SELECT e.seq AS events, a.seq AS entries, a.hash FROM event_heads e JOIN audit_heads a USING (centre_id) "
        "WHERE centre_id = $1",
        centre,
    )
    assert heads is not None
    assert tuple(heads) == (2, 2, other["hash"])


async def test_nothing_is_recorded_on_a_roll_back(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.record(TeamRenamed(subject_id=new_id()))
            assert await uow.finish() == 1
            raise ZeroDivisionError
    assert await rows_of(overseer, "event_log", centre) == []
    assert await rows_of(overseer, "audit_logs", centre) == []
    assert await overseer.fetchval("SELECT seq FROM event_heads WHERE centre_id = $1", centre) == 0


def _seen(_sight: object) -> Any:
    return select(func.count().label("count"), func.coalesce(func.max(LoggedEvent.seq), 0).label("last")).where(
        LoggedEvent.centre_id == ACTOR_CENTRE
    )


async def test_twenty_writers_leave_no_gap_and_no_reader_ever_sees_one(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    teams = [await data.a_team(centre) for _ in range(4)]
    seen: list[tuple[int, int]] = []
    statement = Statement(_seen)

    async def write(writer: int) -> None:
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            team = await uow.lock(Team, teams[writer % len(teams)])
            changes = uow.change(team, description=f"by {writer}")
            await uow.flush()
            for _ in range(writer % 3 + 1):
                uow.record(TeamRenamed(subject_id=team.id, version=team.version), changes=changes)
            if writer % 5 == 0:
                raise ZeroDivisionError

    async def watch(writing: "asyncio.Future[Any]") -> None:
        while not writing.done():
            async with database.read(system_of(centre)) as reader:
                row = await reader.one(statement)
                assert row is not None
                seen.append((row["count"], row["last"]))

    writing = asyncio.ensure_future(asyncio.gather(*(write(number) for number in range(20)), return_exceptions=True))
    await watch(writing)
    failed = [error for error in await writing if error is not None]
    assert [type(error) for error in failed] == [ZeroDivisionError] * 4
    kept = sum(number % 3 + 1 for number in range(20) if number % 5)
    events, entries = await rows_of(overseer, "event_log", centre), await rows_of(overseer, "audit_logs", centre)
    assert [row["seq"] for row in events] == list(range(1, kept + 1))
    assert [row["seq"] for row in entries] == list(range(1, kept + 1))
    # Numbers become visible in their order: no snapshot holds a later one without all before it.
    assert [count for count, _ in seen] == [last for _, last in seen]
    assert len(set(seen)) > 1
    versions = [row["version"] for row in events if row["subject_id"] == teams[1]]
    assert versions == sorted(versions)
    async with database.read(system_of(centre)) as reader:
        found = await verify_chain(reader)
    assert (found.intact, found.entries) == (True, kept)


async def test_two_centres_count_apart(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    for centre in (await data.a_centre(), await data.a_centre()):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.record(TeamRenamed(subject_id=new_id()))
        assert [row["seq"] for row in await rows_of(overseer, "event_log", centre)] == [1]


async def test_a_centre_without_heads_refuses_the_write(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    await overseer.execute("DELETE FROM event_heads WHERE centre_id = $1", centre)
    with pytest.raises(LookupError):
        async with unit_of_work(database, keys, system_of(centre)) as uow:
            uow.record(TeamRenamed(subject_id=new_id()))
    assert await rows_of(overseer, "audit_logs", centre) == []


def test_what_json_carries() -> None:
    key = new_id()
    assert plain({"a": [key, Decimal("1.50"), CaseStatus.NEW, date(2026, 1, 2), AT, b"\xff", None, True, 3]}) == {
        "a": [str(key), "1.50", "NEW", "2026-01-02", "2026-03-31T23:30:00+00:00", "ff", None, True, 3]
    }
    assert plain({5: ("x",)}) == {"5": ["x"]}


@pytest.mark.parametrize(
    ("column", "publicity"),
    [
        ("date_of_birth", Publicity.SEALED),
        ("national_insurance_index", Publicity.SEALED),
        ("safe_contact_note", Publicity.SEALED),
        ("marital_status", Publicity.OPEN),
        ("dependents", Publicity.OPEN),
        ("deleted_at", Publicity.OPEN),
        ("first_name", Publicity.TEXT),
        ("name_key", Publicity.TEXT),
        ("employment_statuses", Publicity.OPEN),
    ],
)
def test_a_columns_type_decides_what_leaves_its_record(column: str, publicity: Publicity) -> None:
    assert publicity_of(Client, column) is publicity
