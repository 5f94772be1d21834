"""Gives advisors' appointments to their calendar programs, at addresses that are the authorisation.

Calendar programs ask every few minutes and cannot sign in; most of the time nothing has changed, and 304 says so.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from cma_graphql.core.errors import DomainError
from cma_graphql.transport.answers import RETRY_SECONDS, error_body, json_response
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import record_of

CALENDAR_PATH = "/calendar"
CALENDAR = "text/calendar; charset=utf-8"
LONGEST_TOKEN = 200


class CalendarFile(Protocol):
    """A calendar, and what it is told from an earlier one by."""

    @property
    def body(self) -> bytes:
        """Its bytes."""
        ...

    @property
    def etag(self) -> str:
        """Its entity tag, in quotes."""
        ...


Find = Callable[[str], Awaitable[CalendarFile | None]]
"""Answers the calendar that a token opens; None where it opens none."""


class CalendarEndpoint:
    """The addresses of advisors' calendars."""

    def __init__(self, find: Find) -> None:
        self._find = find

    async def read(self, request: Request) -> Response:
        """Give a calendar, or say that it is the one that the caller has; 404 for an address that is not good."""
        token: str = request.path_params["token"]
        try:
            found = await self._find(token) if len(token) <= LONGEST_TOKEN else None
        except DomainError as away:
            return _refused(request, 503, away.code, away.message, {"Retry-After": str(RETRY_SECONDS)})
        if found is None:
            return _refused(request, 404, "NOT_FOUND", "This address is not good, or not any more: make another.")
        # Kept by nobody but whoever asked, and asked for anew each time: then revoking is felt at once.
        headers = {"ETag": found.etag, "Cache-Control": "private, no-cache"}
        if _has(request.headers.get("if-none-match", ""), found.etag):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = 'inline; filename="appointments.ics"'
        return Response(found.body, media_type=CALENDAR, headers=headers)


def calendar_routes(find: Find) -> list[BaseRoute]:
    """Give the route of calendars."""
    return [Route(f"{CALENDAR_PATH}/{{token}}.ics", CalendarEndpoint(find).read, methods=["GET"])]


def _has(given: str, etag: str) -> bool:
    """Tell whether an entity tag is among those that a caller has; weakly, as reading asks for (RFC 9110)."""
    return given.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in given.split(",")}


def _refused(request: Request, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    record = record_of(request.scope)
    record.add_codes([code])
    return json_response(error_body(code, message, record.request_id), status, JSON, headers)
