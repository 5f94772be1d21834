"""Counts requests and operations for Prometheus. No label holds what a client chose, so their number is bounded."""

import hmac
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import CounterMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from cma_graphql.transport.answers import error_body, json_response
from cma_graphql.transport.client_address import FORWARDING_HEADERS, peer_address
from cma_graphql.transport.codes import all_codes
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import RequestRecord, record_of

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_TYPES = frozenset({"query", "mutation", "subscription"})


class LiveFigures(Protocol):
    """What live updates count."""

    @property
    def counts(self) -> Mapping[str, float]:
        """What came of events, by name."""

    @property
    def subscriptions(self) -> int:
        """How many there are."""

    @property
    def queued(self) -> int:
        """How many answers wait."""


class Metrics:
    """The server's figures, in a registry of their own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._known_codes = frozenset((*all_codes(), "OK"))
        self._requests = Counter(
            "cma_http_requests", "HTTP requests answered, by class of status.", ["status"], registry=registry
        )
        self._under_way = 0
        in_flight = Gauge("cma_http_requests_in_flight", "HTTP requests being answered.", registry=registry)
        in_flight.set_function(lambda: float(self._under_way))
        self._operations = Counter(
            "cma_graphql_operations",
            "GraphQL requests, by type of operation and first error code (OK without one).",
            ["type", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "cma_graphql_operation_seconds",
            "Seconds from a GraphQL request's head to its answer's end.",
            ["type"],
            buckets=_BUCKETS,
            registry=registry,
        )

        self._exports_begun = Counter(
            "cma_exports_begun", "Lists that began to be given out as CSV.", registry=registry
        )
        self._exports_ended = Counter(
            "cma_exports_ended",
            "Exports that ended, by outcome (OK, or an error code).",
            ["outcome"],
            registry=registry,
        )
        self._exported_rows = Counter("cma_exported_rows", "Rows that exports sent.", registry=registry)
        self._exporting = Gauge("cma_exports_in_flight", "Exports being given out.", registry=registry)
        # Finding a figure by its labels costs more than adding to it, and there are few of them.
        self._requests_of = cache(lambda status: self._requests.labels(f"{status}xx"))
        self._operations_of = cache(self._operations.labels)
        self._seconds_of = cache(self._seconds.labels)

        self._delivered_after = Histogram(
            "cma_live_delivery_seconds",
            "Seconds from an event to its last subscriber's queue on this server.",
            buckets=_BUCKETS,
            registry=registry,
        )

    def delivered_after(self, seconds: float) -> None:
        """Note how long after it happened an event was with all its subscribers here."""
        self._delivered_after.observe(seconds)

    def watch_live(self, live: LiveFigures, bus: Mapping[str, float]) -> None:
        """Show the figures of live updates when they are asked for."""
        self.add_gauges(
            "cma_live",
            "Subscriptions, and answers that wait for their subscribers.",
            "what",
            {"subscriptions": lambda: live.subscriptions, "queued": lambda: live.queued},
        )
        self.add_counters(
            "cma_live_answers",
            "Answers delivered or dropped to be read again, texts rendered for many or for one, resyncs by reason.",
            "what",
            lambda: live.counts,
        )
        self.add_counters(
            "cma_live_wakes", "What woke listeners (commit, bell, poll), and what of it failed.", "what", lambda: bus
        )

    def began(self) -> None:
        """Note that a request has come in."""
        self._under_way += 1

    def ended(self, record: RequestRecord, *, status: int, seconds: float, is_graphql: bool) -> None:
        """Note that a request is over."""
        self._under_way -= 1
        self._requests_of(status // 100).inc()
        if is_graphql:
            self.operation_ended(record, seconds=seconds)

    def operation_ended(self, record: RequestRecord, *, seconds: float) -> None:
        """Note that an operation is over. A subscription's time is its client's affair and not measured."""
        kind = record.operation_type if record.operation_type in _TYPES else "none"
        first = record.codes[0] if record.codes else "OK"
        self._operations_of(kind, first if first in self._known_codes else "OTHER").inc()
        if kind != "subscription":
            self._seconds_of(kind).observe(seconds)

    def export_began(self) -> None:
        """Note that a list begins to be given out."""
        self._exporting.inc()
        self._exports_begun.inc()

    def exported(self, rows: int) -> None:
        """Note that an export has sent rows."""
        self._exported_rows.inc(rows)

    def export_ended(self, outcome: str) -> None:
        """Note how an export ended."""
        self._exporting.dec()
        self._exports_ended.labels(outcome if outcome in self._known_codes else "OTHER").inc()

    def add_gauges(self, name: str, help_text: str, label: str, read: Mapping[str, Callable[[], float]]) -> None:
        """Add a gauge that is read when it is asked for, one value for each entry: a pool's size, its free places."""
        gauge = Gauge(name, help_text, [label], registry=self.registry)
        for value, function in read.items():
            gauge.labels(value).set_function(function)

    def add_counters(self, name: str, help_text: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        """Add a counter that is kept elsewhere and read when it is asked for, one figure for each value of a label."""
        self.registry.register(_KeptElsewhere(name, help_text, label, read))


class _KeptElsewhere(Collector):
    """A counter's figures, from whoever counts."""

    def __init__(self, name: str, help_text: str, label: str, read: Callable[[], Mapping[str, float]]) -> None:
        self._name = name
        self._help = help_text
        self._label = label
        self._read = read

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Answer the figures as they are now."""
        family = CounterMetricFamily(self._name, self._help, labels=[self._label])
        for value, count in self._read().items():
            family.add_metric([value], count)
        yield family


class MetricsEndpoint:
    """Shows the figures to a caller on this machine, or to one that knows the token; to others there is nothing here.

    “On this machine” is a connection from the loopback address that no proxy has passed on. Prometheus elsewhere needs
    the token (`Authorization: Bearer …`).
    """

    def __init__(self, metrics: Metrics, *, token: str | None = None) -> None:
        self._metrics = metrics
        self._token = token

    async def __call__(self, request: Request) -> Response:
        """Answer a scrape, or 404."""
        if not self._may_read(request):
            body = error_body("NOT_FOUND", "There is nothing here.", request_id=record_of(request.scope).request_id)
            return json_response(body, 404, JSON)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self._metrics.registry), headers={"Content-Type": content_type})

    def _may_read(self, request: Request) -> bool:
        headers = Headers(scope=request.scope)
        if self._token is not None:
            given = headers.get("authorization", "").encode()
            if hmac.compare_digest(given, f"Bearer {self._token}".encode()):
                return True
        peer = peer_address(request.scope)
        passed_on = any(name in headers for name in FORWARDING_HEADERS)
        return peer is not None and peer.is_loopback and not passed_on
