"""Serves GraphQL over HTTP: reads a request, prepares its document, enters a context, executes, answers."""

from collections.abc import Awaitable, Callable, Mapping

from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cma_graphql.graph.operations import Result
from cma_graphql.transport.answers import ALLOWED_METHODS, DRAFT_2025, Edition, HttpRefused
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.executing import Executing, refuse_mutation_by_get
from cma_graphql.transport.graphql_answers import GraphQLAnswers
from cma_graphql.transport.graphql_request import GraphQLRequest, request_from_query_string
from cma_graphql.transport.incoming import Incoming
from cma_graphql.transport.live.event_stream import EVENT_STREAM, EventStreams
from cma_graphql.transport.negotiation import HTML, JSON, choose_media_type

PREFLIGHT_HEADERS = ("X-CMA-Preflight", "GraphQL-Require-Preflight")
"""A GET needs one of these: a browser then asks for leave first, so no page of a stranger can send one (CSRF)."""


class GraphQLEndpoint:
    """The ASGI application at /graphql."""

    def __init__(
        self,
        executing: Executing,
        *,
        playground: Callable[[Request], Awaitable[Response]] | None = None,
        edition: Edition = DRAFT_2025,
        events: EventStreams | None = None,
    ) -> None:
        """Take what executes, and who answers as server-sent events, if anybody does."""
        self.executing = executing
        self._answers = GraphQLAnswers(edition)
        self._limits = executing.limits
        self._playground = playground
        self._offers = edition.offers
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing is sent to a client that has gone."""
        incoming = Incoming(scope, receive)
        try:
            response = await self._respond(incoming, send)
        except ClientGone:
            incoming.record.add_codes(["CLIENT_GONE"])
            return
        if response is None:
            return
        if incoming.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, incoming: Incoming, send: Send) -> Response | None:
        """Build the answer, an error's as well as a result's; None where it has been sent as events."""
        if incoming.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ALLOWED_METHODS})
        media_type = JSON
        try:
            _check_method(incoming.method)
            if self._playground is not None and self._wants_page(incoming):
                return await self._playground(Request(incoming.scope, incoming.receive))
            if self._events is not None and incoming.method != "HEAD":
                offer = incoming.negotiate((*self._offers, EVENT_STREAM))
                if offer == EVENT_STREAM:
                    await self._events.answer(await self._read(incoming), incoming, send)
                    return None
                media_type = offer
            else:
                media_type = incoming.negotiate(self._offers)
            result, extensions = await self._execute(await self._read(incoming), incoming)
            return self._answers.result(result, extensions, incoming.record, media_type)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: masked, logged once, answered well-formed
            return self._answers.failure(error, incoming.record, media_type)

    async def _read(self, incoming: Incoming) -> GraphQLRequest:
        return await incoming.read_json(self._limits) if incoming.method == "POST" else self._read_get(incoming)

    async def _execute(self, request: GraphQLRequest, incoming: Incoming) -> tuple[Result, Mapping[str, object]]:
        """Prepare the document and execute the operation; a query ends when nobody waits any more."""
        asked = self.executing.prepare(request, incoming.record)
        refuse_mutation_by_get(asked, incoming.method)
        async with CancelledWhenGone(incoming.receive, watched=asked.type is OperationType.QUERY):
            return await self.executing.execute(asked, incoming.facts(self._limits), incoming.record)

    def _read_get(self, incoming: Incoming) -> GraphQLRequest:
        if not any(name in incoming.headers for name in PREFLIGHT_HEADERS):
            message = f"A GET needs the header {PREFLIGHT_HEADERS[0]}, with any value; or use POST."
            raise HttpRefused(400, "PREFLIGHT_REQUIRED", message)
        if len(incoming.query_string) > self._limits.body_bytes:
            message = f"The address is longer than {self._limits.body_bytes} bytes; use POST."
            raise HttpRefused(414, "LIMIT_REACHED", message)
        return request_from_query_string(incoming.query_string)

    def _wants_page(self, incoming: Incoming) -> bool:
        """Tell whether a browser asks for the playground: GET, HTML preferred, no document given."""
        if incoming.method not in {"GET", "HEAD"} or b"query=" in incoming.query_string:
            return False
        return choose_media_type(incoming.values(b"accept"), (*self._offers, HTML)) == HTML


def _check_method(method: str) -> None:
    if method not in {"GET", "HEAD", "POST"}:
        message = "Use POST, or GET for a query."
        raise HttpRefused(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": ALLOWED_METHODS})
