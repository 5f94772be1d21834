"""What a run found, and the figures that follow from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import live_report
from capacity import Capacity
from live_running import LiveResults
from samples import Pace, Sample, Samples
from servers import OURS
from spread import Spread, ratios


@dataclass(frozen=True, slots=True)
class Curve:
    """How one workload's cost grows with something."""

    title: str
    what: str
    """What grows, over the column of labels."""
    points: Mapping[str, Mapping[str, Sample]]
    """By label, by server."""
    of_rows: bool = False
    """Whether it grows with the rows of an answer, so that the cost of one is of interest."""


@dataclass(slots=True)
class Results:
    """Everything a run found."""

    name: str
    note: str
    day: str
    cases: int
    pace: Pace
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    workloads: dict[str, Samples] = field(default_factory=dict)
    single: dict[str, Mapping[str, Sample]] = field(default_factory=dict)
    """By workload, by server: one connection alone."""
    capacity: Sequence[Capacity] = ()
    curves: list[Curve] = field(default_factory=list)
    soak: list[tuple[int, int]] = field(default_factory=list)
    """The product's memory after so many requests."""
    live: LiveResults = field(default_factory=LiveResults)
    minutes: float = 0.0
    loads: list[str] = field(default_factory=list)

    def throughput(self, workload: str, peer: str) -> Spread:
        """Answer how many times as many requests the product answers, round by round."""
        rounds = self.workloads[workload]
        return ratios([one.per_second for one in rounds[OURS]], [one.per_second for one in rounds[peer]])

    def cpu(self, workload: str, peer: str) -> Spread:
        """Answer how many times the peer's processor time, of server and database, a request costs the product."""
        rounds = self.workloads[workload]
        return ratios([one.cpu_ms for one in rounds[OURS]], [one.cpu_ms for one in rounds[peer]])

    def peers_of(self, workload: str) -> list[str]:
        """Answer who was measured beside the product."""
        return [name for name in self.workloads[workload] if name != OURS]

    def latest(self) -> dict[str, object]:
        """Answer what `latest.json` holds: ratios by workload and peer, and the versions."""
        figures: dict[str, object] = {
            workload: {
                peer: {
                    "rps": self.throughput(workload, peer).rounded(),
                    "cpu": self.cpu(workload, peer).rounded(),
                }
                for peer in self.peers_of(workload)
            }
            for workload in self.workloads
            if self.peers_of(workload)
        }
        live = {"live": live_report.latest(self.live)} if self.live.rounds else {}
        return {**figures, **live, "versions": dict(self.versions)}
