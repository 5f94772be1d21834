"""Exports lists as any actor, through the whole edge, and tells every message that was sent."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from cma_graphql.access.actor import Actor, anonymous
from cma_graphql.core.request import RequestFacts
from cma_graphql.graph.context import Context
from cma_graphql.graph.limits import Limits
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.database import Database
from cma_graphql.transport.executing import Executing
from cma_graphql.transport.export_http import ExportBounds, ExportEndpoint
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Health
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from cma_graphql.transport.routes import EXCEPTION_HANDLERS, edge_routes
from support.asking import Graph

BeforeSending = Callable[[Message], Awaitable[None]]


@dataclass
class Exported:
    """What came of one request."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status; 0 where nothing was sent."""
        return int(self.messages[0]["status"]) if self.messages else 0

    @property
    def headers(self) -> dict[str, str]:
        """The headers."""
        return {name.decode(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def body(self) -> bytes:
        """The body as far as it was sent."""
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def whole(self) -> bool:
        """Whether the answer has its proper end."""
        return bool(self.messages) and not self.messages[-1].get("more_body", False)

    @property
    def lines(self) -> list[list[str]]:
        """The file as Python's csv reads it."""
        return list(csv.reader(io.StringIO(self.body.decode(), newline=""), strict=True))

    @property
    def rows(self) -> list[dict[str, str]]:
        """The records by the names of their columns."""
        header, *lines = self.lines
        return [dict(zip(header, line, strict=True)) for line in lines]

    @property
    def error(self) -> dict[str, Any]:
        """The one error of a refusal."""
        [error] = orjson.loads(self.body)["errors"]
        return dict(error)

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.error["extensions"]["code"])


@dataclass
class Exporting:
    """The edge over one database, its callers known by a word instead of a token."""

    graph: Graph
    database: Database
    limits: Limits = field(default_factory=Limits)
    bounds: ExportBounds = field(default_factory=lambda: ExportBounds(at_once=2, seconds=60))
    metrics: Metrics = field(default_factory=lambda: Metrics(CollectorRegistry()))
    contexts: list[Context] = field(default_factory=list)
    left: int = 0
    """How many contexts have been left."""
    app: ASGIApp = field(init=False)
    access_log: AccessRecorder = field(init=False)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Wire it as the product does."""
        self.access_log = AccessRecorder(self.database)
        executing = Executing(
            schema=self.graph.schema, context_factory=self._context, limits=self.limits, suggestions=False
        )
        graphql = GraphQLEndpoint(executing)
        export = ExportEndpoint(
            documents=executing.documents,
            operations=executing.operations,
            context_factory=self._context,
            access_log=self.access_log,
            metrics=self.metrics,
            limits=self.limits,
            bounds=self.bounds,
        )
        routes = edge_routes(graphql=graphql, export=export, health=Health({}), metrics=self.metrics)
        self.app = with_edge_middleware(
            Starlette(routes=routes, exception_handlers=EXCEPTION_HANDLERS), metrics=self.metrics, production=False
        )

    def word_of(self, actor: Actor) -> str:
        """Answer the word by which the edge knows an actor."""
        word = f"Bearer {actor.user_id}-{'-'.join(sorted(actor.roles))}-{actor.centre_id}"
        self._actors[word] = actor
        return word

    @asynccontextmanager
    async def _context(self, facts: RequestFacts) -> AsyncGenerator[Context]:
        actor = anonymous() if facts.authorization is None else self._actors[facts.authorization]
        context = Context(
            actor=actor,
            facts=facts,
            database=self.database,
            keys=self.graph.keys,
            sign_in=self.graph.sign_in,
            storage=self.graph.storage,
        )
        self.contexts.append(context)
        try:
            yield context
        finally:
            await context.end_reading()
            self.left += 1

    async def run(
        self,
        query: str,
        *,
        as_: Actor | None = None,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
        before_sending: BeforeSending | None = None,
        gone: asyncio.Event | None = None,
        address: str = "/export",
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        http_version: str = "1.1",
    ) -> Exported:
        """Send one request, calling `before_sending` before each message; the client goes when `gone` is set."""
        body = orjson.dumps({"query": query, "variables": variables, "operationName": operation_name})
        given = {"content-type": "application/json", **(headers or {})}
        if as_ is not None:
            given["authorization"] = self.word_of(as_)
        path, _, query_string = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": http_version,
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query_string.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 50000),
            "server": ("server", 80),
            "scheme": "http",
        }
        exported, waiting = Exported(), [body]
        over = gone or asyncio.Event()

        async def receive() -> Message:
            if waiting:
                return {"type": "http.request", "body": waiting.pop(), "more_body": False}
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if before_sending is not None:
                await before_sending(message)
            exported.messages.append(message)

        await self.app(scope, receive, send)
        return exported

    def figure(self, name: str, **labels: str) -> float | None:
        """Read a metric."""
        return self.metrics.registry.get_sample_value(name, labels)
