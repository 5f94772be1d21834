"""Reads what a client asks for from JSON or a query string; HTTP, and later SSE and WebSocket, share it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

_EXPECTED = {
    "query": "a string",
    "operationName": "a string or null",
    "variables": "an object or null",
    "extensions": "an object or null",
}
_MAX_PARAMETERS = 20
_MAX_DEPTH = 40


class MalformedRequest(Exception):
    """A request that is not one of GraphQL. `field` names the parameter at fault, where one is."""

    def __init__(self, message: str, *, field: str | None = None, rule: str = "type") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.rule = rule


class UnreadableRequest(MalformedRequest):
    """A request whose body, or a part of whose address, is not the JSON that it should be."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document, which of its operations to execute, and its variables."""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)


def request_from_json(body: bytes) -> GraphQLRequest:
    """Read a JSON body. Raises UnreadableRequest or MalformedRequest."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f" (line {error.lineno}, column {error.colno})" if body else ""
        raise UnreadableRequest(f"The body is not valid JSON{place}.", rule="json") from None
    return request_from_object(value)


def request_from_object(value: object) -> GraphQLRequest:
    """Read a decoded JSON value. Parameters that are not known are ignored, as the specification asks."""
    if isinstance(value, list):
        raise MalformedRequest("Batches are not served: send each operation in a request of its own.", rule="batch")
    if not isinstance(value, dict):
        raise MalformedRequest("The body must be a JSON object.")
    query = value.get("query")
    if query is None:
        raise MalformedRequest("query is required.", field="query", rule="required")
    if not isinstance(query, str):
        raise _wrong_type("query")
    operation_name = value.get("operationName")
    if not isinstance(operation_name, str | None):
        raise _wrong_type("operationName")
    return GraphQLRequest(
        query=query,
        operation_name=operation_name,
        variables=_map(value, "variables"),
        extensions=_map(value, "extensions"),
    )


def request_from_query_string(query_string: bytes) -> GraphQLRequest:
    """Read the query component of an address; an empty parameter is one that was left out."""
    try:
        pairs = parse_qsl(query_string.decode("utf-8", "replace"), max_num_fields=_MAX_PARAMETERS)
    except ValueError:
        raise MalformedRequest(f"At most {_MAX_PARAMETERS} parameters are read.", rule="maximum") from None
    given: dict[str, object] = {}
    for name, value in pairs:
        if name not in _EXPECTED:
            continue
        if name in given:
            raise MalformedRequest(f"{name} is given twice.", field=name, rule="unique")
        given[name] = value
    for name in ("variables", "extensions"):
        text = given.get(name)
        if isinstance(text, str):
            try:
                given[name] = orjson.loads(text)
            except orjson.JSONDecodeError:
                message = f"{name} is not valid JSON."
                raise UnreadableRequest(message, field=name, rule="json") from None
    return request_from_object(given)


def _map(value: dict[str, Any], name: str) -> dict[str, Any]:
    given = value.get(name)
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _wrong_type(name)
    if _is_deep(given):
        message = f"{name} is nested deeper than {_MAX_DEPTH} levels."
        raise MalformedRequest(message, field=name, rule="depth")
    return given


def _is_deep(value: object) -> bool:
    """Tell whether a value is nested too deeply: what came in could not be written into an answer again."""
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _wrong_type(name: str) -> MalformedRequest:
    return MalformedRequest(f"{name} must be {_EXPECTED[name]}.", field=name)
