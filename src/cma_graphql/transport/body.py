"""Reads a request's body, never more of it than is allowed."""

import asyncio

from starlette.types import Receive

from cma_graphql.transport.answers import HttpRefused


class ClientGone(Exception):
    """The client has closed the connection; nobody waits for the answer."""


def check_body(encoding: str, declared: str, *, maximum: int) -> None:
    """Refuse, by its Content-Encoding and Content-Length, a body that is compressed or longer than `maximum` bytes."""
    if encoding.strip().lower() not in {"", "identity"}:
        raise HttpRefused(
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the body without a content encoding.",
            headers={"Accept-Encoding": "identity"},
        )
    if declared.isdecimal() and (len(declared) > 18 or int(declared) > maximum):  # noqa: PLR2004 - int() of a short text only
        raise _too_long(maximum)


async def read_body(receive: Receive, *, maximum: int, seconds: float) -> bytes:
    """Read the whole body. Refuses one longer than `maximum` bytes, or not there after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive, maximum)
    except TimeoutError:
        raise HttpRefused(
            408,
            "REQUEST_TIMEOUT",
            "The request's body did not arrive in time.",
            headers={"Connection": "close"},
        ) from None


async def _collect(receive: Receive, maximum: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk: bytes = message.get("body", b"")
        length += len(chunk)
        if length > maximum:
            raise _too_long(maximum)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_long(maximum: int) -> HttpRefused:
    return HttpRefused(
        413,
        "LIMIT_REACHED",
        f"The request is longer than {maximum} bytes.",
        extensions={"limit": "body_bytes", "maximum": maximum, "setting": "CMA_MAX_BODY_BYTES"},
    )
