"""What is measured, and at what pace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """What one measurement showed; processor times in milliseconds a request."""

    requests: int
    per_second: float
    server_cpu_ms: float
    database_cpu_ms: float
    client_cpu_ms: float
    p50_ms: float
    p99_ms: float
    memory: int
    """The server's resident memory afterwards, in bytes."""

    @property
    def cpu_ms(self) -> float:
        """Of server and database together."""
        return self.server_cpu_ms + self.database_cpu_ms


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often is measured."""

    seconds: float
    warm_seconds: float
    rounds: int
    connections: int = 16


Samples = Mapping[str, Sequence[Sample]]
"""By server, round by round."""
