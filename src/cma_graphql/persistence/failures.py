"""Faults of PostgreSQL told in the product's own words, by SQLSTATE, never by a constraint's name."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from cma_graphql.core.errors import AlreadyExists, DeadlineExceeded, Unavailable

UNIQUE_VIOLATION = "23505"
QUERY_CANCELED = "57014"
RETRIED = frozenset({"40P01", "40001"})
"""Deadlock and serialisation failure: the transaction may simply be run again."""

_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    OSError,
    TimeoutError,
)


class TryAgain(Exception):
    """The transaction lost against another and may be run again."""


def translated(error: BaseException) -> BaseException:
    """Answer the product's error for a fault of the database, or the fault itself where it is our own."""
    cause: BaseException = error
    while isinstance(cause, DBAPIError) and cause.__cause__ is not None:
        cause = cause.__cause__
    while cause.__cause__ is not None and not isinstance(cause, asyncpg.PostgresError):
        cause = cause.__cause__
    state = getattr(cause, "sqlstate", None)
    if state in RETRIED or isinstance(error, StaleDataError):
        return TryAgain()
    if state == UNIQUE_VIOLATION:
        return AlreadyExists()
    if state == QUERY_CANCELED:
        return DeadlineExceeded()
    if isinstance(cause, _GONE):
        return Unavailable()
    return error


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise Unavailable, DeadlineExceeded, AlreadyExists or TryAgain for what the database reports."""
    try:
        yield
    except (DBAPIError, StaleDataError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        ours = translated(error)
        if ours is error:
            raise
        raise ours from error
