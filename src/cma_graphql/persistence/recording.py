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
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.digests import CHAIN_START, SALT_BYTES, chain_hash, salted_digest
from cma_graphql.core.events import Audience, Changes, Event, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.logs import AuditEntry, AuditHead, EventHead, LoggedEvent
from cma_graphql.persistence.reads import Compiled
from cma_graphql.persistence.transaction import Transaction, compile_change


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as a service recorded it, with what changed and who could see the record before and after."""

    event: Event
    changes: Changes
    before: Audience | None
    after: Audience | None


_AS_THEY_ARE = frozenset({type(None), bool, int, str})


def plain(value: object) -> Any:
    """Write a column's value as JSON can carry it; money as text, never as a float."""
    if type(value) in _AS_THEY_ARE:
        return value
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
    kept = {"confidential": True, "author_id": plain(audience.author_id)} if audience.confidential else {}
    return {
        **several,
        **kept,
        "user_ids": [str(user) for user in audience.user_ids],
        "team_id": plain(audience.team_id),
        "restricted": audience.restricted,
        "client_id": plain(audience.client_id),
        "everyone": audience.everyone,
    }


async def begin_logs(transaction: Transaction, centre_id: UUID) -> None:
    """Give a new centre the heads of its event log and of its audit chain."""
    await transaction.count(insert(EventHead).values(centre_id=centre_id))
    await transaction.count(insert(AuditHead).values(centre_id=centre_id, hash=CHAIN_START))


async def append(transaction: Transaction, actor: Actor, recorded: Sequence[Recorded]) -> int:
    """Write all events of a transaction and their audit rows; answer the centre's new sequence number.

    Two statements, however many they are: one takes the heads, one writes.
    """
    heads = _taking_heads()
    rows = await transaction.fetch(
        heads.text, heads.arguments({"actor_centre": actor.centre_id, "ahead": len(recorded)})
    )
    if not rows:
        raise LookupError("the centre has no heads")
    ((last, seq, chained),) = rows
    at, previous = now(), bytes(chained)
    shared = {
        "centre_id": actor.centre_id,
        "occurred_at": at,
        "day": at.date(),
        "actor_kind": actor.kind.value,
        "actor_id": actor.user_id,
        "session_id": actor.session_id,
        "request_id": actor.request_id,
        "remote_address": actor.remote_address,
        "user_agent": actor.user_agent,
    }
    lines: list[dict[str, Any]] = []
    for number, item in enumerate(recorded, start=1):
        line = _line(item, shared, seq + number, previous)
        line["event_seq"] = last - len(recorded) + number
        previous = line["hash"]
        lines.append(line)
    alone = len(lines) == 1
    values = {name: lines[0][name] if alone else [line[name] for line in lines] for name in _LINES}
    given = {**shared, **{_GIVEN + name: value for name, value in values.items()}}
    given |= {"last_seq": seq + len(lines), "last_hash": previous}
    writing = _writing(alone=alone)
    await transaction.execute(writing.text, writing.arguments(given))
    return int(last)


def _line(item: Recorded, shared: Mapping[str, Any], seq: int, previous: bytes) -> dict[str, Any]:
    """Answer what an event and its audit row do not share with the others of the transaction."""
    event, salt = item.event, secrets.token_bytes(SALT_BYTES)
    line: dict[str, Any] = {
        "id": new_id(),
        "seq": seq,
        "action": event.name,
        "entity": event.entity,
        "subject_id": event.subject_id,
        "client_id": event.client_id,
        "case_id": event.case_id,
        "version": event.version,
        "digests": digested(item.changes, salt),
        "salt": salt,
        "previous_hash": previous,
    }
    line["hash"] = chain_hash(previous, chained_facts({**shared, **line}))
    line["digests"] = _json(line["digests"])
    line["told"] = _json(told_in_event(item.changes))
    line["changes"] = _json(told_in_audit(item.changes))
    line["audience_before"] = _json(_audience(item.before))
    line["audience_after"] = _json(_audience(item.after))
    return line


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


@cache
def _taking_heads() -> Compiled:
    """Compile what takes the next numbers of the event log and locks the end of the audit chain, in this order."""
    taken = (
        update(EventHead)
        .where(EventHead.centre_id == ACTOR_CENTRE)
        .values(seq=EventHead.seq + bindparam("ahead", type_=BigInteger()))
        .returning(EventHead.seq)
        .cte("taken")
    )
    return compile_change(
        select(taken.c.seq, AuditHead.seq, AuditHead.hash)
        .select_from(taken)
        .join(AuditHead, AuditHead.centre_id == ACTOR_CENTRE)
        .with_for_update(key_share=True, of=AuditHead)
    )


_LINES: Mapping[str, Any] = {
    "event_seq": BigInteger(),
    "id": Uuid(),
    "seq": BigInteger(),
    "action": Text(),
    "entity": Text(),
    "subject_id": Uuid(),
    "client_id": Uuid(),
    "case_id": Uuid(),
    "version": Integer(),
    "told": Text(),
    "audience_before": Text(),
    "audience_after": Text(),
    "changes": Text(),
    "digests": Text(),
    "salt": LargeBinary(),
    "previous_hash": LargeBinary(),
    "hash": LargeBinary(),
}
"""What each event and its audit row have of their own; JSON as text."""
_GIVEN = "given_"
"""Begins the names of their parameters."""
_SHARED: Mapping[str, Any] = {
    "centre_id": Uuid(),
    "occurred_at": DateTime(timezone=True),
    "day": Date(),
    "actor_kind": Text(),
    "actor_id": Uuid(),
    "session_id": Uuid(),
    "request_id": Text(),
    "remote_address": Text(),
    "user_agent": Text(),
}
"""What all of a transaction share."""


@cache
def _writing(*, alone: bool) -> Compiled:
    """Compile what writes events, their audit rows and the new end of the chain: one statement for any number.

    For one event that is alone its values are parameters themselves: the driver looks long at an array.
    """
    lines = _values_of_one() if alone else _values_of_several()
    shared = {name: bindparam(name, type_=kind) for name, kind in _SHARED.items()}

    def inserted(entity: type[Any], renamed: Mapping[str, str]) -> Any:
        values = {}
        for kept in entity.__table__.columns:
            name = renamed.get(kept.key, kept.key)
            values[kept.key] = shared[name] if name in shared else _as_kept(kept, lines[name])
        return insert(entity).from_select(list(values), select(*values.values()))

    events = inserted(LoggedEvent, {"seq": "event_seq", "name": "action", "changes": "told"})
    return compile_change(
        update(AuditHead)
        .where(AuditHead.centre_id == shared["centre_id"])
        .values(seq=bindparam("last_seq", type_=BigInteger()), hash=bindparam("last_hash", type_=LargeBinary()))
        .add_cte(events.cte("logged"), inserted(AuditEntry, {}).cte("audited"))
    )


def _values_of_one() -> Mapping[str, Any]:
    return {name: bindparam(_GIVEN + name, type_=kind) for name, kind in _LINES.items()}


def _values_of_several() -> Mapping[str, Any]:
    """Answer the columns of a table of parameters: an array for each, however many events there are."""
    arrays = [bindparam(_GIVEN + name, type_=ARRAY(kind)) for name, kind in _LINES.items()]
    columns = [column(name, kind) for name, kind in _LINES.items()]
    table: Any = func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
    lines: Any = select(table).cte("lines")
    return dict(lines.c.items())


def _as_kept(kept: Column[Any], given: Any) -> Any:
    return cast(given, JSONB) if isinstance(kept.type, JSONB) else given
