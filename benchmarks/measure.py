"""One measurement: requests sent to one server for a while, and what they cost; and rounds of them, interleaved."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from agreement import Agreement
from processes import cpu_seconds, memory_bytes
from samples import Pace, Sample, Samples
from servers import Server
from spread import percentile

_CLIENT = Path(__file__).with_name("client.py")
_UNBOUNDED = 2**31


class MeasurementFailed(Exception):
    """The client could not measure: a server refused a request, or fell silent."""


class Meter:
    """Measures servers that answer from one database."""

    def __init__(self, agreement: Agreement, database_pid: int) -> None:
        self._agreement = agreement
        self._database_pid = database_pid
        self._numbers = 0

    def sample(self, server: Server, seconds: float, connections: int, *, most: int = _UNBOUNDED) -> Sample:
        """Ask one server for so long, and check the last answer.

        Raises MeasurementFailed, and AnswersDiffer where the answer is not the one that all gave before.
        """
        server.keep_signed_in()
        orders = {
            "port": server.port,
            "headers": server.headers,
            "bodies": self._agreement.bodies(server),
            "starts": self._agreement.starts(connections),
            "first_number": self._numbers,
            "connections": connections,
            "seconds": seconds,
            "most": most,
        }
        server_before, database_before = cpu_seconds(server.process.pid), cpu_seconds(self._database_pid)
        found = ask(orders)
        server_after, database_after = cpu_seconds(server.process.pid), cpu_seconds(self._database_pid)
        self._numbers += found["requests"] + connections
        self._agreement.require(server, found["last_index"], json.loads(found["last_body"]))
        requests: int = found["requests"]
        milliseconds = [duration / 1000 for duration in found["durations_us"]]
        return Sample(
            requests=requests,
            per_second=requests / found["seconds"],
            server_cpu_ms=1000 * (server_after - server_before) / requests,
            database_cpu_ms=1000 * (database_after - database_before) / requests,
            client_cpu_ms=1000 * found["cpu_seconds"] / requests,
            p50_ms=percentile(milliseconds, 0.5),
            p99_ms=percentile(milliseconds, 0.99),
            memory=memory_bytes(server.process.pid),
        )

    def rounds(self, servers: Sequence[Server], pace: Pace) -> Samples:
        """Warm all servers, then ask each in turn, round after round, another one first each time."""
        samples: defaultdict[str, list[Sample]] = defaultdict(list)
        for server in servers:
            self.sample(server, pace.warm_seconds, pace.connections)
        for number in range(pace.rounds):
            turn = number % len(servers)
            for server in (*servers[turn:], *servers[:turn]):
                samples[server.name].append(self.sample(server, pace.seconds, pace.connections))
        return samples


def ask(orders: Mapping[str, Any]) -> dict[str, Any]:
    """Let a client process carry out its orders. Raises MeasurementFailed with what it said."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(_CLIENT)],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed(f"port {orders['port']}: {done.stderr.strip()[-2500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
