"""The section on live updates: a part of the report's page and of `latest.json`, written with them or alone."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from live import Fanned
from live_running import PERSONAL, SHARED, LiveResults
from peers import LIVE_PEERS
from servers import OURS
from spread import Spread, ratios

TITLE = "## Live updates"
_TITLES = {OURS: "cma_graphql", **{peer.name: peer.title for peer in LIVE_PEERS}, "strawberry": "Strawberry"}
_KIB = 1024
_OF_GOALS = 1_000
"""To how many subscribers the goals speak of."""
_LEAST_PER_SECOND, _MOST_TO_LAST_MS, _MOST_KIB, _MOST_P99_MS = 20_000, 60.0, 20.0, 100.0
_SPREADS = re.compile(r"\[([^\[\]]*)\]")
_HOW_TO_READ = """\
Subscribers of one event over WebSockets (graphql-transport-ws), all on one server process. The product reads each event
from its log after another process has committed it and rung the bell, asks for every subscriber whether they may see
it, reads the case and executes the operation; each subscriber has a session of its own, which is read again within each
second. A peer is sent the finished payload in a request, publishes it in its own process and asks nothing. Times run
from the end of the commit, or from the sending of that request, to the last subscriber; messages a second are those of
several events at once, processor time is the server's alone. Memory is what the server's resident memory grew by for
each subscriber: one that holds freed memory of earlier rounds grows less."""


def section(found: LiveResults) -> str:
    """Write the section; nothing where nothing was measured."""
    if not found.rounds:
        return ""
    parts = [TITLE, _HOW_TO_READ, "### What is to be reached", _table(("", "to be", "is"), _goals(found))]
    for number, samples in found.rounds.items():
        parts += [f"### {number:,} subscribers", _table(_HEAD, (_row(name, samples) for name in samples))]
    parts += [*_paced(found), *_kinds(found), *_stall(found)]
    return "\n\n".join(parts)


def latest(found: LiveResults) -> dict[str, object]:
    """Answer what `latest.json` holds: by subscribers and peer, ratios of throughput and of processor time."""
    return {
        str(number): {
            peer: {
                "messages": ratios(
                    [one.per_second for one in samples[OURS]], [one.per_second for one in samples[peer]]
                ).rounded(),
                "cpu": ratios([one.cpu_us for one in samples[OURS]], [one.cpu_us for one in samples[peer]]).rounded(),
            }
            for peer in samples
            if peer != OURS
        }
        for number, samples in found.rounds.items()
    }


def write_alone(found: LiveResults, report: Path, figures: Path) -> None:
    """Put the section into a page and a file that have the other parts already."""
    page = report.read_text().partition(f"\n{TITLE}\n")[0].rstrip()
    report.write_text(f"{page}\n\n{section(found)}\n")
    known = {**json.loads(figures.read_text()), "live": latest(found)}
    figures.write_text(in_lines(known))


def in_lines(figures: object) -> str:
    """Write figures as JSON, a spread on one line."""
    return _SPREADS.sub(lambda spread: f"[{' '.join(spread[1].split())}]", json.dumps(figures, indent=2)) + "\n"


_HEAD = ("", "messages/s", "last after ms", "server CPU µs a message", "KiB a subscriber", "client CPU µs a message")


def _row(name: str, samples: dict[str, list[Fanned]]) -> Sequence[str]:
    rounds = samples[name]
    return (
        _TITLES[name],
        _spread([one.per_second for one in rounds]),
        _spread([one.middle_ms for one in rounds]),
        _spread([one.cpu_us for one in rounds]),
        _number(median(one.memory for one in rounds) / _KIB),
        _number(median(one.client_cpu_us for one in rounds)),
    )


def _goals(found: LiveResults) -> Iterable[Sequence[str]]:
    rounds = found.rounds[_OF_GOALS].get(OURS, []) if _OF_GOALS in found.rounds else []
    if rounds:
        rate, last = median(one.per_second for one in rounds), median(one.middle_ms for one in rounds)
        yield "messages/s to 1,000", f"≥ {_LEAST_PER_SECOND:,}", _told(rate, rate >= _LEAST_PER_SECOND)
        yield "last of 1,000 after, ms", f"≤ {_MOST_TO_LAST_MS:g}", _told(last, last <= _MOST_TO_LAST_MS)
    most = max(found.rounds)
    held = [one.memory / _KIB for one in found.rounds[most].get(OURS, [])]
    if held:
        memory = max(held)
        yield f"KiB a subscriber, of {most:,}", f"< {_MOST_KIB:g}", _told(memory, memory < _MOST_KIB)
    if OURS in found.paced:
        paced = found.paced[OURS]
        what = f"p99 ms, {paced.rate} events/s to {paced.subscribers}"
        yield what, f"< {_MOST_P99_MS:g}", _told(paced.p99_ms, paced.p99_ms < _MOST_P99_MS)


def _paced(found: LiveResults) -> Iterable[str]:
    if found.paced:
        one = next(iter(found.paced.values()))
        yield f"### {one.rate} events a second to {one.subscribers} subscribers each"
        rows = (
            (_TITLES[name], _number(paced.p50_ms), _number(paced.p99_ms), _number(paced.cpu_us))
            for name, paced in found.paced.items()
        )
        yield _table(("", "p50 ms", "p99 ms", "server CPU µs a message"), rows)


def _kinds(found: LiveResults) -> Iterable[str]:
    if found.kinds:
        shown = {SHARED: "made once for all who are alike", PERSONAL: "each viewer's own"}
        yield "### Both kinds of operation, the product alone"
        rows = (
            (shown[kind], str(one.subscribers), _number(one.middle_ms), _number(one.cpu_us))
            for kind, one in found.kinds.items()
        )
        yield _table(("answers that are", "subscribers", "last after ms", "server CPU µs a message"), rows)


def _stall(found: LiveResults) -> Iterable[str]:
    if found.stall is not None:
        one = found.stall
        yield "### Many events of one transaction"
        yield (
            f"{one.events:,} events of one transaction reached the last of {one.subscribers} subscribers after"
            f" {_number(one.seconds)} s. A subscriber of another centre on the same process, who waited"
            f" {_number(one.alone_ms)} ms for an event in the median before, waited {_number(median(one.beside_ms))} ms"
            f" meanwhile, and {_number(max(one.beside_ms))} ms at the most."
        )


def _told(value: float, is_reached: bool) -> str:  # noqa: FBT001 - a cell of a table
    return f"**{_number(value)}**" if is_reached else _number(value)


def _spread(values: Sequence[float]) -> str:
    spread = Spread.of(values)
    return f"{_number(spread.least)} – **{_number(spread.middle)}** – {_number(spread.greatest)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows))
