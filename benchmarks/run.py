"""Run the benchmark: `make bench-quick` in two to three minutes, `make bench` in about fifty."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from agreement import Agreement
from canonical import AnswerRefused, AnswersDiffer
from capacity import measure_capacity
from cma_graphql.core.clock import today
from dataset import FILLED, Dataset, Facts, running_dataset
from live_report import write_alone
from live_running import LivePlan, measure_live
from machine import described, load, runtimes, versions
from measure import MeasurementFailed, Meter
from peers import LIVE_PEERS, PEERS, PeerMissing, install
from report import LATEST, REPORT, write
from results import Curve, Results
from samples import Pace, Sample
from servers import Server, ServerFailed, running
from workloads import WORKLOADS, Workload

_DATA = Path(__file__).resolve().parents[1] / ".data" / "benchmarks"
_CASES_ASKED_FOR = 16
"""So many cases are asked for in turn, or changed, one by each connection."""
_PAGES = (10, 50, 100)
_CONNECTIONS = (1, 4, 16, 64)
_SIZES = (FILLED, 10 * FILLED, 100 * FILLED)
_SOAK = (("Q1", 9_000), ("Q2", 800), ("Q3", 200))
"""One tenth of the long run over which memory has to stay flat."""
_SOAK_PARTS = 10
_SOAK_SECONDS = 1_200.0

BY_NAME = {workload.name: workload for workload in WORKLOADS}


@dataclass(frozen=True, slots=True)
class Plan:
    """What one kind of run measures."""

    name: str
    cases: int
    pace: Pace
    single_seconds: float
    curve_seconds: float = 0.0
    """None: no growth is measured, and no long run."""
    sizes: tuple[int, ...] = ()
    live: LivePlan = field(
        default_factory=lambda: LivePlan({100: 1, 1_000: 1}, events=5, at_once=5, seconds=1.0, stalled=100)
    )


PLANS = {
    "quick": Plan("quick", FILLED, Pace(seconds=0.6, warm_seconds=0.6, rounds=3), single_seconds=0.4),
    "full": Plan(
        "full",
        10 * FILLED,
        Pace(seconds=4.0, warm_seconds=3.0, rounds=7),
        single_seconds=4.0,
        curve_seconds=4.0,
        sizes=_SIZES,
        live=LivePlan({100: 5, 1_000: 5, 5_000: 1}, seconds=5.0),
    ),
}


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class Bench:
    """One run."""

    def __init__(self, plan: Plan, dataset: Dataset, note: str) -> None:
        self.plan = plan
        self.dataset = dataset
        self.began = time.monotonic()
        self.results = Results(
            name=plan.name,
            note=note,
            day=today().isoformat(),
            cases=plan.cases,
            pace=plan.pace,
            machine={**described(), **runtimes(dataset, plan.cases)},
            versions=versions(),
            loads=[load()],
        )

    def run(self) -> Results:
        """Measure everything the plan names but the live updates."""
        plan, results = self.plan, self.results
        facts = self.dataset.facts(plan.cases, _CASES_ASKED_FOR)
        results.capacity = measure_capacity(plan.pace.seconds, plan.pace.connections)
        with running(self.dataset, facts, plan.cases, PEERS) as servers:
            for workload in WORKLOADS:
                self._workload(workload, servers, facts)
            if plan.curve_seconds:
                results.curves += [self._pages(servers, facts), *self._connections(servers, facts)]
        if plan.curve_seconds:
            self._soak(facts)
            results.curves += self._sizes()
        results.loads.append(load())
        results.minutes = (time.monotonic() - self.began) / 60
        return results

    def live(self) -> None:
        """Measure live updates, on the smallest database: an event is of one case, however many there are."""
        say("Live updates")
        facts = self.dataset.facts(FILLED, _CASES_ASKED_FOR)
        self.results.live = measure_live(self.dataset, facts, FILLED, self.plan.live, say)

    def check(self) -> None:
        """Measure nothing: ask every server each workload's requests and compare what they say."""
        facts = self.dataset.facts(self.plan.cases, _CASES_ASKED_FOR)
        with running(self.dataset, facts, self.plan.cases, PEERS) as servers:
            for workload in WORKLOADS:
                chosen = servers if workload.peers else servers[:1]
                self._meter(workload, chosen, facts, self.plan.cases)
                say(f"{workload.name}: the same from {', '.join(server.name for server in chosen)}")

    def _meter(self, workload: Workload, servers: Sequence[Server], facts: Facts, cases: int) -> Meter:
        """Make a meter for a workload, once all servers answer it alike."""
        agreement = Agreement(workload, self.dataset, facts, cases)
        agreement.reach(servers)
        return Meter(agreement, self.dataset.database_pid)

    def _workload(self, workload: Workload, servers: Sequence[Server], facts: Facts) -> None:
        say(f"{workload.name}: {workload.title}")
        chosen = servers if workload.peers else servers[:1]
        meter = self._meter(workload, chosen, facts, self.plan.cases)
        samples = meter.rounds(chosen, self.plan.pace)
        self.results.workloads[workload.name] = samples
        self.results.single[workload.name] = {
            server.name: meter.sample(server, self.plan.single_seconds, 1) for server in chosen
        }
        for name, rounds in samples.items():
            rates = ", ".join(f"{one.per_second:,.0f}" for one in rounds)
            say(f"  {name:14} {rates} requests/s; {rounds[-1].server_cpu_ms:.2f} ms")

    def _point(self, workload: Workload, servers: Sequence[Server], facts: Facts, cases: int) -> dict[str, Sample]:
        meter = self._meter(workload, servers, facts, cases)
        seconds = self.plan.curve_seconds
        warm = replace(self.plan.pace, seconds=seconds, warm_seconds=seconds / 2, rounds=1)
        return {name: rounds[0] for name, rounds in meter.rounds(servers, warm).items()}

    def _pages(self, servers: Sequence[Server], facts: Facts) -> Curve:
        say("Q3 by rows a page")
        points = {
            str(page): self._point(replace(BY_NAME["Q3"], page=page), servers, facts, self.plan.cases)
            for page in _PAGES
        }
        return Curve("Growth of Q3 with the rows of a page", "rows", points, of_rows=True)

    def _connections(self, servers: Sequence[Server], facts: Facts) -> list[Curve]:
        curves = []
        for name in ("Q1", "Q2"):
            say(f"{name} by connections")
            meter = self._meter(BY_NAME[name], servers, facts, self.plan.cases)
            points = {
                str(number): {server.name: meter.sample(server, self.plan.curve_seconds, number) for server in servers}
                for number in _CONNECTIONS
            }
            curves.append(Curve(f"Growth of {name} with the number of connections", "connections", points))
        return curves

    def _sizes(self) -> list[Curve]:
        """Measure the reads on databases of every size."""
        points: dict[str, dict[str, dict[str, Sample]]] = {name: {} for name in ("Q1", "Q2", "Q3")}
        for cases in self.plan.sizes:
            say(f"Reads with {cases:,} cases in the database")
            facts = self.dataset.facts(cases, _CASES_ASKED_FOR)
            with running(self.dataset, facts, cases, PEERS) as servers:
                for name, found in points.items():
                    found[f"{cases:,}"] = self._point(BY_NAME[name], servers, facts, cases)
        return [
            Curve(f"Growth of {name} with the cases in the database", "cases", found) for name, found in points.items()
        ]

    def _soak(self, facts: Facts) -> None:
        """Send the product a hundred thousand requests and look at its memory; a fresh process, nobody else beside."""
        say("Memory over 100,000 requests")
        deadline = time.monotonic() + _SOAK_SECONDS
        with running(self.dataset, facts, self.plan.cases, ()) as servers:
            meters = [(self._meter(BY_NAME[name], servers, facts, self.plan.cases), number) for name, number in _SOAK]
            asked = 0
            while asked < _SOAK_PARTS * sum(number for _, number in _SOAK) and time.monotonic() < deadline:
                for meter, number in meters:
                    sample = meter.sample(servers[0], _SOAK_SECONDS, self.plan.pace.connections, most=number)
                    asked += sample.requests
                self.results.soak.append((asked, sample.memory))


