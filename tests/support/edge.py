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
from cma_graphql.graph.live.delivery import Subscribes
from cma_graphql.transport.answers import DRAFT_2025, Edition
from cma_graphql.transport.executing import Executing
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Check, Health
from cma_graphql.transport.live.answering import Live, LiveBounds
from cma_graphql.transport.live.counts import LiveCounts
from cma_graphql.transport.live.event_stream import EventStreams
from cma_graphql.transport.live.seats import Seats
from cma_graphql.transport.live.sessions import Sessions
from cma_graphql.transport.live.socket import SocketEndpoint
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
    live: Live | None = None
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
    feeds: Subscribes | None = None,
    people: Sessions | None = None,
    bounds: LiveBounds | None = None,
    live_at_once: int = 10,
    live_of_one: int = 10,
    **schema_options: Any,
) -> Edge:
    """Build the edge as the product does; with connections that stay open where somebody knows sessions."""
    contexts = contexts if contexts is not None else Contexts()
    metrics = Metrics(CollectorRegistry())
    executing = Executing(
        schema=torture_schema(**schema_options),
        context_factory=contexts,
        limits=limits or Limits(),
        suggestions=suggestions,
    )
    live = None
    if people is not None:
        live = Live(
            executing=executing,
            sessions=people,
            seats=Seats(at_once=live_at_once, of_one=live_of_one),
            counts=LiveCounts(metrics.registry),
            bounds=bounds or LiveBounds(),
            subscriptions=feeds,
        )
    endpoint = GraphQLEndpoint(
        executing,
        playground=playground if with_playground else None,
        edition=edition,
        events=None if live is None else EventStreams(live),
    )
    sockets = None if live is None else SocketEndpoint(live, metrics, allowed_origins=allowed_origins)
    health = Health(checks or {}, optional=optional, seconds=0.2)
    routes = edge_routes(graphql=endpoint, sockets=sockets, health=health, metrics=metrics, metrics_token=metrics_token)
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
    return Edge(app, endpoint, contexts, metrics, client, live)
