"""Counts connections that stay open, their operations and their messages. No label holds what a client chose."""

from prometheus_client import CollectorRegistry, Counter, Gauge

_OF_WEBSOCKETS = {1000, 1001, 1002, 1005, 1006, 1007, 1009, 1011, 1012, 1013}
_OF_THE_PROTOCOL = {4400, 4401, 4403, 4406, 4408, 4409, 4429, 4500}
_CODES = frozenset(_OF_WEBSOCKETS | _OF_THE_PROTOCOL)


class LiveCounts:
    """The figures of both transports, `ws` and `sse`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.connections = Gauge(
            "cma_live_connections", "Connections that are open, by transport.", ["transport"], registry=registry
        )
        self._ended = Counter(
            "cma_live_connections_ended",
            "Connections that ended, by transport and reason: a close code, or a word.",
            ["transport", "reason"],
            registry=registry,
        )
        self.operations = Gauge(
            "cma_live_operations", "Operations under way on them, by transport.", ["transport"], registry=registry
        )
        self._messages = Counter(
            "cma_live_messages",
            "Messages of the protocols, by transport and direction (in, out).",
            ["transport", "direction"],
            registry=registry,
        )
        self.socket_in = self._messages.labels("ws", "in")
        self.socket_out = self._messages.labels("ws", "out")
        self.event_out = self._messages.labels("sse", "out")

    def socket_ended(self, code: int) -> None:
        """Note a WebSocket's end, by its close code."""
        self._ended.labels("ws", str(code) if code in _CODES else "other").inc()

    def socket_refused(self, reason: str) -> None:
        """Note a WebSocket that was refused before it was one."""
        self._ended.labels("ws", reason).inc()

    def stream_ended(self, reason: str) -> None:
        """Note the end of a stream of events."""
        self._ended.labels("sse", reason).inc()
