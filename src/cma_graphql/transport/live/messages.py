"""The messages of the protocol graphql-transport-ws, read and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from cma_graphql.transport.answers import write_json

SUBPROTOCOL = "graphql-transport-ws"

INVALID = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_UNKNOWN = 4406
INIT_TIMEOUT = 4408
DUPLICATE = 4409
TOO_MANY_INITS = 4429
FAILED = 4500
RESTART = 1012
TRY_AGAIN = 1013

NEXT_TAIL = b"}"

_LONGEST_ID = 128
_LONGEST_REASON = 123  # bytes that a close frame has room for


class Closing(Exception):
    """The connection has to be closed, with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Init:
    """Who a connection is."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """A question for a sign of life, perhaps with a newer token."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pong:
    """A sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """An operation: a query or mutation as well as a subscription. Its payload is not looked at yet."""

    id: str
    payload: object


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


Incoming = Init | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Incoming:
    """Read a message. Raises Closing (4400) for what is none."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closing(INVALID, "The message is not valid JSON.") from None
    if not isinstance(message, dict):
        raise Closing(INVALID, "A message is a JSON object.")
    match message.get("type"):
        case "connection_init":
            return Init(_payload(message))
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), message.get("payload"))
        case "complete":
            return Complete(_id(message))
    raise Closing(INVALID, "A message has a type that clients send.")


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any]:
    payload = message.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise Closing(INVALID, "The payload is an object, or left out.")
    return payload


def _id(message: Mapping[str, Any]) -> str:
    given = message.get("id")
    if not isinstance(given, str) or not 0 < len(given) <= _LONGEST_ID:
        raise Closing(INVALID, f"An id is a string of 1 to {_LONGEST_ID} characters.")
    return given


def authorization_of(payload: Mapping[str, Any]) -> str | None:
    """Find the header's value in a payload, under either name. Raises Closing (4400) where it is no string."""
    given = payload.get("Authorization", payload.get("authorization"))
    if given is not None and not isinstance(given, str):
        raise Closing(INVALID, "authorization is a string: Bearer and the token.")
    return given


def write_ack(ends_at: str) -> str:
    """Write that a connection is taken on, and until when its token is good."""
    return write_json({"type": "connection_ack", "payload": {"sessionExpiresAt": ends_at}}).decode()


def write_pong(payload: Mapping[str, Any] | None = None) -> str:
    """Write a sign of life."""
    return write_json({"type": "pong"} if payload is None else {"type": "pong", "payload": payload}).decode()


def write_next(operation_id: str, body: bytes) -> str:
    """Write a delivery, its body as it stands."""
    return (write_next_head(operation_id) + body + NEXT_TAIL).decode()


def write_next_head(operation_id: str) -> bytes:
    """Write what stands before a delivery's body in a message that ends with `NEXT_TAIL`."""
    return b'{"id":%b,"type":"next","payload":' % orjson.dumps(operation_id)


def write_error(operation_id: str, errors: Sequence[Mapping[str, Any]]) -> str:
    """Write that an operation was refused, or ended by a failure."""
    return write_json({"id": operation_id, "type": "error", "payload": errors}).decode()


def write_complete(operation_id: str) -> str:
    """Write that an operation has come to its end."""
    return write_json({"id": operation_id, "type": "complete"}).decode()
