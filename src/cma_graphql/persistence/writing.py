"""Runs a service in a unit of work: opened, committed, retried where the database asks for it, replayed by key."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, Unavailable
from cma_graphql.persistence.database import Database, driver_of
from cma_graphql.persistence.failures import TryAgain, in_our_words
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.logs import IdempotencyKey
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
    async with database.writing(actor, timeout_ms=timeout_ms) as connection:
        uow = UnitOfWork(connection, await driver_of(connection), actor, keys)
        try:
            yield uow
            await uow.finish()
        finally:
            await uow.close()
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


def _key_of(uow: UnitOfWork, repetition: Repetition) -> dict[str, object]:
    return {
        "centre_id": uow.actor.centre_id,
        "actor_id": uow.actor.user_id,
        "mutation": repetition.mutation,
        "key": repetition.key,
    }


async def _claim(uow: UnitOfWork, repetition: Repetition) -> Sequence[UUID] | None:
    """Insert the key first of all: a twin waits here for the first to commit. Answer the earlier subjects."""
    stamp = now()
    values = {**_key_of(uow, repetition), "input_hash": repetition.input_hash, "subject_ids": [], "created_at": stamp}
    with in_our_words():
        claimed = await uow.connection.scalar(
            insert(IdempotencyKey)
            .values(**values)
            .on_conflict_do_update(
                index_elements=["centre_id", "actor_id", "mutation", "key"],
                set_={"input_hash": repetition.input_hash, "subject_ids": [], "created_at": stamp},
                where=IdempotencyKey.created_at < stamp - REPLAYED_FOR,
            )
            .returning(IdempotencyKey.key)
        )
        if claimed is not None:
            return None
        earlier = (
            await uow.connection.execute(
                select(IdempotencyKey.input_hash, IdempotencyKey.subject_ids).filter_by(**_key_of(uow, repetition))
            )
        ).one()
    if bytes(earlier.input_hash) != repetition.input_hash:
        raise Invalid("idempotency_key", "idempotency-key-reused", "This key was used before with a different input.")
    return list(earlier.subject_ids)


async def _settle(uow: UnitOfWork, repetition: Repetition, subjects: tuple[UUID, ...]) -> None:
    await uow.flush()
    with in_our_words():
        await uow.connection.execute(
            update(IdempotencyKey).filter_by(**_key_of(uow, repetition)).values(subject_ids=list(subjects))
        )
