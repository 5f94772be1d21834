"""Queues work of the actor's centre, in the transaction that makes it necessary: both are there, or neither is.

Queue where work follows, never on every mutation: each commit with a job takes PostgreSQL's one lock for notifying.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB

from cma_graphql.persistence.reads import Compiled
from cma_graphql.persistence.transaction import compile_change
from cma_graphql.persistence.unit_of_work import UnitOfWork

AT_ONCE = timedelta(0)


def queueing(*, dedupe: Any, delay: Any) -> Any:
    """Answer the call of the function that queues a job, the application's one door to the queue.

    For a select that queues where there is work: it is called for each of its rows, with the job's `kind` and `ids`.
    """
    return func.job_enqueue(bindparam("kind", type_=Text()), bindparam("ids", type_=JSONB()), dedupe, delay)


@cache
def _enqueueing() -> Compiled:
    return compile_change(
        select(
            queueing(dedupe=bindparam("dedupe", type_=Text()), delay=bindparam("delay", type_=Interval())),
        )
    )


async def enqueue(
    uow: UnitOfWork, name: str, ids: Mapping[str, UUID], *, key: str | None = None, delay: timedelta = AT_ONCE
) -> int:
    """Queue a job by its name in the worker's registry, with the ids that its handler takes; answer its number.

    A `key` that is queued and not yet begun is not queued a second time: what the earlier job does, it then does
    after this commit. The worker acts as the centre's system actor and reads all else by the ids.
    """
    await uow.flush()
    given = {argument: str(value) for argument, value in ids.items()}
    number: int | None = await uow.connection.value(_enqueueing(), kind=name, ids=given, dedupe=key, delay=delay)
    if number is None:
        raise LookupError("A job belongs to a centre, and this transaction has none.")
    return number
