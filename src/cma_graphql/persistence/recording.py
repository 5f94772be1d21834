"""Turns what services record into event rows and audit rows, in the transaction of the change itself.

The head rows are locked here and nowhere else, as the last thing before COMMIT: sequence numbers are gap-free
and in commit order because whoever holds the lock commits next (decisions 11 and 20).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.digests import CHAIN_START, chain_hash, salted_digest
from cma_graphql.core.events import Audience, Changes, Event, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.logs import AuditEntry, AuditHead, EventHead, LoggedEvent


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as a service recorded it, with what changed and who could see the record before and after."""

    event: Event
    changes: Changes
    before: Audience | None
    after: Audience | None


def plain(value: object) -> Any:
    """Write a column's value as JSON can carry it; money as text, never as a float."""
    match value:
        case Enum():
            shown: Any = value.value
        case UUID() | Decimal():
            shown = str(value)
        case datetime() | date():
            shown = value.isoformat()
        case bytes():
            shown = value.hex()
        case Mapping():
            shown = {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            shown = [plain(item) for item in value]
        case _:
            shown = value
    return shown


def told_in_event(changes: Changes) -> dict[str, Any]:
    """Answer the changes as an event may carry them: no names, no text, nothing sealed."""
    return {
        field: {"old": plain(change.old), "new": plain(change.new)} if change.publicity is Publicity.OPEN else None
        for field, change in changes.items()
    }


def told_in_audit(changes: Changes) -> dict[str, Any]:
    """Answer the changes as the audit row carries them: nothing sealed, everything else in clear until erased."""
    return {
        field: None if change.publicity is Publicity.SEALED else {"old": plain(change.old), "new": plain(change.new)}
        for field, change in changes.items()
    }


def digested(changes: Changes, salt: bytes) -> dict[str, list[str]]:
    """Answer salted digests of every changed value: what the chain vouches for, also after an erasure."""
    nothing = salted_digest(None, salt)  # what every column of a new record was before

    def digest_of(value: object) -> str:
        return nothing if value is None else salted_digest(plain(value), salt)

    return {field: [digest_of(change.old), digest_of(change.new)] for field, change in changes.items()}


def chained_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what of an audit row its hash covers; erasable values stand in it by their digests only."""
    covered = (
        "seq",
        "occurred_at",
        "action",
        "entity",
        "subject_id",
        "client_id",
        "case_id",
        "actor_kind",
        "actor_id",
        "session_id",
        "request_id",
        "digests",
    )
    return {name: plain(row[name]) for name in covered}


def _audience(audience: Audience | None) -> dict[str, Any] | None:
    if audience is None:
        return None
    several = {"team_ids": plain(audience.team_ids)} if audience.team_ids else {}
    return {
        **several,
        "user_ids": [str(user) for user in audience.user_ids],
        "team_id": plain(audience.team_id),
        "restricted": audience.restricted,
        "client_id": plain(audience.client_id),
        "everyone": audience.everyone,
    }


async def begin_logs(connection: AsyncConnection, centre_id: UUID) -> None:
    """Give a new centre the heads of its event log and of its audit chain."""
    await connection.execute(insert(EventHead).values(centre_id=centre_id))
    await connection.execute(insert(AuditHead).values(centre_id=centre_id, hash=CHAIN_START))


async def append(connection: AsyncConnection, actor: Actor, recorded: Sequence[Recorded]) -> int:
    """Write all events of a transaction and their audit rows; answer the centre's new sequence number."""
    centre_id = actor.centre_id
    last = await connection.scalar(
        update(EventHead)
        .where(EventHead.centre_id == centre_id)
        .values(seq=EventHead.seq + len(recorded))
        .returning(EventHead.seq)
    )
    head = (
        await connection.execute(
            select(AuditHead.seq, AuditHead.hash)
            .where(AuditHead.centre_id == centre_id)
            .with_for_update(key_share=True)
        )
    ).one()
    if last is None:
        raise LookupError("the centre has no event head")
    at, seq, previous = now(), head.seq, bytes(head.hash)
    events, entries = [], []
    for number, item in enumerate(recorded, start=last - len(recorded) + 1):
        event = item.event
        shared = {
            "centre_id": centre_id,
            "occurred_at": at,
            "entity": event.entity,
            "subject_id": event.subject_id,
            "client_id": event.client_id,
            "case_id": event.case_id,
            "actor_kind": actor.kind.value,
            "actor_id": actor.user_id,
            "request_id": actor.request_id,
        }
        events.append(
            {
                **shared,
                "day": at.date(),
                "seq": number,
                "name": event.name,
                "version": event.version,
                "changes": told_in_event(item.changes),
                "audience_before": _audience(item.before),
                "audience_after": _audience(item.after),
            }
        )
        seq += 1
        salt = secrets.token_bytes(16)
        entry: dict[str, Any] = {
            **shared,
            "id": new_id(),
            "seq": seq,
            "action": event.name,
            "session_id": actor.session_id,
            "remote_address": actor.remote_address,
            "user_agent": actor.user_agent,
            "changes": told_in_audit(item.changes),
            "digests": digested(item.changes, salt),
            "salt": salt,
            "previous_hash": previous,
        }
        entry["hash"] = previous = chain_hash(previous, chained_facts(entry))
        entries.append(entry)
    await connection.execute(insert(LoggedEvent), events)
    await connection.execute(insert(AuditEntry), entries)
    await connection.execute(update(AuditHead).where(AuditHead.centre_id == centre_id).values(seq=seq, hash=previous))
    return int(last)
