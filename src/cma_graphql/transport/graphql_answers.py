"""Turns what came of a GraphQL request, a result or an exception, into the answer."""

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLError
from starlette.responses import Response

from cma_graphql.core.errors import DomainError, LimitReached
from cma_graphql.graph.exchange.export_pages import PageFailed
from cma_graphql.graph.masking import Formatted, format_errors, format_exception
from cma_graphql.graph.operations import Result
from cma_graphql.graph.refusals import INTERNAL, RequestRefused
from cma_graphql.transport.answers import RETRY_SECONDS, Edition, HttpRefused, json_response, one_error, write_json
from cma_graphql.transport.graphql_request import MalformedRequest, UnreadableRequest
from cma_graphql.transport.record import RequestRecord

_STATUSES = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "LIMIT_REACHED": 429,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 503,
}


class GraphQLAnswers:
    """Writes answers by the statuses of one edition of the specification."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    def result(
        self, result: Result, extensions: Mapping[str, object], record: RequestRecord, media_type: str
    ) -> Response:
        """Answer an operation that was executed."""
        body = result_body(result, extensions, record)
        status = self._edition.executed_status(has_errors=bool(result.errors), media_type=media_type)
        return json_response(body, status, media_type)

    def failure(self, error: Exception, record: RequestRecord, media_type: str) -> Response:
        """Answer a request that was not executed, or whose result could not be written."""
        match error:
            case HttpRefused():
                body = write_json({"errors": refusal_errors(error, record)})
                media_type = self._edition.refusal_media_type(media_type, error.status)
                return json_response(body, error.status, media_type, error.headers)
            case MalformedRequest():
                return self._malformed(error, record, media_type)
            case RequestRefused():
                errors = refusal_errors(error, record)
                codes = [each["extensions"]["code"] for each in errors]
                status = self._edition.refusal_status(codes, media_type)
                media_type = self._edition.refusal_media_type(media_type, status)
                return json_response(write_json({"errors": errors}), status, media_type)
            case PageFailed():
                return self._unread(error, record, media_type)
            case _:
                return self._failed(error, record, media_type)

    def _malformed(self, error: MalformedRequest, record: RequestRecord, media_type: str) -> Response:
        body = write_json({"errors": refusal_errors(error, record)})
        status = 400 if isinstance(error, UnreadableRequest) else self._edition.malformed
        return json_response(body, status, self._edition.refusal_media_type(media_type, status))

    def _unread(self, error: PageFailed, record: RequestRecord, media_type: str) -> Response:
        """Answer an export whose first page had errors, with the status of the first of them."""
        errors = _format(error.errors, record)
        status = _STATUSES.get(record.codes[0], 500 if record.codes[0] == INTERNAL else 400)
        headers = {"Retry-After": str(RETRY_SECONDS)} if status == _STATUSES["UNAVAILABLE"] else {}
        return json_response(write_json({"errors": errors}), status, media_type, headers)

    def _failed(self, error: Exception, record: RequestRecord, media_type: str) -> Response:
        """Answer a failure outside of any field: signing in, leaving the context, or a fault of ours."""
        [formatted] = refusal_errors(error, record)
        code = formatted["extensions"]["code"]
        status = _STATUSES.get(code, 400 if isinstance(error, DomainError) else 500)
        headers: dict[str, str] = {}
        if code == "UNAUTHENTICATED":
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        elif status == _STATUSES["UNAVAILABLE"]:
            headers["Retry-After"] = str(RETRY_SECONDS)
        elif isinstance(error, LimitReached) and error.retry_after:
            headers["Retry-After"] = str(error.retry_after)
        body = write_json({"errors": [formatted]})
        return json_response(body, status, self._edition.refusal_media_type(media_type, status), headers)


def result_body(result: Result, extensions: Mapping[str, object], record: RequestRecord) -> bytes:
    """Write the answer to an operation that was executed. Errors come first, where a reader sees them."""
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = _format(result.errors, record)
    body["data"] = result.data
    body["extensions"] = extensions
    return write_json(body)


def refusal_errors(error: Exception, record: RequestRecord) -> list[Formatted]:
    """Give the errors of a request that was not executed, or that failed outside of any field; masked, noted."""
    match error:
        case HttpRefused():
            record.add_codes([error.code])
            return [one_error(error.code, error.message, record.request_id, error.extensions)]
        case MalformedRequest():
            record.add_codes(["BAD_REQUEST"])
            extensions: dict[str, object] = {"rule": error.rule}
            if error.field is not None:
                extensions["field"] = error.field
            return [one_error("BAD_REQUEST", error.message, record.request_id, extensions)]
        case RequestRefused():
            return _format(error.errors, record)
        case _:
            formatted = format_exception(error, request_id=record.request_id)
            record.add_codes([formatted["extensions"]["code"]])
            return [formatted]


def _format(errors: Iterable[GraphQLError], record: RequestRecord) -> list[Formatted]:
    formatted = format_errors(errors, request_id=record.request_id)
    record.add_codes(each["extensions"]["code"] for each in formatted)
    return formatted
