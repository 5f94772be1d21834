"""Tells an orchestrator whether the process lives and whether it can serve."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from starlette.requests import Request
from starlette.responses import Response

from cma_graphql.core.logging import get_logger
from cma_graphql.transport.answers import json_response, write_json
from cma_graphql.transport.negotiation import JSON

_log = get_logger("health")

Check = Callable[[], Awaitable[None]]


class Health:
    """Runs checks of what the server depends on. A check passes when it returns, and fails when it raises or is late.

    Without an optional dependency the server is degraded and still ready; without any other it is not ready.
    """

    def __init__(self, checks: Mapping[str, Check], *, optional: Collection[str] = (), seconds: float = 2.0) -> None:
        """Take the checks by name; those named in `optional` may fail. Each has `seconds` to pass."""
        if unknown := set(optional) - set(checks):
            raise ValueError(f"No such checks: {', '.join(sorted(unknown))}")
        self._checks = dict(checks)
        self._optional = frozenset(optional)
        self._seconds = seconds
        self._running: asyncio.Task[dict[str, str]] | None = None
        self._told: dict[str, str] = {}

    async def livez(self, _request: Request) -> Response:
        """Say that the process is up, and nothing about what it depends on."""
        return json_response(write_json({"status": "ok"}), 200, JSON)

    async def readyz(self, _request: Request) -> Response:
        """Say for each dependency whether it is ok, degraded or failed; 503 when a required one failed.

        Callers at the same moment share one run, so that asking often costs the database nothing.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        checks = await asyncio.shield(self._running)
        states = set(checks.values())
        status = "failed" if "failed" in states else "degraded" if "degraded" in states else "ok"
        body = write_json({"status": status, "checks": checks})
        return json_response(body, 503 if status == "failed" else 200, JSON)

    async def _run(self) -> dict[str, str]:
        states = await asyncio.gather(*(self._state(name, check) for name, check in self._checks.items()))
        return dict(zip(self._checks, states, strict=True))

    async def _state(self, name: str, check: Check) -> str:
        """Run one check; log only when its state changes."""
        state, error = "ok", None
        try:
            async with asyncio.timeout(self._seconds):
                await check()
        except Exception as raised:  # noqa: BLE001 - whatever a check raises means that it failed
            state, error = "degraded" if name in self._optional else "failed", raised
        if self._told.get(name, "ok") != state:
            self._told[name] = state
            _log.warning("readiness changed", check=name, state=state, exc_info=error)
        return state
