"""Reads the event log forward: a centre's events after a number, in commit order, and where logs stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Integer, bindparam, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight, system_of
from cma_graphql.core.events import Audience
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.logs import EventHead, LoggedEvent
from cma_graphql.persistence.reads import CENTRES, AnySelect, Reads, Record, statement

_POLL_TIMEOUT_MS = 2_000


@statement
def events_after(_sight: Sight) -> AnySelect:
    """Select a centre's events after a number, in commit order, whoever asks: who may hear of one is its gate's."""
    return (
        select(
            LoggedEvent.seq,
            LoggedEvent.name,
            LoggedEvent.entity,
            LoggedEvent.subject_id,
            LoggedEvent.client_id,
            LoggedEvent.case_id,
            LoggedEvent.actor_kind,
            LoggedEvent.actor_id,
            LoggedEvent.occurred_at,
            LoggedEvent.changes,
            LoggedEvent.audience_before,
            LoggedEvent.audience_after,
        )
        .where(
            LoggedEvent.centre_id == ACTOR_CENTRE,
            LoggedEvent.seq > bindparam("after", type_=BigInteger()),
        )
        .order_by(LoggedEvent.seq)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def event_head(_sight: Sight) -> AnySelect:
    """Select the number of the centre's latest event."""
    return select(EventHead.seq).where(EventHead.centre_id == ACTOR_CENTRE)


@statement
def event_heads(_sight: Sight) -> AnySelect:
    """Select where the logs of several centres stand: numbers alone, which every role may read (decision 20)."""
    return select(EventHead.centre_id, EventHead.seq).where(EventHead.centre_id == any_(CENTRES))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event as the log keeps it: what happened to which record, by whom, and who saw the record before and after."""

    seq: int
    name: str
    entity: str
    subject_id: UUID
    client_id: UUID | None
    case_id: UUID | None
    actor_kind: str
    actor_id: UUID
    occurred_at: datetime
    changes: Mapping[str, Any]
    """Ids, enums and dates, before and after; of all else only that it changed."""
    before: Audience | None
    after: Audience | None


class OutOfRetention(Exception):
    """The events after a number are not all there any more."""


async def read_head(reads: Reads) -> int:
    """Answer the number of the centre's latest event, in the snapshot of the reads; 0 where nothing has happened."""
    row = await reads.one(event_head)
    return 0 if row is None else int(row["seq"])


async def read_after(reads: Reads, after: int, *, most: int) -> list[Happening]:
    """Answer up to `most` events after a number. Raises OutOfRetention where the next one is not there any more.

    Numbers have no gaps, so that the first event that is left tells whether any before it was dropped; where none is
    left, the head does.
    """
    rows = await reads.all(events_after, after=after, most=most)
    following = int(rows[0]["seq"]) if rows else await read_head(reads) + 1
    if following > after + 1:
        raise OutOfRetention
    return [_happening(row) for row in rows]


async def read_heads(database: Database, centre_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """Answer where the logs of these centres stand, by one statement."""
    async with database.read(system_of(PLATFORM_CENTRE), timeout_ms=_POLL_TIMEOUT_MS) as reader:
        rows = await reader.all(event_heads, centres=list(centre_ids))
    return {row["centre_id"]: int(row["seq"]) for row in rows}


def _happening(row: Record) -> Happening:
    return Happening(
        seq=row["seq"],
        name=row["name"],
        entity=row["entity"],
        subject_id=row["subject_id"],
        client_id=row["client_id"],
        case_id=row["case_id"],
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        occurred_at=row["occurred_at"],
        changes=row["changes"],
        before=_audience(row["audience_before"]),
        after=_audience(row["audience_after"]),
    )


def _audience(told: Mapping[str, Any] | None) -> Audience | None:
    if told is None:
        return None
    return Audience(
        user_ids=tuple(UUID(text) for text in told["user_ids"]),
        team_id=_key(told["team_id"]),
        team_ids=tuple(UUID(text) for text in told.get("team_ids", ())),
        restricted=told["restricted"],
        client_id=_key(told["client_id"]),
        everyone=told["everyone"],
        confidential=told.get("confidential", False),
        author_id=_key(told.get("author_id")),
    )


def _key(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
