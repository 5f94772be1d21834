"""The whole edge over the torture schema, with a client to talk to it."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from cma_graphql.graph.limits import Limits
from cma_graphql.transport.answers import DRAFT_2025, Edition
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Check, Health
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from cma_graphql.transport.negotiation import GRAPHQL_RESPONSE
from cma_graphql.transport.routes import EXCEPTION_HANDLERS, edge_routes
from support.torture import Contexts, torture_schema

PAGE = "<!doctype html><title>playground</title>"
LOOPBACK = ("127.0.0.1", 50000)


async def playground(_request: Request) -> Response:
    """Give a page."""
    return HTMLResponse(PAGE)


@dataclass(slots=True)
class Edge:
    """An application, what it was made of, and a client."""

    app: ASGIApp
    endpoint: GraphQLEndpoint
    contexts: Contexts
    metrics: Metrics
    client: httpx.AsyncClient
    logs: io.StringIO = field(default_factory=io.StringIO)

    async def run(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        *,
        accept: str = GRAPHQL_RESPONSE,
        headers: Mapping[str, str] | None = None,
        **parameters: object,
    ) -> httpx.Response:
        """Send one operation by POST."""
        body: dict[str, object] = {"query": query, **parameters}
        if variables is not None:
            body["variables"] = variables
        return await self.post(orjson.dumps(body), accept=accept, headers=headers)

    async def post(
        self,
        content: bytes,
        *,
        accept: str = GRAPHQL_RESPONSE,
        content_type: str | None = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a body by POST."""
        sent = {"accept": accept, **(headers or {})}
        if content_type is not None:
            sent["content-type"] = content_type
        return await self.client.post("/graphql", content=content, headers=sent)

    async def get(
        self, parameters: Mapping[str, str], *, accept: str = GRAPHQL_RESPONSE, preflight: bool = True
    ) -> httpx.Response:
        """Send an operation by GET."""
        headers = {"accept": accept, **({"x-cma-preflight": "1"} if preflight else {})}
        return await self.client.get("/graphql", params=parameters, headers=headers)

    @property
    def log_lines(self) -> list[dict[str, Any]]:
        """Give the log so far."""
        return [orjson.loads(line) for line in self.logs.getvalue().splitlines()]

    @property
    def access_lines(self) -> list[dict[str, Any]]:
        """Give the access log so far."""
        return [line for line in self.log_lines if line.get("source") == "access"]


def make_edge(
    *,
    limits: Limits | None = None,
    contexts: Contexts | None = None,
    edition: Edition = DRAFT_2025,
    suggestions: bool = False,
    with_playground: bool = True,
    production: bool = False,
    allowed_origins: tuple[str, ...] = (),
    trusted_proxies: tuple[str, ...] = (),
    checks: Mapping[str, Check] | None = None,
    optional: tuple[str, ...] = (),
    metrics_token: str | None = None,
    client_address: tuple[str, int] = LOOPBACK,
    scheme: str = "http",
    **schema_options: Any,
) -> Edge:
    """Build the edge as the product does."""
    contexts = contexts if contexts is not None else Contexts()
    metrics = Metrics(CollectorRegistry())
    endpoint = GraphQLEndpoint(
        schema=torture_schema(**schema_options),
        context_factory=contexts,
        limits=limits or Limits(),
        playground=playground if with_playground else None,
        suggestions=suggestions,
        edition=edition,
    )
    health = Health(checks or {}, optional=optional, seconds=0.2)
    routes = edge_routes(graphql=endpoint, health=health, metrics=metrics, metrics_token=metrics_token)
    app = with_edge_middleware(
        Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS),
        metrics=metrics,
        allowed_origins=allowed_origins,
        trusted_proxies=trusted_proxies,
        production=production,
    )
    transport = httpx.ASGITransport(app=app, client=client_address)
    client = httpx.AsyncClient(transport=transport, base_url=f"{scheme}://server")
    # httpx sends headers of its own, which would hide what happens without them
    client.headers = httpx.Headers()
    return Edge(app, endpoint, contexts, metrics, client)
