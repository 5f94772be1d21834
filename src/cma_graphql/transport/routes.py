"""The routes of the edge, and how an address that is none of them is answered."""

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from cma_graphql.transport.answers import error_body, json_response
from cma_graphql.transport.export_http import ExportEndpoint
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Health
from cma_graphql.transport.live.socket import SocketEndpoint
from cma_graphql.transport.metrics import Metrics, MetricsEndpoint
from cma_graphql.transport.middleware import EXPORT_PATH, GRAPHQL_PATH
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import record_of

_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}
_MESSAGES = {404: "There is nothing at this address.", 405: "This address does not know that method."}


def edge_routes(
    *,
    graphql: GraphQLEndpoint,
    health: Health,
    metrics: Metrics,
    metrics_token: str | None = None,
    export: ExportEndpoint | None = None,
    sockets: SocketEndpoint | None = None,
) -> list[BaseRoute]:
    """Give the routes /graphql, /livez, /readyz and /metrics; and /export, where lists are given out."""
    return [
        Route(GRAPHQL_PATH, graphql),
        *([] if sockets is None else [WebSocketRoute(GRAPHQL_PATH, sockets)]),
        *([] if export is None else [Route(EXPORT_PATH, export)]),
        Route("/livez", health.livez),
        Route("/readyz", health.readyz),
        Route("/metrics", MetricsEndpoint(metrics, token=metrics_token).__call__),
    ]


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Answer what the router refuses, in the form of every other answer."""
    status, headers = 500, None
    if isinstance(error, HTTPException):
        status, headers = error.status_code, error.headers
    code = _CODES.get(status, "BAD_REQUEST")
    message = _MESSAGES.get(status, "The request was refused.")
    record = record_of(request.scope)
    record.add_codes([code])
    return json_response(error_body(code, message, record.request_id), status, JSON, headers)


EXCEPTION_HANDLERS: Mapping[Any, Any] = {HTTPException: answer_http_exception}
"""For `Starlette(exception_handlers=…)`."""
