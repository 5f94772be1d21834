"""Wires the application: its parts, the schema, the edge, the server. The only composer."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog
import uvicorn
from prometheus_client import CollectorRegistry
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.types import ASGIApp

from cma_graphql.core.clock import today
from cma_graphql.core.errors import DomainError
from cma_graphql.core.settings import Settings
from cma_graphql.domain.appointments.calendar import calendar_of
from cma_graphql.domain.auth.sessions import forget_expired
from cma_graphql.domain.auth.watching import SessionWatch
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.entering import OperationContexts
from cma_graphql.graph.live.updates import LiveUpdates
from cma_graphql.graph.schema import executions_of, make_schema
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.parts import (
    make_database,
    make_limits,
    make_live_bounds,
    make_sign_in,
    make_store,
    make_vault,
    needed,
)
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus, bell_at
from cma_graphql.persistence.failures import DRIVER_FAULTS
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.preparing import EVENT_DAYS_AHEAD, maintain_partitions
from cma_graphql.transport.calendar_http import calendar_routes
from cma_graphql.transport.executing import Executing
from cma_graphql.transport.export_http import ExportBounds, ExportEndpoint
from cma_graphql.transport.files import file_routes
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Health
from cma_graphql.transport.live.answering import Live
from cma_graphql.transport.live.counts import LiveCounts
from cma_graphql.transport.live.event_stream import EventStreams
from cma_graphql.transport.live.seats import Seats
from cma_graphql.transport.live.socket import SocketEndpoint
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import GRAPHQL_PATH, with_edge_middleware
from cma_graphql.transport.playground.page import STATIC_DIR, playground_page, playground_routes
from cma_graphql.transport.routes import EXCEPTION_HANDLERS, edge_routes
from cma_graphql.transport.serving import Server, socket_options

_A_DAY = timedelta(days=1).total_seconds()
_COLLECTED_AFTER = (50_000, 20, 50)
"""New objects before the young are looked through; how often those, before the older ones, and the oldest."""
_A_MINUTE = 60.0
_LOG = structlog.get_logger(__name__)


class Application:
    """Everything one process serves with, opened and closed together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = make_database(settings)
        self.keys = CentreKeys(make_vault(settings))
        self.redis: Redis = Redis.from_url(needed(settings, "redis_url"), socket_timeout=2, socket_connect_timeout=2)
        self.sign_in = make_sign_in(settings, self.database, self.keys, self.redis)
        self.storage = DocumentStorage(
            make_store(settings, self.database, self.keys), largest=settings.document_largest
        )
        self.access_log = AccessRecorder(self.database)
        self.operations = OperationContexts(
            database=self.database,
            keys=self.keys,
            sign_in=self.sign_in,
            storage=self.storage,
            access_log=self.access_log,
            introspection_for=settings.introspection_for,
        )
        self.bus = Bus(self.database, bell_at(needed(settings, "redis_url")))
        self.database.committed = self.bus.rang
        self.metrics = Metrics(CollectorRegistry())
        self.live: LiveUpdates | None = None
        self.sessions = SessionWatch(self.sign_in)
        self.seats = Seats(at_once=settings.live_connections, of_one=settings.live_connections_of_one)

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncGenerator[None]:
        """Open what is needed, keep the event log's days made, close everything at the end."""
        await self.database.open()
        await self.access_log.open()
        await self.bus.open()
        await self.sessions.open()
        maintenance = asyncio.create_task(self._maintain())
        try:
            yield
        finally:
            maintenance.cancel()
            await asyncio.gather(maintenance, return_exceptions=True)
            if self.live is not None:
                await self.live.close()
            await self.sessions.close()
            await self.bus.close()
            await self.sign_in.settle()
            await self.access_log.close()
            await self.redis.aclose()
            await self.database.close()

    async def _maintain(self) -> None:
        """Make the event log's coming days, forget sessions long ended and files never completed, daily.

        A day that is missed falls into the default partition. What fails is tried again in a minute.
        """
        while True:
            wait = _A_DAY
            try:
                await maintain_partitions(
                    needed(self.settings, "database_url"),
                    today=today(),
                    ahead=EVENT_DAYS_AHEAD,
                    keep=self.settings.event_retention_days,
                )
                await forget_expired(self.sign_in)
                await self.storage.forget_abandoned()
            except (*DRIVER_FAULTS, DomainError) as error:  # away, starting, not migrated yet, locked for too long
                _LOG.warning("maintenance.failed", kind=type(error).__name__)
                wait = _A_MINUTE
            await asyncio.sleep(wait)

    def asgi(self) -> ASGIApp:
        """Make the ASGI application: routes, health, metrics, the playground, the edge around them."""
        settings = self.settings
        limits = make_limits(settings)
        schema = make_schema(suggestions=settings.env != "production")
        executing = Executing(
            schema=schema,
            context_factory=self.operations,
            limits=limits,
            suggestions=settings.env != "production",
        )
        self.live = LiveUpdates(
            operations=executing.operations,
            sign_in=self.sign_in,
            bus=self.bus,
            access_log=self.access_log,
            make_context=self.operations.of,
            at_once=max(1, settings.read_pool_size // 3),
            lag=self.metrics.delivered_after,
        )
        connections = Live(
            executing=executing,
            sessions=self.sessions,
            seats=self.seats,
            counts=LiveCounts(self.metrics.registry),
            bounds=make_live_bounds(settings),
            subscriptions=self.live,
        )
        graphql = GraphQLEndpoint(
            executing, playground=playground_page if settings.playground else None, events=EventStreams(connections)
        )
        export = ExportEndpoint(
            documents=executing.documents,
            operations=executing.operations,
            context_factory=self.operations,
            access_log=self.access_log,
            metrics=self.metrics,
            limits=limits,
            bounds=ExportBounds(at_once=settings.export_at_once, seconds=settings.export_seconds),
        )
        health = Health(
            {"database": self.database.ping, "redis": self._ping_redis, "storage": self.storage.store.ping},
            optional=("redis", "storage"),
        )
        sizes = self.database.pool_sizes
        self.metrics.add_gauges(
            "cma_database_connections",
            "Connections of each pool, open and in use.",
            "pool",
            {name: (lambda name=name: float(sizes()[name])) for name in sizes()},  # type: ignore[misc]
        )
        self.metrics.watch_live(self.live, self.bus.counts)
        self.metrics.add_counters(
            "cma_graphql_executions",
            "Executions of operations: compiled, or by graphql-core and why.",
            "way",
            lambda: executions_of(schema).by_name(),
        )
        token = settings.metrics_token.get_secret_value() if settings.metrics_token is not None else None
        inner = Starlette(
            routes=[
                *edge_routes(
                    graphql=graphql,
                    sockets=SocketEndpoint(connections, self.metrics, allowed_origins=settings.allowed_origins),
                    export=export,
                    health=health,
                    metrics=self.metrics,
                    metrics_token=token,
                ),
                *(file_routes(self.storage.store) if isinstance(self.storage.store, FolderStore) else ()),
                *calendar_routes(partial(calendar_of, self.database)),
                *playground_routes(static_dir=STATIC_DIR, enabled=settings.playground),
            ],
            exception_handlers=EXCEPTION_HANDLERS,
            lifespan=self.lifespan,
        )
        return with_edge_middleware(
            inner,
            metrics=self.metrics,
            direct={GRAPHQL_PATH: graphql},
            allowed_origins=settings.allowed_origins,
            trusted_proxies=settings.trusted_proxies,
            production=settings.env == "production",
        )

    async def drain(self) -> None:
        """Send away whoever has a connection that stays open, within half of the time that a shutdown has."""
        await self.seats.drain(self.settings.shutdown_seconds / 2)

    async def _ping_redis(self) -> None:
        await self.redis.ping()


def create_app(settings: Settings) -> ASGIApp:
    """Make the application from its settings; raises SettingMissing, ValueError for a malformed key or origin."""
    return Application(settings).asgi()


def spare_the_collector() -> None:
    """Let the garbage collector look for cycles less often, and never among what is there for good.

    As Python has it, every 700 new objects are looked through, so that large answers are while they are being made:
    that took a ninth of the time of a list of 50 cases with everything. Operations leave next to no cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


def make_server(settings: Settings, *, when_ready: Callable[[], None] | None = None) -> Server:
    """Make the server of the application: our own access log and proxies, an end within its deadline.

    Raises SettingMissing, ValueError for a malformed key or origin.
    """
    application = Application(settings)
    app = application.asgi()
    spare_the_collector()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        **socket_options(message_bytes=settings.max_body_bytes, ping_seconds=settings.live_ping_seconds),
    )
    return Server(config, drain=application.drain, when_ready=when_ready)
