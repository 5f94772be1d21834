"""Faults of PostgreSQL told in the product's own words, by SQLSTATE, never by a constraint's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import asyncpg

from cma_graphql.core.errors import AlreadyExists, DeadlineExceeded, DomainError, Overlaps, Unavailable

UNIQUE_VIOLATION = "23505"
EXCLUSION_VIOLATION = "23P01"
QUERY_CANCELED = "57014"
RETRIED = frozenset({"40P01", "40001"})
"""Deadlock and serialisation failure: the transaction may simply be run again."""

DRIVER_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What asyncpg raises, a lost connection included; InternalClientError when it is lost between two statements."""

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


OUTAGES = (DomainError, TryAgain)
"""What the database's absence is told by, by whoever waits it out."""


def translated(error: BaseException) -> BaseException:
    """Answer the product's error for a fault of the database, or the fault itself where it is our own."""
    link: BaseException | None = error
    while link is not None:
        ours = _in_our_words(link)
        if ours is not None:
            return ours
        link = link.__cause__
    return error


def _in_our_words(fault: BaseException) -> Exception | None:
    state = getattr(fault, "sqlstate", None)
    if state in RETRIED:
        return TryAgain()
    if state == UNIQUE_VIOLATION:
        return AlreadyExists()
    if state == EXCLUSION_VIOLATION:
        return Overlaps()
    if state == QUERY_CANCELED:
        return DeadlineExceeded()
    # asyncpg's complaint about an argument of ours is an InterfaceError, too, and a ValueError besides.
    if isinstance(fault, _GONE) and not isinstance(fault, ValueError):
        return Unavailable()
    return None


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise Unavailable, DeadlineExceeded, AlreadyExists, Overlaps or TryAgain for what the database reports."""
    try:
        yield
    except DRIVER_FAULTS as error:
        raise_in_our_words(error)


def raise_in_our_words(fault: Exception) -> NoReturn:
    """Raise what `in_our_words` does for one of DRIVER_FAULTS."""
    ours = translated(fault)
    if ours is fault:
        raise fault
    raise ours from fault
