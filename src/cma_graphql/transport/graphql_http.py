"""Serves GraphQL over HTTP: reads a request, prepares its document, enters a context, executes, answers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import strawberry
from graphql import OperationDefinitionNode, OperationType
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from cma_graphql.core.errors import DomainError, LimitReached
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.documents import Documents, PreparedDocument
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.masking import Formatted, format_errors, format_exception
from cma_graphql.graph.operations import Operations, Result
from cma_graphql.graph.refusals import (
    DEADLINE_EXCEEDED,
    INTROSPECTION_DISABLED,
    Refusal,
    RequestRefused,
)
from cma_graphql.transport.answers import (
    ALLOWED_METHODS,
    DRAFT_2025,
    Edition,
    HttpRefused,
    error_body,
    json_response,
    write_json,
)
from cma_graphql.transport.body import ClientGone, read_body
from cma_graphql.transport.disconnect import CancelledWhenGone
from cma_graphql.transport.graphql_request import (
    GraphQLRequest,
    MalformedRequest,
    UnreadableRequest,
    request_from_json,
    request_from_query_string,
)
from cma_graphql.transport.negotiation import HTML, JSON, choose_media_type, is_utf8_json
from cma_graphql.transport.record import RequestRecord, record_of

PREFLIGHT_HEADERS = ("X-CMA-Preflight", "GraphQL-Require-Preflight")
"""A GET needs one of these: a browser then asks for leave first, so no page of a stranger can send one (CSRF)."""

_RETRY_SECONDS = 2
_AGENT_LENGTH = 256
_STATUSES = {"UNAUTHENTICATED": 401, "FORBIDDEN": 403, "LIMIT_REACHED": 429, "UNAVAILABLE": 503}


class OperationContext(Protocol):
    """What the edge needs of the context that resolvers are given."""

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
        self._operations = Operations(schema, suggestions=suggestions)
        self._context_factory = context_factory
        self._limits = limits
        self._playground = playground
        self._edition = edition

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing is sent to a client that has gone."""
        record = record_of(scope)
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={"Allow": ALLOWED_METHODS})(scope, receive, send)
            return
        try:
            response = await self._respond(scope, receive, record)
        except ClientGone:
            record.add_codes(["CLIENT_GONE"])
            return
        if scope["method"] == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, record: RequestRecord) -> Response:
        """Build the answer, an error's as well as a result's."""
        media_type = JSON
        try:
            self._check_method(scope["method"])
            headers = Headers(scope=scope)
            if self._playground is not None and self._wants_page(scope, headers):
                return await self._playground(Request(scope, receive))
            media_type = self._negotiate(headers)
            if scope["method"] == "POST":
                request = await self._read_post(headers, receive)
            else:
                request = self._read_get(scope, headers)
            return await self._answer(request, scope["method"], headers, receive, record, media_type)
        except HttpRefused as error:
            record.add_codes([error.code])
            body = error_body(
                error.code, error.message, request_id=record.request_id, extensions=error.extensions
            )
            return json_response(body, error.status, media_type, error.headers)
        except MalformedRequest as error:
            return self._malformed(error, record, media_type)
        except RequestRefused as error:
            errors = self._format(error.errors, record)
            codes = [each["extensions"]["code"] for each in errors]
            status = self._edition.refusal_status(codes, media_type)
            media_type = self._edition.refusal_media_type(media_type, status)
            return json_response(write_json({"errors": errors}), status, media_type)
        except Exception as error:  # noqa: BLE001 - the last resort: masked, logged once, answered well-formed
            return self._failed(error, record, media_type)

    async def _answer(
        self,
        request: GraphQLRequest,
        method: str,
        headers: Headers,
        receive: Receive,
        record: RequestRecord,
        media_type: str,
    ) -> Response:
        prepared = self.documents.prepare(request.query)
        operation = prepared.operation(request.operation_name)
        record.operation_name = operation.name.value if operation.name else None
        record.operation_type = operation.operation.value
        if operation.operation is OperationType.MUTATION and method != "POST":
            raise HttpRefused(
                405, "METHOD_NOT_ALLOWED", "A mutation needs the method POST.", headers={"Allow": "POST"}
            )
        result, redacted = await self._execute(request, prepared, operation, headers, receive, record)
        body: dict[str, Any] = {}
        if result.errors:
            body["errors"] = self._format(result.errors, record)
        body["data"] = result.data
        if redacted:
            body["extensions"] = {"redacted": list(redacted)}
        status = self._edition.executed_status(has_errors=bool(result.errors), media_type=media_type)
        return json_response(write_json(body), status, media_type)

    async def _execute(
        self,
        request: GraphQLRequest,
        prepared: PreparedDocument,
        operation: OperationDefinitionNode,
        headers: Headers,
        receive: Receive,
        record: RequestRecord,
    ) -> tuple[Result, Sequence[Mapping[str, object]]]:
        """Sign the caller in and execute, both within the deadline and, for a query, while somebody waits.

        An operation stopped while executing is answered as executed: null data and one error, as the specification
        has it; the fields of a mutation that were done before are done.
        """
        executing = False
        deadline = asyncio.timeout(self._limits.deadline_ms / 1000)
        watched = operation.operation is OperationType.QUERY
        try:
            async with CancelledWhenGone(receive, watched=watched), deadline:
                async with self._context_factory(self._facts(headers, record)) as context:
                    record.actor = dict(context.log_fields())
                    if prepared.introspects and not context.may_introspect:
                        message = "The schema may be asked for by those who are signed in, if at all."
                        raise RequestRefused([Refusal(INTROSPECTION_DISABLED, message)])
                    executing = True
                    result = await self._operations.execute(
                        prepared, operation, request.variables, context, request.extensions
                    )
                    redacted = context.redacted
                return result, redacted
        except TimeoutError:
            if not deadline.expired():
                raise
            message = (
                f"The operation was stopped: it took longer than {self._limits.deadline_ms} milliseconds."
            )
            if not executing:
                raise _unavailable(DEADLINE_EXCEEDED, message) from None
            return Result(None, [Refusal(DEADLINE_EXCEEDED, message)]), ()

    async def _read_post(self, headers: Headers, receive: Receive) -> GraphQLRequest:
        if not is_utf8_json(headers.getlist("content-type")):
            message = "Send the request as application/json in UTF-8."
            raise HttpRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, headers={"Accept-Post": JSON})
        body = await read_body(
            receive, headers, maximum=self._limits.body_bytes, seconds=self._limits.deadline_ms / 1000
        )
        return request_from_json(body)

    def _read_get(self, scope: Scope, headers: Headers) -> GraphQLRequest:
        if not any(name in headers for name in PREFLIGHT_HEADERS):
            message = f"A GET needs the header {PREFLIGHT_HEADERS[0]}, with any value, or use POST."
            raise HttpRefused(400, "PREFLIGHT_REQUIRED", message)
        query_string: bytes = scope.get("query_string", b"")
        if len(query_string) > self._limits.body_bytes:
            message = f"The address is longer than {self._limits.body_bytes} bytes; use POST."
            raise HttpRefused(414, "LIMIT_REACHED", message)
        return request_from_query_string(query_string)

    def _facts(self, headers: Headers, record: RequestRecord) -> RequestFacts:
        authorization = headers.getlist("authorization")
        if len(authorization) > 1:
            raise HttpRefused(400, "BAD_REQUEST", "The header Authorization is given more than once.")
        agent = headers.get("user-agent", "")[:_AGENT_LENGTH]
        return RequestFacts(
            request_id=record.request_id,
            remote_address=record.remote_address,
            user_agent="".join(each if each.isprintable() else " " for each in agent),
            authorization=authorization[0] if authorization else None,
            deadline_ms=self._limits.deadline_ms,
        )

    def _wants_page(self, scope: Scope, headers: Headers) -> bool:
        """Tell whether a browser asks for the playground: GET, HTML preferred, no document given."""
        if scope["method"] not in {"GET", "HEAD"} or b"query=" in scope.get("query_string", b""):
            return False
        return choose_media_type(headers.getlist("accept"), (*self._edition.offers, HTML)) == HTML

    def _negotiate(self, headers: Headers) -> str:
        media_type = choose_media_type(headers.getlist("accept"), self._edition.offers)
        if media_type is None:
            message = f"Answers are written as {' or '.join(self._edition.offers)}, in UTF-8."
            raise HttpRefused(406, "NOT_ACCEPTABLE", message)
        return media_type

    def _check_method(self, method: str) -> None:
        if method not in {"GET", "HEAD", "POST"}:
            message = "Use POST, or GET for a query."
            raise HttpRefused(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": ALLOWED_METHODS})

    def _malformed(self, error: MalformedRequest, record: RequestRecord, media_type: str) -> Response:
        record.add_codes(["BAD_REQUEST"])
        extensions: dict[str, object] = {"rule": error.rule}
        if error.field is not None:
            extensions["field"] = error.field
        body = error_body("BAD_REQUEST", error.message, request_id=record.request_id, extensions=extensions)
        status = 400 if isinstance(error, UnreadableRequest) else self._edition.malformed
        return json_response(body, status, self._edition.refusal_media_type(media_type, status))

    def _failed(self, error: Exception, record: RequestRecord, media_type: str) -> Response:
        """Answer a failure outside of any field: signing in, leaving the context, or a fault of ours."""
        formatted = format_exception(error, request_id=record.request_id)
        code = formatted["extensions"]["code"]
        record.add_codes([code])
        status = _STATUSES.get(code, 400 if isinstance(error, DomainError) else 500)
        headers: dict[str, str] = {}
        if status == _STATUSES["UNAUTHENTICATED"]:
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        elif status == _STATUSES["UNAVAILABLE"]:
            headers["Retry-After"] = str(_RETRY_SECONDS)
        elif isinstance(error, LimitReached) and error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        return json_response(write_json({"errors": [formatted]}), status, media_type, headers)

    def _format(self, errors: Sequence[Any], record: RequestRecord) -> list[Formatted]:
        formatted = format_errors(errors, request_id=record.request_id)
        record.add_codes(each["extensions"]["code"] for each in formatted)
        return formatted


def _unavailable(code: str, message: str) -> HttpRefused:
    return HttpRefused(503, code, message, headers={"Retry-After": str(_RETRY_SECONDS)})
