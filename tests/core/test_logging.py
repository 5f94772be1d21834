"""One object a line, and no text of an exception or of another library's arguments."""

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from cma_graphql.core.logging import configure_logging, describe_exception, get_logger, log_context
from support.logs import logged

SECRET = "jane@example.org"
Lines = Callable[[], list[dict[str, Any]]]


class DriverError(Exception):
    """Fails as a database driver does."""

    def __init__(self, sqlstate: object) -> None:
        super().__init__(f"parameters: {SECRET}")
        self.sqlstate = sqlstate


def fail(error: Exception) -> None:
    """Raise an exception."""
    raise error


@pytest.fixture(autouse=True)
def stream() -> Iterator[io.StringIO]:
    """Where the logs go; everything as it was afterwards."""
    with logged() as stream:
        yield stream


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """Give what has been logged."""
    return lambda: [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_one_object(lines: Lines) -> None:
    get_logger("tests").info("something\nhappened", count=3)
    [line] = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "something\nhappened", "level": "info", "source": "tests", "count": 3}


def test_below_the_level_nothing_is_written(lines: Lines) -> None:
    get_logger("tests").debug("detail")
    logging.getLogger("library").debug("detail")
    assert lines() == []


def test_other_libraries_are_not_made_to_talk(stream: io.StringIO, lines: Lines) -> None:
    configure_logging(stream=stream, log_level="debug")
    get_logger("tests").debug("ours")
    logging.getLogger("asyncpg").debug("theirs: %s", SECRET)
    assert [line["event"] for line in lines()] == ["ours"]


def test_fields_of_a_block_are_on_each_line(lines: Lines) -> None:
    with log_context(request_id="r1"):
        get_logger("tests").info("inside")
        logging.getLogger("library").warning("inside too")
    get_logger("tests").info("outside")
    assert [line.get("request_id") for line in lines()] == ["r1", "r1", None]


def test_an_exception_has_its_type_and_place_and_no_text(lines: Lines) -> None:
    try:
        fail(ValueError(SECRET))
    except ValueError:
        get_logger("tests").exception("it failed")
    [line] = lines()
    assert line["error"]["type"] == "builtins.ValueError"
    assert line["error"]["at"][0].split(" ")[-1] == "test_an_exception_has_its_type_and_place_and_no_text"
    assert SECRET not in str(line)


def test_causes_are_told_by_type() -> None:
    try:
        try:
            fail(KeyError(SECRET))
        except KeyError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        described = describe_exception(error)
    assert [cause["type"] for cause in described["causes"]] == ["builtins.KeyError"]  # type: ignore[attr-defined]
    assert SECRET not in str(described)


def test_a_group_tells_its_members_types() -> None:
    described = describe_exception(ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)]))
    assert described["members"] == ["builtins.ValueError", "builtins.KeyError"]
    assert SECRET not in str(described)


@pytest.mark.parametrize(("given", "told"), [("23505", "23505"), (None, None), (23505, None), (SECRET, None)])
def test_only_a_sqlstate_is_taken_for_one(given: object, told: str | None) -> None:
    assert describe_exception(DriverError(given)).get("sqlstate") == told


def test_a_sqlstate_is_found_on_what_is_wrapped() -> None:
    wrapper = RuntimeError(SECRET)
    wrapper.orig = DriverError("40001")  # type: ignore[attr-defined]
    assert describe_exception(wrapper)["sqlstate"] == "40001"


def test_causes_that_go_in_circles_end() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    assert len(describe_exception(first)["causes"]) == 4  # type: ignore[arg-type]


def test_another_librarys_message_is_its_template(lines: Lines) -> None:
    logging.getLogger("library").warning("cannot send to %s", SECRET)
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: <{SECRET}>")  # noqa: G004
    assert [(line["source"], line["event"]) for line in lines()] == [
        ("library", "cannot send to %s"),
        ("asyncio", "Task exception was never retrieved"),
    ]


def test_another_librarys_exception_has_no_text(lines: Lines) -> None:
    try:
        fail(DriverError("57014"))
    except DriverError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    [line] = lines()
    assert line["event"] == "Exception in ASGI application"
    assert line["error"]["sqlstate"] == "57014"
    assert SECRET not in str(line)


def test_uvicorns_access_log_is_off(lines: Lines) -> None:
    logging.getLogger("uvicorn.access").info('%s - "GET /graphql?variables=%s"', "192.0.2.1", SECRET)
    assert lines() == []


@pytest.mark.filterwarnings("default")
def test_warnings_are_lines_too(lines: Lines) -> None:
    warnings.warn("careful", UserWarning, stacklevel=1)
    [line] = lines()
    assert line["source"] == "py.warnings"


@pytest.mark.parametrize("name", ["token", "password", "authorization", "variables", "query", "remote_address"])
def test_some_fields_are_never_written(lines: Lines, name: str) -> None:
    get_logger("tests").info("careless", **{name: SECRET})
    assert SECRET not in str(lines())


def test_what_json_does_not_know_is_written_by_type(lines: Lines) -> None:
    get_logger("tests").info("odd", value={SECRET}, error=ValueError(SECRET))
    [line] = lines()
    assert line["value"] == "<set>"
    assert line["error"] == "<ValueError>"


def test_the_console_is_for_people(stream: io.StringIO) -> None:
    configure_logging(stream=stream, log_format="console")
    get_logger("tests").info("hello", count=3)
    try:
        fail(ValueError(SECRET))
    except ValueError:
        get_logger("tests").exception("it failed")
    assert "hello" in stream.getvalue()
    assert "count=3" in stream.getvalue()
    assert SECRET not in stream.getvalue()


def test_a_developers_console_shows_texts(stream: io.StringIO) -> None:
    configure_logging(stream=stream, log_format="console", show_messages=True)
    try:
        fail(ValueError(SECRET))
    except ValueError:
        get_logger("tests").exception("it failed")
    logging.getLogger("library").warning("cannot send to %s", "bob")
    assert f"ValueError: {SECRET}" in stream.getvalue()
    assert "cannot send to bob" in stream.getvalue()
