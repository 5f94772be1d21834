"""Runs a service in a unit of work: opened, committed, retried where the database asks for it, replayed by key."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, LargeBinary, Uuid, and_, bindparam, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, Unavailable
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import TryAgain
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.logs import IdempotencyKey
from cma_graphql.persistence.reads import Compiled
from cma_graphql.persistence.transaction import compile_change
from cma_graphql.persistence.unit_of_work import UnitOfWork

REPLAYED_FOR = timedelta(hours=24)
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Repetition:
    """The key under which a mutation is done once, and a digest of its input."""

    mutation: str
    key: str
    input_hash: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a write answered: the ids of its subjects, what the service returned, whether it was a replay."""

    subject_ids: tuple[UUID, ...]
    returned: Any
    replayed: bool


@asynccontextmanager
async def unit_of_work(
    database: Database, keys: CentreKeys, actor: Actor, *, timeout_ms: int = 10_000
) -> AsyncGenerator[UnitOfWork]:
    """Open a unit of work; commit it at the end of the block, roll everything back on any error."""
    async with database.writing(actor, timeout_ms=timeout_ms) as transaction:
        uow = UnitOfWork(transaction, actor, keys)
        yield uow
        await uow.finish()
    if uow.last is not None:
        database.committed(actor.centre_id, uow.last)
    for afterwards in uow.afterwards:
        await afterwards()


async def write(
    database: Database,
    keys: CentreKeys,
    actor: Actor,
    service: Callable[..., Awaitable[Any]],
    *,
    repetition: Repetition | None = None,
    timeout_ms: int = 10_000,
    **arguments: Any,
) -> Outcome:
    """Call a service in a unit of work of its own, twice more where it lost to another transaction.

    A service returns a UUID, several, or nothing; those are the subjects that a replay reads again.
    """
    for _ in range(_ATTEMPTS):
        try:
            async with unit_of_work(database, keys, actor, timeout_ms=timeout_ms) as uow:
                if repetition is not None:
                    earlier = await _claim(uow, repetition)
                    if earlier is not None:
                        return Outcome(tuple(earlier), None, replayed=True)
                returned = await service(uow, **arguments)
                subjects = _subjects(returned)
                if repetition is not None:
                    await _settle(uow, repetition, subjects)
        except TryAgain:
            continue
        return Outcome(subjects, returned, replayed=False)
    raise Unavailable("Others are changing the same records just now. Try again in a moment.")


def _subjects(returned: object) -> tuple[UUID, ...]:
    if isinstance(returned, UUID):
        return (returned,)
    if isinstance(returned, tuple | list):
        return tuple(item for item in returned if isinstance(item, UUID))
    return ()


async def _claim(uow: UnitOfWork, repetition: Repetition) -> Sequence[UUID] | None:
    """Insert the key first of all: a twin waits here for the first to commit. Answer the earlier subjects."""
    stamp = now()
    given = {**_key_of(uow, repetition), "input_hash": repetition.input_hash, "stamp": stamp}
    claimed = await uow.connection.value(_claiming(), **given, forgotten=stamp - REPLAYED_FOR)
    if claimed is not None:
        return None
    (earlier,) = await uow.connection.fetch(_earlier().text, _earlier().arguments(given))
    if bytes(earlier["input_hash"]) != repetition.input_hash:
        raise Invalid("idempotency_key", "idempotency-key-reused", "This key was used before with a different input.")
    return list(earlier["subject_ids"])


async def _settle(uow: UnitOfWork, repetition: Repetition, subjects: tuple[UUID, ...]) -> None:
    await uow.flush()
    given = {**_key_of(uow, repetition), "subjects": list(subjects)}
    await uow.connection.execute(_settling().text, _settling().arguments(given))


async def forget_repetitions(uow: UnitOfWork, at: datetime, *, most: int) -> int:
    """Delete so many of the centre's keys that are forgotten at an instant, the oldest first; answer how many.

    One that is being claimed anew just then is left out.
    """
    key = (IdempotencyKey.actor_id, IdempotencyKey.mutation, IdempotencyKey.key)
    forgotten = (
        select(*key)
        .where(IdempotencyKey.centre_id == uow.actor.centre_id, IdempotencyKey.created_at < at - REPLAYED_FOR)
        .order_by(IdempotencyKey.created_at)
        .limit(literal(most, Integer()))
        .with_for_update(skip_locked=True)
        .cte("forgotten")
    )
    return await uow.connection.count(
        delete(IdempotencyKey).where(
            IdempotencyKey.centre_id == uow.actor.centre_id, *(column == forgotten.c[column.key] for column in key)
        )
    )


def _key_of(uow: UnitOfWork, repetition: Repetition) -> dict[str, object]:
    return {
        "actor_centre": uow.actor.centre_id,
        "actor_user": uow.actor.user_id,
        "of_mutation": repetition.mutation,
        "of_key": repetition.key,
    }


_MUTATION: Any = bindparam("of_mutation")
_KEY: Any = bindparam("of_key")
_THIS_KEY = and_(
    IdempotencyKey.centre_id == ACTOR_CENTRE,
    IdempotencyKey.actor_id == ACTOR_USER,
    IdempotencyKey.mutation == _MUTATION,
    IdempotencyKey.key == _KEY,
)


@cache
def _claiming() -> Compiled:
    """Compile what inserts a key, or takes over one that is forgotten; it answers nothing where the key is in use."""
    renewed: dict[str, Any] = {
        "input_hash": bindparam("input_hash", type_=LargeBinary()),
        "subject_ids": literal([], ARRAY(Uuid())),
        "created_at": bindparam("stamp", type_=DateTime(timezone=True)),
    }
    return compile_change(
        insert(IdempotencyKey)
        .values(centre_id=ACTOR_CENTRE, actor_id=ACTOR_USER, mutation=_MUTATION, key=_KEY, **renewed)
        .on_conflict_do_update(
            index_elements=["centre_id", "actor_id", "mutation", "key"],
            set_=renewed,
            where=IdempotencyKey.created_at < bindparam("forgotten", type_=DateTime(timezone=True)),
        )
        .returning(IdempotencyKey.key)
    )


@cache
def _earlier() -> Compiled:
    """Compile what reads what came of a key when it was used before."""
    return compile_change(select(IdempotencyKey.input_hash, IdempotencyKey.subject_ids).where(_THIS_KEY))


@cache
def _settling() -> Compiled:
    """Compile what notes the subjects of what was done under a key."""
    return compile_change(
        update(IdempotencyKey).where(_THIS_KEY).values(subject_ids=bindparam("subjects", type_=ARRAY(Uuid())))
    )
