"""The event log read forward: in order, gap by gap, within one centre, and no farther back than it reaches."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.events import STAFF, Audience, Event
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.event_log import OutOfRetention, read_after, read_head, read_heads
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data


@dataclass(frozen=True, kw_only=True)
class Noted(Event):
    """Something was noted."""

    name: ClassVar[str] = "note.noted"
    entity: ClassVar[str] = "note"


async def note(database: Database, keys: CentreKeys, centre: UUID, *audiences: Audience | None) -> list[UUID]:
    """Record an event for each audience, in one transaction; answer their subjects."""
    subjects = [new_id() for _ in audiences]
    async with unit_of_work(database, keys, system_of(centre)) as uow:
        for subject, audience in zip(subjects, audiences, strict=True):
            uow.record(Noted(subject_id=subject), before=None, after=audience)
    return subjects


async def test_events_follow_their_number_a_portion_at_a_time(database: Database, keys: CentreKeys, data: Data) -> None:
    centre, other = await data.a_centre(), await data.a_centre()
    subjects = await note(database, keys, centre, None, None, None)
    await note(database, keys, other, None)
    async with database.read(system_of(centre)) as reader:
        assert await read_head(reader) == 3
        first = await read_after(reader, 0, most=2)
        rest = await read_after(reader, 2, most=2)
        assert await read_after(reader, 3, most=2) == []
    assert [(event.seq, event.subject_id) for event in [*first, *rest]] == list(enumerate(subjects, start=1))
    assert await read_heads(database, [centre, other, new_id()]) == {centre: 3, other: 1}


async def test_a_centre_where_nothing_has_happened(database: Database, data: Data) -> None:
    centre = await data.a_centre()
    async with database.read(system_of(centre)) as reader:
        assert (await read_head(reader), await read_after(reader, 0, most=9)) == (0, [])


async def test_what_was_dropped_is_said_to_be_so(
    database: Database, keys: CentreKeys, data: Data, overseer: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    centre = await data.a_centre()
    await note(database, keys, centre, None, None, None)
    await overseer.execute("DELETE FROM event_log WHERE centre_id = $1 AND seq <= 2", centre)
    async with database.read(system_of(centre)) as reader:
        for number in (0, 1):
            with pytest.raises(OutOfRetention):
                await read_after(reader, number, most=9)
        assert [event.seq for event in await read_after(reader, 2, most=9)] == [3]
    await overseer.execute("DELETE FROM event_log WHERE centre_id = $1", centre)
    async with database.read(system_of(centre)) as reader:
        with pytest.raises(OutOfRetention):
            await read_after(reader, 2, most=9)
        assert await read_after(reader, 3, most=9) == []


async def test_an_audience_is_read_as_it_was_recorded(database: Database, keys: CentreKeys, data: Data) -> None:
    centre = await data.a_centre()
    one = Audience(user_ids=(new_id(), new_id()), team_id=new_id(), restricted=True, client_id=new_id())
    two = Audience(user_ids=(new_id(),), team_ids=(new_id(), new_id()))
    await note(database, keys, centre, one, two, STAFF, None)
    async with database.read(system_of(centre)) as reader:
        events = await read_after(reader, 0, most=9)
    assert [event.after for event in events] == [one, two, STAFF, None]
    assert [event.before for event in events] == [None] * 4
