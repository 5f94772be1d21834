"""How fast the measuring client itself is: measured against a server that does nothing but answer.

What it cannot reach, it cannot measure: the report shows this ceiling beside the figures. Run by path it is that
server: `capacity.py PORT LENGTH` answers every request with so many bytes.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass

import uvloop

from measure import ask
from servers import await_port, free_port

_SHORT, _LONG = 40, 80_000
"""About as long as the answers to Q5 and to Q3."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the client reaches, and what it costs."""

    length: int
    per_second: float
    client_cpu_ms: float


def measure_capacity(seconds: float, connections: int) -> list[Capacity]:
    """Measure the client with short and with long answers. Raises MeasurementFailed."""
    return [_measured(length, seconds, connections) for length in (_SHORT, _LONG)]


def _measured(length: int, seconds: float, connections: int) -> Capacity:
    port = free_port()
    server = subprocess.Popen([sys.executable, __file__, str(port), str(length)], stdin=subprocess.DEVNULL)
    try:
        await_port(port, lambda: server.poll() is None)
        orders = {
            "port": port,
            "headers": {},
            "bodies": [[json.dumps({"query": "query Q5 {\n  __typename\n}\n"})]],
            "starts": [],
            "first_number": 0,
            "connections": connections,
            "seconds": seconds,
            "most": 2**31,
        }
        found = ask(orders)
    finally:
        server.kill()
        server.wait()
    requests = found["requests"]
    return Capacity(length, requests / found["seconds"], 1000 * found["cpu_seconds"] / requests)


class _Answering(asyncio.Protocol):
    """Answers each request, small enough to come in one piece, with the same bytes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, _data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(self._answer)


async def _serve(port: int, length: int) -> None:
    body = json.dumps({"data": "x" * length}).encode()
    answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    server = await asyncio.get_running_loop().create_server(lambda: _Answering(answer), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
