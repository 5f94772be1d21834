"""Writes what a run found: a page for people, a file for programs."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

import goals
import live_report
from peers import LIVE_PEERS, PEERS
from results import Curve, Results
from samples import Sample
from servers import OURS
from spread import Spread
from workloads import WORKLOADS

_HERE = Path(__file__).resolve().parent
REPORT, LATEST = _HERE / "report.md", _HERE / "latest.json"
_TITLES = {OURS: "cma_graphql", **{peer.name: peer.title for peer in (*LIVE_PEERS, *PEERS)}}
_MIB = 1024**2

_HOW_TO_READ = """\
Every figure is of one server process and the database on the machine described below. All servers answer from the same
rows under the same row security, each request in one transaction of its own; their answers were compared before
anything was measured, and the last one of every measurement. The product runs as it is served in production, with
sign-in, permissions, visibility, the audit of reads, limits and its log switched on; the peers have none of these. In
Q4 the peers do an UPDATE and nothing else, while the product also checks and raises the version, appends to the audit
chain and writes the event. Q6 and Q7 are the product's alone. Ratios are the product's figure divided by the peer's,
round by round, as least – **median** – greatest: of throughput more is better, of processor time less. How it is
measured is told in [README.md](README.md)."""


def write(results: Results) -> None:
    """Write both files; a spread stands on one line."""
    REPORT.write_text(page(results))
    LATEST.write_text(live_report.in_lines(results.latest()))


def page(results: Results) -> str:
    """Write the page."""
    sections = [
        _head(results),
        goals_section(_median_of(results)),
        *_workloads(results),
        _single(results),
        _memory(results),
        _client(results),
    ]
    sections += [*(_curve(curve) for curve in results.curves), live_report.section(results.live)]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(results: Results) -> str:
    pace = results.pace
    loads = " and ".join(results.loads)
    run = (
        f"The {results.name} run of {results.day}: {results.cases:,} cases in the database, {pace.connections}"
        f" connections, {pace.rounds} interleaved rounds of {pace.seconds:g} s after {pace.warm_seconds:g} s of warming"
        f" up; {results.minutes:.0f} minutes in all. Load of the machine at the beginning and the end: {loads}."
    )
    lines = [
        "# Benchmark",
        *([f"> **{results.note}**"] if results.note else []),
        run,
        _HOW_TO_READ,
        "## Machine and versions",
        _table(("", ""), results.machine.items()),
        _table(("Server", "Version"), ((_TITLES.get(name, name), found) for name, found in results.versions.items())),
    ]
    return "\n\n".join(lines)


def goals_section(reached: Callable[[str, str], float | None]) -> str:
    """Write what was to be reached beside what was; `reached` answers the median ratio of throughput."""
    rows = [(f"against {_TITLES[peer]}", *cells) for peer, *cells in goals.compared(reached)]
    return f"## Throughput that is to be reached\n\n{_table(('', *goals.WORKLOADS), rows)}"


def _median_of(results: Results) -> Callable[[str, str], float | None]:
    def reached(workload: str, peer: str) -> float | None:
        measured = workload in results.workloads and peer in results.peers_of(workload)
        return results.throughput(workload, peer).middle if measured else None

    return reached


def _workloads(results: Results) -> Iterable[str]:
    yield "## Throughput against each peer"
    yield _ratios(results, results.throughput)
    yield "## Processor time a request, server and database, against each peer"
    yield _ratios(results, results.cpu)
    for workload in WORKLOADS:
        if workload.name in results.workloads:
            yield f"### {workload.name}: {workload.title}"
            yield _samples(results, workload.name)


def _ratios(results: Results, figure: Callable[[str, str], Spread]) -> str:
    compared = [name for name in results.workloads if results.peers_of(name)]
    rows = [
        (
            f"against {peer.title}",
            *(
                _spread(figure(name, peer.name), "×") if peer.name in results.peers_of(name) else ""
                for name in compared
            ),
        )
        for peer in PEERS
    ]
    return _table(("", *compared), rows)


def _samples(results: Results, workload: str) -> str:
    head = ("", "requests/s", "server CPU ms", "database CPU ms", "p50 ms", "p99 ms")
    rows = [
        (
            _TITLES[name],
            _spread(Spread.of([one.per_second for one in rounds])),
            _spread(Spread.of([one.server_cpu_ms for one in rounds])),
            _spread(Spread.of([one.database_cpu_ms for one in rounds])),
            _number(median(one.p50_ms for one in rounds)),
            _number(median(one.p99_ms for one in rounds)),
        )
        for name, rounds in results.workloads[workload].items()
    ]
    return _table(head, rows)


def _single(results: Results) -> str:
    if not results.single:
        return ""
    names = list(results.single)
    servers = list(dict.fromkeys(server for by_server in results.single.values() for server in by_server))
    rows = [(_TITLES[server], *(_pair(results.single[name].get(server)) for name in names)) for server in servers]
    return f"## Latency at one connection, p50 / p99 in ms\n\n{_table(('', *names), rows)}"


def _pair(sample: Sample | None) -> str:
    return "" if sample is None else f"{_number(sample.p50_ms)} / {_number(sample.p99_ms)}"


def _memory(results: Results) -> str:
    last = {name: rounds[-1] for samples in results.workloads.values() for name, rounds in samples.items()}
    rows = [(_TITLES[name], f"{sample.memory / _MIB:.0f}") for name, sample in last.items()]
    parts = ["## Resident memory of the server after the workloads, MiB", _table(("", "MiB"), rows)]
    if results.soak:
        parts.append(f"The product's process over {results.soak[-1][0]:,} requests (of a hundred 90 Q1, 8 Q2, 2 Q3):")
        parts.append(_table(("requests", "MiB"), ((f"{at:,}", f"{memory / _MIB:.0f}") for at, memory in results.soak)))
    return "\n\n".join(parts)


def _client(results: Results) -> str:
    """Show what the client reaches: a server near it is measured too low."""
    if not results.capacity:
        return ""
    rows = [(f"{one.length:,} bytes", _number(one.per_second), _number(one.client_cpu_ms)) for one in results.capacity]
    told = "Against a server that does nothing but answer, the client reaches:"
    return f"## The measuring client\n\n{told}\n\n{_table(('answer', 'requests/s', 'client CPU ms'), rows)}"


def _curve(curve: Curve) -> str:
    servers = list(dict.fromkeys(server for by_server in curve.points.values() for server in by_server))
    shown = "requests/s / CPU ms / p50 ms" + (" / CPU µs a row" if curve.of_rows else "")
    head = (curve.what, *(f"{_TITLES[server]}: {shown}" for server in servers))
    rows = [
        (label, *(_point(by_server.get(server), int(label) if curve.of_rows else 0) for server in servers))
        for label, by_server in curve.points.items()
    ]
    return f"## {curve.title}\n\n{_table(head, rows)}"


def _point(sample: Sample | None, rows: int) -> str:
    if sample is None:
        return ""
    figures = [sample.per_second, sample.cpu_ms, sample.p50_ms, *([1000 * sample.cpu_ms / rows] if rows else [])]
    return " / ".join(_number(figure) for figure in figures)


def _spread(spread: Spread, unit: str = "") -> str:
    least, middle, greatest = (_number(value) for value in (spread.least, spread.middle, spread.greatest))
    return f"{least} – **{middle}{unit}** – {greatest}"


def _number(value: float) -> str:
    """Write a number to three significant digits, large ones whole."""
    if value >= 100:  # noqa: PLR2004 - three digits
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
