"""The product as server processes, started as in production and ended as by a power cut."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from support.loopback import free_port

_START_SECONDS = 180.0
_STOP_SECONDS = 20.0


class ServerProcess:
    """One `cma-graphql serve`, always at the same port."""

    def __init__(self, name: str, settings: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("CMA_", "COV_"))}
        self._environment = {
            **inherited,
            "PYTHONPATH": os.pathsep.join(sys.path),
            **settings,
            "CMA_PORT": str(self.port),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers. Raises RuntimeError, with the end of its log, where it does not."""
        process = self._process = self._begun()
        async with httpx.AsyncClient(base_url=self.origin, trust_env=False) as client, asyncio.timeout(_START_SECONDS):
            while process.poll() is None:
                try:
                    await client.get("/livez")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    return
        raise RuntimeError(f"{self.name} did not start:\n{self.log_end()}")

    def _begun(self) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as stream:
            return subprocess.Popen(
                [sys.executable, "-m", "cma_graphql", "serve"], env=self._environment, stdout=stream, stderr=stream
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def stop(self) -> None:
        """End it in an orderly way, or else as it can be."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    async def figures(self) -> dict[str, float]:
        """Read what it counts; nothing where it is away."""
        try:
            async with httpx.AsyncClient(base_url=self.origin, trust_env=False, timeout=10) as client:
                text = (await client.get("/metrics")).text
        except httpx.TransportError:
            return {}
        lines = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
        return {name: float(value) for name, value in lines}

    def log_end(self) -> str:
        """Answer the last lines of what it said."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])


@asynccontextmanager
async def serving(settings: Mapping[str, str], folder: Path) -> AsyncIterator[list[ServerProcess]]:
    """Run two servers while the block runs."""
    servers = [ServerProcess(f"server-{number}", settings, folder) for number in (1, 2)]
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield servers
    finally:
        await asyncio.gather(*(server.stop() for server in servers))
