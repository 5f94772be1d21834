"""Follows a centre's event log in a terminal: what happened, to what, by whom; never what was written.

It reads the log as the product's own actor, wakes by the bell and looks every second besides, as servers do (decision
52). While the database or Valkey is away it waits; nothing is left out by that.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from uuid import UUID

import orjson

from cma_graphql.access.actor import system_of
from cma_graphql.core.settings import Settings
from cma_graphql.domain.centres.by_code import centre_at_work
from cma_graphql.graph.live.cursors import read_event_cursor, require_past
from cma_graphql.graph.node import write_id
from cma_graphql.graph.scalars import write_instant
from cma_graphql.parts import make_database, make_vault
from cma_graphql.persistence.access_log import Wait
from cma_graphql.persistence.bus import Bus, bell_at
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.event_log import Happening, OutOfRetention, events_after, read_after, read_head
from cma_graphql.persistence.failures import OUTAGES

_REQUEST = "command-line"
_PORTION = 200
"""How many events are read at a time."""
_LOOKED_SECONDS = 5.0
"""After how long the log is looked at, although nothing said that it has grown."""
_PAUSES = (0.5, 1.0, 2.0, 5.0)
"""How long to wait for a database that is away, the last again and again."""

Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a log is to be shown, and how."""

    after: int | None = None
    """The number behind which to begin; None: from now on."""
    names: Sequence[str] = ()
    """Patterns of names, such as `case.*`; none: all."""
    as_json: bool = False

    def line_of(self, event: Happening) -> str | None:
        """Write an event's line; None for one that is not wanted."""
        if self.names and not any(fnmatchcase(event.name, pattern) for pattern in self.names):
            return None
        return _object_of(event) if self.as_json else _words_of(event)


def _words_of(event: Happening) -> str:
    subject, actor = write_id(event.entity, event.subject_id), f"{event.actor_kind} {event.actor_id}"
    return f"{write_instant(event.occurred_at)}  {event.seq}  {event.name}  {subject}  {actor}"


def _object_of(event: Happening) -> str:
    told = {
        "seq": event.seq,
        "occurredAt": write_instant(event.occurred_at),
        "name": event.name,
        "entity": event.entity,
        "id": write_id(event.entity, event.subject_id),
        "caseId": None if event.case_id is None else write_id("case", event.case_id),
        "actorKind": event.actor_kind,
        "actorId": str(event.actor_id),
    }
    return orjson.dumps(told).decode()


async def follow(
    database: Database,
    bus: Bus,
    centre_id: UUID,
    wanted: Wanted,
    *,
    tell: Tell,
    say: Tell,
    wait: Wait = asyncio.sleep,
) -> None:
    """Tell a centre's events, a line each, until cancelled; say what keeps them from coming.

    Raises Invalid for a number that lies ahead of the log.
    """
    woken = asyncio.Event()
    end_listening = bus.listen(centre_id, woken.set)
    log = _Log(database, centre_id, say, wait)
    try:
        head = await log.head()
        position = head if wanted.after is None else require_past(wanted.after, head)
        while True:
            woken.clear()
            events = await log.after(position)
            for event in events:
                line = wanted.line_of(event)
                if line is not None:
                    tell(line)
                position = event.seq
            if not events:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOKED_SECONDS):
                        await woken.wait()
    finally:
        end_listening()


class _Log:
    """One centre's log, which answers once its database does."""

    def __init__(self, database: Database, centre_id: UUID, say: Tell, wait: Wait) -> None:
        self._database = database
        self._actor = system_of(centre_id, request_id=_REQUEST)
        self._say = say
        self._wait = wait
        self._failures = 0

    async def head(self) -> int:
        """Answer the number of the latest event."""
        while True:
            try:
                async with self._database.read(self._actor) as reader:
                    head = await read_head(reader)
            except OUTAGES:
                await self._pause()
            else:
                self._answered()
                return head

    async def after(self, position: int) -> list[Happening]:
        """Answer some events behind a number; say where those that follow it are not kept any more."""
        while True:
            try:
                async with self._database.read(self._actor) as reader:
                    try:
                        events = await read_after(reader, position, most=_PORTION)
                    except OutOfRetention:
                        kept = await reader.all(events_after, after=position, most=1)
                        first = kept[0]["seq"] if kept else await read_head(reader) + 1
                        self._say(f"Events {position + 1} to {first - 1} are not kept any more.")
                        position = first - 1
                        continue
            except OUTAGES:
                await self._pause()
            else:
                self._answered()
                return events

    def _answered(self) -> None:
        if self._failures:
            self._failures = 0
            self._say("The database is there again.")

    async def _pause(self) -> None:
        if not self._failures:
            self._say("The database does not answer. Waiting for it …")
        await self._wait(_PAUSES[min(self._failures, len(_PAUSES) - 1)])
        self._failures += 1


def place_of(settings: Settings, centre_id: UUID, after: str | None) -> int | None:
    """Read where to begin: an event's number, or a cursor, which needs the keys. Raises Invalid, SettingMissing."""
    if after is None:
        return None
    return int(after) if after.isdecimal() else read_event_cursor(make_vault(settings), centre_id, after)


async def tail(
    settings: Settings, *, centre: str, after: str | None, names: Sequence[str], as_json: bool, say: Tell
) -> None:
    """Write the events of the centre with a code to standard output until cancelled, or nobody reads them any more.

    Raises SettingMissing; Invalid for a centre that is none, a cursor of another, a number ahead of the log;
    Unavailable where the database is away when it begins.
    """
    database = await make_database(settings).open()
    redis = None if settings.redis_url is None else bell_at(settings.redis_url.get_secret_value())
    bus = await Bus(database, redis).open()
    try:
        centre_id = await centre_at_work(database, centre, request_id=_REQUEST)
        wanted = Wanted(after=place_of(settings, centre_id, after), names=names, as_json=as_json)
        await follow(database, bus, centre_id, wanted, tell=_write, say=say)
    except BrokenPipeError:  # as with `| head`: there is nobody to tell any more, and Python would complain at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        await bus.close()
        await database.close()


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
