"""Serves GraphQL over HTTP: reads a request, prepares its document, enters a context, executes, answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import strawberry
from graphql import OperationType
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.operations import Operations, Result
from cma_graphql.graph.prepared import Documents, PreparedDocument
from cma_graphql.graph.refusals import (
    DEADLINE_EXCEEDED,
    INTROSPECTION_DISABLED,
    Refusal,
    RequestRefused,
)
from cma_graphql.transport.answers import ALLOWED_METHODS, DRAFT_2025, RETRY_SECONDS, Edition, HttpRefused
from cma_graphql.transport.body import ClientGone
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.graphql_answers import GraphQLAnswers
from cma_graphql.transport.graphql_request import GraphQLRequest, request_from_query_string
from cma_graphql.transport.incoming import Incoming
from cma_graphql.transport.negotiation import HTML, JSON, choose_media_type

PREFLIGHT_HEADERS = ("X-CMA-Preflight", "GraphQL-Require-Preflight")
"""A GET needs one of these: a browser then asks for leave first, so no page of a stranger can send one (CSRF)."""


class OperationContext(Protocol):
    """What the edge needs of the context that resolvers are given."""

    operation_name: str
    """Set by the edge once the document is known to be valid; empty for an operation without a name."""

    @property
    def redacted(self) -> Sequence[Mapping[str, object]]:
        """Positions whose values were withheld (decision 19)."""
        ...

    @property
    def may_introspect(self) -> bool:
        """Whether this caller may ask for the schema."""
        ...

    @property
    def signed_in(self) -> bool:
        """Whether this caller has signed in."""
        ...

    def log_fields(self) -> Mapping[str, str]:
        """Say for the access log what kind of actor calls and for which centre; nothing personal."""
        ...


class ContextFactory(Protocol):
    """Makes the context of one operation: entering it signs the caller in, leaving it gives back what it holds."""

    def __call__(self, facts: RequestFacts, /) -> AbstractAsyncContextManager[OperationContext]:
        """Prepare a context. Entering it raises Unauthenticated or Unavailable."""
        ...


class GraphQLEndpoint:
    """The ASGI application at /graphql."""

    def __init__(
        self,
        *,
        schema: strawberry.Schema,
        context_factory: ContextFactory,
        limits: Limits,
        playground: Callable[[Request], Awaitable[Response]] | None = None,
        suggestions: bool = False,
        edition: Edition = DRAFT_2025,
    ) -> None:
        """Take the schema and who makes contexts. `suggestions` (“Did you mean …”) are for development."""
        self.documents = Documents(schema, limits, suggestions=suggestions)
        self.operations = Operations(schema, suggestions=suggestions)
        self._answers = GraphQLAnswers(edition)
        self._context_factory = context_factory
        self._limits = limits
        self._playground = playground
        self._offers = edition.offers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing is sent to a client that has gone."""
        incoming = Incoming(scope, receive)
        try:
            response = await self._respond(incoming)
        except ClientGone:
            incoming.record.add_codes(["CLIENT_GONE"])
            return
        if incoming.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, incoming: Incoming) -> Response:
        """Build the answer, an error's as well as a result's."""
        if incoming.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ALLOWED_METHODS})
        media_type = JSON
        try:
            _check_method(incoming.method)
            if self._playground is not None and self._wants_page(incoming):
                return await self._playground(Request(incoming.scope, incoming.receive))
            media_type = incoming.negotiate(self._offers)
            if incoming.method == "POST":
                request = await incoming.read_json(self._limits)
            else:
                request = self._read_get(incoming)
            result, extensions = await self._execute(request, incoming)
            return self._answers.result(result, extensions, incoming.record, media_type)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: masked, logged once, answered well-formed
            return self._answers.failure(error, incoming.record, media_type)

    async def _execute(self, request: GraphQLRequest, incoming: Incoming) -> tuple[Result, Mapping[str, object]]:
        """Prepare the document, sign the caller in, execute, and tell what it cost and what was withheld.

        The last two are bounded by the deadline and, for a query, end when nobody waits any more. An operation that is
        stopped while executing is answered as executed: null data and one error, as the specification has it; what a
        mutation's earlier fields did is done.
        """
        prepared = self.documents.prepare(request.query)
        operation = prepared.operation(request.operation_name)
        incoming.record.operation_name = operation.name.value if operation.name else None
        incoming.record.operation_type = operation.operation.value
        if operation.operation is OperationType.MUTATION and incoming.method != "POST":
            message = "A mutation needs the method POST."
            raise HttpRefused(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": "POST"})
        incoming.record.cost = self.documents.admit(prepared, operation, request.variables)
        extensions: dict[str, object] = {"cost": incoming.record.cost}
        executing = False
        deadline = asyncio.timeout(self._limits.deadline_ms / 1000)
        watched = operation.operation is OperationType.QUERY
        try:
            async with CancelledWhenGone(incoming.receive, watched=watched), deadline:
                async with self._context_factory(incoming.facts(self._limits)) as context:
                    context.operation_name = incoming.record.operation_name or ""
                    incoming.record.actor = dict(context.log_fields())
                    _check_introspection(prepared, context)
                    executing = True
                    result = await self.operations.execute(
                        prepared, operation, request.variables, context, request.extensions
                    )
                    if context.redacted:
                        extensions["redacted"] = list(context.redacted)
                return result, extensions
        except TimeoutError:
            if not deadline.expired():
                raise
            message = f"The operation was stopped: it took longer than {self._limits.deadline_ms} milliseconds."
            if not executing:
                retry = {"Retry-After": str(RETRY_SECONDS)}
                raise HttpRefused(503, DEADLINE_EXCEEDED, message, headers=retry) from None
            return Result(None, [Refusal(DEADLINE_EXCEEDED, message)]), extensions

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


def _check_introspection(prepared: PreparedDocument, context: OperationContext) -> None:
    """Refuse a document that asks for the schema where its caller may not: decided per request, never kept."""
    if prepared.introspects and not context.may_introspect:
        message = "This server does not show its schema to you."
        raise RequestRefused([Refusal(INTROSPECTION_DISABLED, message)])
