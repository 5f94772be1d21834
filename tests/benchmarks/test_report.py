"""The report says what was found, and for the machine the ratios alone."""

import json
from pathlib import Path

import pytest

import goals
import report
from capacity import Capacity
from peers import PEERS
from results import Curve, Results
from samples import Pace, Sample


def sample(per_second: float, server: float = 1.0, database: float = 0.5) -> Sample:
    return Sample(
        requests=1000,
        per_second=per_second,
        server_cpu_ms=server,
        database_cpu_ms=database,
        client_cpu_ms=0.03,
        p50_ms=2.0,
        p99_ms=4.5,
        memory=100 * 1024**2,
    )


@pytest.fixture
def results() -> Results:
    found = Results(
        name="quick",
        note="Taken on a busy machine.",
        day="2026-03-01",
        cases=10_000,
        pace=Pace(seconds=1.0, warm_seconds=0.5, rounds=3),
        machine={"Processor": "2 cores, of some kind", "Memory": "24.0 GiB"},
        versions={"cma_graphql": "0.1.0 (abc)", "mercurius": "16.10.1"},
        loads=["0.1", "2.3"],
        minutes=2.2,
    )
    found.workloads["Q3"] = {
        "cma_graphql": [sample(300.0), sample(200.0), sample(330.0)],
        "mercurius": [sample(200.0, 2.0, 1.0), sample(100.0, 3.0, 0.0), sample(100.0, 1.0, 0.5)],
    }
    found.workloads["Q6"] = {"cma_graphql": [sample(50.0)]}
    found.single["Q3"] = {"cma_graphql": sample(300.0), "mercurius": sample(200.0)}
    return found


def test_the_latest_figures_have_the_form_that_programs_read(results: Results) -> None:
    assert results.latest() == {
        "Q3": {"mercurius": {"rps": [1.5, 2.0, 3.3], "cpu": [0.5, 0.5, 1.0]}},
        "versions": {"cma_graphql": "0.1.0 (abc)", "mercurius": "16.10.1"},
    }


def test_the_page_shows_ratios_figures_and_what_they_were_measured_on(results: Results) -> None:
    page = report.page(results)
    assert page.startswith("# Benchmark\n\n> **Taken on a busy machine.**\n\nThe quick run of 2026-03-01: 10,000 cases")
    assert "3 interleaved rounds of 1 s after 0.5 s of warming up; 2 minutes in all" in page
    assert "at the beginning and the end: 0.1 and 2.3." in page
    assert "| Processor | 2 cores, of some kind |" in page
    assert "| Mercurius + jit | 16.10.1 |" in page
    assert "| against Mercurius + jit | 1.5 – **2×** – 3.3 |" in page
    assert "| against Mercurius + jit | 0.5 – **0.5×** – 1 |" in page
    assert "| cma_graphql | 200 – **300** – 330 | 1 – **1** – 1 | 0.5 – **0.5** – 0.5 | 2 | 4.5 |" in page
    assert "### Q6: one case with everything an advisor's screen shows" in page
    assert "| cma_graphql | 2 / 4.5 |" in page
    assert "| cma_graphql | 100 |" in page
    assert "## The measuring client" not in page
    assert "Growth" not in page
    assert "requests (of a hundred" not in page


def test_the_page_says_what_was_to_be_reached_and_by_how_much_it_was_not(results: Results) -> None:
    page = report.page(results)
    assert "| against Mercurius + jit | ≥ 0.6× | ≥ 1.2× | ≥ 1.2×: **2×** | ≥ 0.3× | ≥ 0.4× |" in page
    results.workloads["Q3"] = {**results.workloads["Q3"], "cma_graphql": [sample(60.0), sample(60.0), sample(60.0)]}
    assert "| ≥ 1.2×: 0.6×, 50 % short |" in report.page(results)
    assert set(goals.GOALS) == {peer.name for peer in PEERS}


def test_growth_and_the_long_run_are_shown_where_they_were_measured(results: Results) -> None:
    results.capacity = [Capacity(40, 31_250.0, 0.0123)]
    results.curves.append(
        Curve("Growth of Q3 with the rows of a page", "rows", {"10": {"cma_graphql": sample(900.0)}}, of_rows=True)
    )
    results.curves.append(Curve("Growth of Q1 with connections", "connections", {"4": {"mercurius": sample(900.0)}}))
    results.soak = [(10_000, 120 * 1024**2), (100_000, 121 * 1024**2)]
    page = report.page(results)
    assert "| 40 bytes | 31,250 | 0.0123 |" in page
    assert (
        "## Growth of Q3 with the rows of a page\n\n| rows | cma_graphql: requests/s / CPU ms / p50 ms / CPU µs a row |"
        in page
    )
    assert "| 10 | 900 / 1.5 / 2 / 150 |" in page
    assert "| connections | Mercurius + jit: requests/s / CPU ms / p50 ms |" in page
    assert "| 4 | 900 / 1.5 / 2 |" in page
    assert "The product's process over 100,000 requests" in page
    assert "| 100,000 | 121 |" in page


def test_without_a_note_the_page_has_none(results: Results) -> None:
    results.note = ""
    assert ">" not in report.page(results)


def test_both_files_are_written(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "REPORT", tmp_path / "report.md")
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")
    report.write(results)
    assert (tmp_path / "report.md").read_text() == report.page(results)
    latest = (tmp_path / "latest.json").read_text()
    assert json.loads(latest) == results.latest()
    assert '"rps": [1.5, 2.0, 3.3],\n' in latest


def test_every_table_of_the_page_is_even(results: Results) -> None:
    lines = report.page(results).splitlines()
    tables: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("|"):
            tables[-1].append(line)
        elif tables[-1]:
            tables.append([])
    assert len(tables) > 6
    for table in tables:
        assert len({line.count("|") for line in table}) <= 1
