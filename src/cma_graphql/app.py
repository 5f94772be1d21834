"""Wires the application: databases, sign-in, schema, edge. The only composer; nothing else reads the settings."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.types import ASGIApp

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.core.access_tokens import AccessTokens, read_signing_keys
from cma_graphql.core.clock import now, today
from cma_graphql.core.errors import DomainError
from cma_graphql.core.keyring import parse_key, parse_keyring
from cma_graphql.core.request import RequestFacts
from cma_graphql.core.settings import Settings
from cma_graphql.core.signed_addresses import SignedAddresses
from cma_graphql.core.vault import Vault
from cma_graphql.domain.auth.authenticate import actor_for
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.auth.sessions import forget_expired
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.context import Context
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.live.updates import LiveUpdates
from cma_graphql.graph.schema import executions_of, make_schema
from cma_graphql.integrations.email.mailbox import MailboxSender
from cma_graphql.integrations.email.port import EmailSender
from cma_graphql.integrations.email.smtp import SmtpSender
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.port import FileStore
from cma_graphql.integrations.storage.s3 import Bucket, S3Store
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus, bell_at
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.failures import DRIVER_FAULTS
from cma_graphql.persistence.keys import CentreKeys, Keyring
from cma_graphql.persistence.preparing import EVENT_DAYS_AHEAD, maintain_partitions
from cma_graphql.persistence.throttle import Throttle
from cma_graphql.transport.export_http import ExportBounds, ExportEndpoint
from cma_graphql.transport.files import file_routes
from cma_graphql.transport.graphql_http import GraphQLEndpoint
from cma_graphql.transport.health import Health
from cma_graphql.transport.metrics import Metrics
from cma_graphql.transport.middleware import with_edge_middleware
from cma_graphql.transport.playground.page import STATIC_DIR, playground_page, playground_routes
from cma_graphql.transport.routes import EXCEPTION_HANDLERS, edge_routes

AUDIENCE = "cma-graphql"
_A_DAY = timedelta(days=1).total_seconds()
_A_MINUTE = 60.0
_LOG = structlog.get_logger(__name__)


class SettingMissing(RuntimeError):
    """A setting without which nothing can be served."""


def _needed(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None:
        raise SettingMissing(f"CMA_{name.upper()} is not set; `cma-graphql run` needs none of them.")
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def make_vault(settings: Settings) -> Vault:
    """Make the vault of the configured keys; the first master key wraps."""
    master_keys = parse_keyring(_needed(settings, "master_keys"))
    return Vault(master_keys, current=next(iter(master_keys)), index_key=parse_key(_needed(settings, "index_key")))


def make_database(settings: Settings) -> Database:
    """Make the database, not yet opened."""
    return Database(
        _needed(settings, "database_url"),
        read_pool_size=settings.read_pool_size,
        write_pool_size=settings.write_pool_size,
        connect_timeout_seconds=settings.connect_timeout_seconds,
    )


def make_sender(settings: Settings) -> EmailSender:
    """Answer who sends letters: SMTP where it is configured, a folder of the data directory otherwise."""
    sender = _needed(settings, "email_from")
    if settings.smtp_url is not None:
        return SmtpSender(settings.smtp_url.get_secret_value(), sender=sender)
    return MailboxSender(settings.data_dir / "mailbox", sender=sender)


def make_sign_in(settings: Settings, database: Database, keys: CentreKeys, redis: Redis | None) -> SignIn:
    """Put signing in together."""
    public_url = _needed(settings, "public_url").rstrip("/")
    signing_keys = read_signing_keys(_needed(settings, "token_keys"))
    tokens = AccessTokens(signing_keys, current=next(iter(signing_keys)), issuer=public_url, audience=AUDIENCE, now=now)
    return SignIn(
        database=database,
        keys=keys,
        tokens=tokens,
        sender=make_sender(settings),
        throttle=Throttle(redis),
        public_url=public_url,
    )


def make_store(settings: Settings, database: Database, keys: CentreKeys) -> FileStore:
    """Answer who keeps the files of documents: an S3 bucket where it is configured, a folder otherwise."""
    if settings.storage == "s3":
        secret = settings.s3_secret_access_key
        return S3Store(
            Bucket(
                name=_needed(settings, "s3_bucket"),
                region=_needed(settings, "s3_region"),
                endpoint=settings.s3_endpoint,
                access_key_id=settings.s3_access_key_id,
                secret_access_key=None if secret is None else secret.get_secret_value(),
                kms_key_id=settings.s3_kms_key_id,
            )
        )

    async def keys_of(centre_id: UUID) -> Keyring:
        async with database.read(system_of(centre_id)) as reader:
            return await keys.of(reader)

    seeds = parse_keyring(_needed(settings, "token_keys"))
    return FolderStore(
        settings.storage_folder or settings.data_dir / "documents",
        keys_of=keys_of,
        addresses=SignedAddresses(seeds, current=next(iter(seeds)), now=now),
        public_url=_needed(settings, "public_url").rstrip("/"),
    )


def make_limits(settings: Settings) -> Limits:
    """Answer what one operation may ask for."""
    return Limits(
        body_bytes=settings.max_body_bytes,
        tokens=settings.max_tokens,
        depth=settings.max_depth,
        aliases=settings.max_aliases,
        directives=settings.max_directives,
        root_fields=settings.max_root_fields,
        deadline_ms=settings.deadline_ms,
    )


class Application:
    """Everything one process serves with, opened and closed together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = make_database(settings)
        self.keys = CentreKeys(make_vault(settings))
        self.redis: Redis = Redis.from_url(_needed(settings, "redis_url"), socket_timeout=2, socket_connect_timeout=2)
        self.sign_in = make_sign_in(settings, self.database, self.keys, self.redis)
        self.storage = DocumentStorage(
            make_store(settings, self.database, self.keys), largest=settings.document_largest
        )
        self.access_log = AccessRecorder(self.database)
        self.bus = Bus(self.database, bell_at(_needed(settings, "redis_url")))
        self.database.committed = self.bus.rang
        self.metrics = Metrics(CollectorRegistry())
        self.live: LiveUpdates | None = None

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncGenerator[None]:
        """Open what is needed, keep the event log's days made, close everything at the end."""
        await self.database.open()
        await self.access_log.open()
        await self.bus.open()
        maintenance = asyncio.create_task(self._maintain())
        try:
            yield
        finally:
            maintenance.cancel()
            await asyncio.gather(maintenance, return_exceptions=True)
            if self.live is not None:
                await self.live.close()
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
                    _needed(self.settings, "database_url"),
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

    def context_for(self, actor: Actor, facts: RequestFacts) -> Context:
        """Make the context of one execution as an actor, who may not introspect."""
        return Context(actor, facts, self.database, self.keys, self.sign_in, self.storage, may_introspect=False)

    @asynccontextmanager
    async def operation(self, facts: RequestFacts) -> AsyncGenerator[Context]:
        """Sign the caller in and make the context of one operation; note afterwards whom it was shown."""
        actor = await actor_for(self.sign_in, facts.authorization, facts)
        context = self.context_for(actor, facts)
        allowed = self.settings.introspection_for
        context.may_introspect = allowed == "everyone" or (allowed == "signed-in" and context.signed_in)
        try:
            yield context
        finally:
            await context.end_reading()
            self.access_log.note(actor, context.operation_name, context.seen_clients, context.seen_fields)

    def asgi(self) -> ASGIApp:
        """Make the ASGI application: routes, health, metrics, the playground, the edge around them."""
        settings = self.settings
        limits = make_limits(settings)
        schema = make_schema(suggestions=settings.env != "production")
        graphql = GraphQLEndpoint(
            schema=schema,
            context_factory=self.operation,
            limits=limits,
            playground=playground_page if settings.playground else None,
            suggestions=settings.env != "production",
        )
        self.live = LiveUpdates(
            operations=graphql.operations,
            sign_in=self.sign_in,
            bus=self.bus,
            access_log=self.access_log,
            make_context=self.context_for,
            at_once=max(1, settings.read_pool_size // 3),
            lag=self.metrics.delivered_after,
        )
        export = ExportEndpoint(
            documents=graphql.documents,
            operations=graphql.operations,
            context_factory=self.operation,
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
                *edge_routes(graphql=graphql, export=export, health=health, metrics=self.metrics, metrics_token=token),
                *(file_routes(self.storage.store) if isinstance(self.storage.store, FolderStore) else ()),
                *playground_routes(static_dir=STATIC_DIR, enabled=settings.playground),
            ],
            exception_handlers=EXCEPTION_HANDLERS,
            lifespan=self.lifespan,
        )
        return with_edge_middleware(
            inner,
            metrics=self.metrics,
            allowed_origins=settings.allowed_origins,
            trusted_proxies=settings.trusted_proxies,
            production=settings.env == "production",
        )

    async def _ping_redis(self) -> None:
        await self.redis.ping()


def create_app(settings: Settings) -> ASGIApp:
    """Make the application from its settings; raises SettingMissing, ValueError for a malformed key or origin."""
    return Application(settings).asgi()


def serving(settings: Settings) -> dict[str, Any]:
    """Answer how uvicorn serves the application: our own access log and proxies, an end within its deadline."""
    return {
        "app": create_app(settings),
        "host": settings.host,
        "port": settings.port,
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": False,
        "timeout_graceful_shutdown": settings.shutdown_seconds,
    }
