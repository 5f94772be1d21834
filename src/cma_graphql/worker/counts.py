"""What a worker counts, for Prometheus."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from cma_graphql.persistence.reads import Record

_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 120)


class WorkerCounts:
    """The figures of one worker, and of the queue as it saw it last."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._done = Counter(
            "cma_jobs",
            "Jobs by what came of an attempt: done, failed (tried again later), given_up, taken, left, unreadable.",
            ["job", "outcome"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "cma_job_seconds", "How long attempts took.", ["job"], buckets=_SECONDS, registry=self.registry
        )
        self._queued = Gauge(
            "cma_jobs_queued", "Jobs that wait, those put back included.", ["job"], registry=self.registry
        )
        self._held = Gauge("cma_jobs_held", "Jobs that some worker holds.", ["job"], registry=self.registry)
        self._late = Gauge(
            "cma_jobs_late_seconds",
            "For how long the one that is most overdue has waited.",
            ["job"],
            registry=self.registry,
        )

    def done(self, job: str, outcome: str, seconds: float) -> None:
        """Count an attempt."""
        self._done.labels(job, outcome).inc()
        self._seconds.labels(job).observe(seconds)

    def number(self, job: str, outcome: str) -> int:
        """Tell how many attempts came to this."""
        value = self.registry.get_sample_value("cma_jobs_total", {"job": job, "outcome": outcome})
        return int(value or 0)

    def saw(self, depths: Iterable[Record]) -> None:
        """Take over how many jobs there are now."""
        for gauge in (self._queued, self._held, self._late):
            gauge.clear()
        for row in depths:
            self._queued.labels(row["entrypoint"]).set(row["queued"])
            self._held.labels(row["entrypoint"]).set(row["picked"])
            self._late.labels(row["entrypoint"]).set(float(row["late"]))

    def text(self) -> bytes:
        """Write the figures as Prometheus reads them."""
        return generate_latest(self.registry)
