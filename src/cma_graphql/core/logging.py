"""Structured logs to standard error, one object a line, that never hold personal data.

The text of an exception is never written: a driver quotes SQL parameters in it, a parser its input. What is written
is its type, where it was raised, and the SQLSTATE. Messages of other libraries are written as their template, without
the values. Only a developer's console (`show_messages`) prints both in full.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal, TextIO, cast

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor

LogFormat = Literal["json", "console"]
LogLevel = Literal["debug", "info", "warning", "error"]

_NEVER_WRITTEN = frozenset(
    {"authorization", "cookie", "password", "query", "secret", "token", "variables", "remote_address"}
)
_SQLSTATE = re.compile(r"[0-9A-Z]{5}")
_FRAMES = 12
_CAUSES = 4
_FIELDS: ContextVar[Mapping[str, str]] = ContextVar("log_fields", default={})  # noqa: B039 - never changed in place
_FOREIGN_LENGTH = 300


def configure_logging(
    *,
    log_format: LogFormat = "json",
    log_level: LogLevel = "info",
    show_messages: bool = False,
    stream: TextIO | None = None,
) -> None:
    """Send every log line of the process, other libraries' included, to standard error in one form.

    `show_messages` prints exception texts and tracebacks: for a developer's console over demo data, nowhere else.
    uvicorn's access log is switched off, because it holds addresses and query strings; ours replaces it.
    """
    output = stream if stream is not None else sys.stderr
    level = logging.getLevelNamesMapping()[log_level.upper()]
    before: list[Processor] = [
        _add_context,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _drop_what_is_never_written,
    ]
    if not show_messages:
        before.append(_describe_exception)
    last = _console() if log_format == "console" else _json
    structlog.configure(
        processors=[*before, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(output),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_foreign_in_full if show_messages else _foreign_template, *before],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            use_get_message=show_messages,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.INFO), force=True)
    logging.captureWarnings(capture=True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.asgi"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False


def get_logger(name: str) -> FilteringBoundLogger:
    """Give a logger whose lines carry `name` as `source`."""
    return cast("FilteringBoundLogger", structlog.get_logger(source=name))


@contextmanager
def log_context(**fields: str) -> Iterator[None]:
    """Add fields to every line written inside the block, also by tasks started in it."""
    token = _FIELDS.set({**_FIELDS.get(), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def describe_exception(error: BaseException) -> dict[str, object]:
    """Tell the type, place, SQLSTATE and causes of an exception, and none of its text."""
    described: dict[str, object] = {"type": _type_of(error), "at": _places(error.__traceback__)}
    if sqlstate := _sqlstate(error):
        described["sqlstate"] = sqlstate
    if isinstance(error, BaseExceptionGroup):
        described["members"] = [_type_of(member) for member in error.exceptions[:_CAUSES]]
    causes: list[dict[str, object]] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < _CAUSES:
        causes.append({"type": _type_of(cause), "at": _places(cause.__traceback__)[-1:]})
        cause = cause.__cause__ or cause.__context__
    if causes:
        described["causes"] = causes
    return described


def _type_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-_FRAMES:]


def _sqlstate(error: BaseException) -> str | None:
    """Find the SQLSTATE on an exception, on what it wraps (`orig`) or on a cause."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        candidate = waiting.pop()
        if not isinstance(candidate, BaseException) or id(candidate) in seen:
            continue
        seen.add(id(candidate))
        state = getattr(candidate, "sqlstate", None)
        if isinstance(state, str) and _SQLSTATE.fullmatch(state):
            return state
        waiting += [candidate.__context__, candidate.__cause__, getattr(candidate, "orig", None)]
    return None


def _describe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace exception information by its description without text."""
    given = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = describe_exception(error)
    return event


def _add_context(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Add the fields of the blocks around; what a line says itself stands above them."""
    for name, value in _FIELDS.get().items():
        event.setdefault(name, value)
    return event


def _drop_what_is_never_written(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Remove fields that no line may have, should someone pass one by mistake."""
    for name in _NEVER_WRITTEN & event.keys():
        del event[name]
    return event


def _foreign_template(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keep the first line of another library's message template: its further lines and arguments hold values."""
    record: logging.LogRecord = event["_record"]
    event["event"] = str(record.msg).strip().split("\n", 1)[0][:_FOREIGN_LENGTH]
    event["source"] = record.name
    return event


def _foreign_in_full(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["source"] = cast("logging.LogRecord", event["_record"]).name
    return event


def _json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    """Write a line as JSON; what JSON does not know is written as its type's name, never as its text."""
    return orjson.dumps(event, default=lambda value: f"<{type(value).__name__}>").decode()


def _console() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
