"""Faults of PostgreSQL and its driver in the product's words."""

import asyncio

import asyncpg
import pytest

from cma_graphql.core.errors import AlreadyExists, DeadlineExceeded, NotFound, Overlaps, Unavailable
from cma_graphql.persistence.failures import TryAgain, in_our_words, translated


def caused(outer: BaseException, cause: BaseException) -> BaseException:
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("fault", "ours"),
    [
        (asyncpg.UniqueViolationError("x"), AlreadyExists),
        (asyncpg.ExclusionViolationError("x"), Overlaps),
        (asyncpg.DeadlockDetectedError("x"), TryAgain),
        (asyncpg.SerializationError("x"), TryAgain),
        (asyncpg.QueryCanceledError("x"), DeadlineExceeded),
        (asyncpg.AdminShutdownError("x"), Unavailable),
        (asyncpg.CrashShutdownError("x"), Unavailable),
        (asyncpg.CannotConnectNowError("x"), Unavailable),
        (asyncpg.ConnectionDoesNotExistError("x"), Unavailable),
        (asyncpg.TooManyConnectionsError("x"), Unavailable),
        (asyncpg.IdleInTransactionSessionTimeoutError("x"), Unavailable),
        (asyncpg.InterfaceError("connection is closed"), Unavailable),
        (asyncpg.InternalClientError("cannot switch to state 15"), Unavailable),
        (ConnectionRefusedError(), Unavailable),
        (FileNotFoundError("no socket"), Unavailable),
        (TimeoutError(), Unavailable),
        (caused(TimeoutError(), asyncio.CancelledError()), Unavailable),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else value.__name__,
)
def test_what_the_product_says(fault: BaseException, ours: type[Exception]) -> None:
    with pytest.raises(ours) as told, in_our_words():
        raise fault
    assert told.value.__cause__ is fault


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.ForeignKeyViolationError("x"),
        asyncpg.CheckViolationError("x"),
        asyncpg.InsufficientPrivilegeError("x"),
        asyncpg.DataError("x"),
        asyncpg.UndefinedTableError("x"),
    ],
)
def test_faults_of_ours_stay_what_they_are(fault: Exception) -> None:
    assert translated(fault) is fault
    with pytest.raises(type(fault)) as told, in_our_words():
        raise fault
    assert told.value is fault


@pytest.mark.parametrize("error", [NotFound(), ZeroDivisionError(), asyncio.CancelledError()])
def test_what_is_not_the_databases_passes(error: BaseException) -> None:
    with pytest.raises(type(error)) as told, in_our_words():
        raise error
    assert told.value is error