def main() -> int:
    """Run what was asked for; answer the exit status."""
    parser = argparse.ArgumentParser(description="Measure the product against its peers.")
    parser.add_argument("plan", choices=sorted(PLANS))
    parser.add_argument("--only", choices=["live"], help="measure this part and leave the others as they are")
    parser.add_argument("--check", action="store_true", help="compare the answers of all servers, and measure nothing")
    parser.add_argument("--largest", type=int, default=_SIZES[-1], help="make and measure no database of more cases")
    parser.add_argument("--rounds", type=int, help="how often all servers are asked in turn")
    parser.add_argument("--note", default="", help="a sentence for the head of the report, such as on a busy machine")
    options = parser.parse_args()
    plan = PLANS[options.plan]
    plan = replace(plan, sizes=tuple(cases for cases in plan.sizes if cases <= options.largest))
    if options.rounds is not None:
        plan = replace(plan, pace=replace(plan.pace, rounds=options.rounds))
    try:
        install(dict.fromkeys((*PEERS, *LIVE_PEERS)), say)
        sizes = (FILLED,) if options.only else (plan.cases, *plan.sizes)
        with running_dataset(_DATA, sizes, say) as dataset:
            bench = Bench(replace(plan, cases=FILLED) if options.only else plan, dataset, options.note)
            if options.only:
                bench.live()
                write_alone(bench.results.live, REPORT, LATEST)
                return 0
            if options.check:
                bench.check()
                return 0
            write(bench.run())  # what was measured is kept, should the last part break off
            bench.live()
            write_alone(bench.results.live, REPORT, LATEST)
    except (PeerMissing, ServerFailed, MeasurementFailed, AnswersDiffer, AnswerRefused) as error:
        say(f"benchmark: {error}")
        return 1
    say(f"Written: {REPORT.name}, {LATEST.name} in {REPORT.parent.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
