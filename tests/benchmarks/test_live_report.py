"""The section on live updates says what was to be reached and what was, and is written without touching the rest."""

import json
from pathlib import Path

import pytest

import live_report
from live import Fanned, Paced, Stall
from live_running import PERSONAL, SHARED, LiveResults, product_query
from servers import OURS


def fanned(per_second: float, last: float, cpu: float, *, subscribers: int = 1_000, memory: int = 18_432) -> Fanned:
    return Fanned(subscribers, [last, last, last + 5], per_second, cpu, 12.0, memory)


@pytest.fixture
def found() -> LiveResults:
    results = LiveResults()
    results.rounds[1_000][OURS] = [fanned(22_000, 50, 30), fanned(20_500, 55, 40), fanned(30_000, 40, 20)]
    results.rounds[1_000]["yoga"] = [fanned(11_000, 100, 60), fanned(20_500, 90, 40), fanned(10_000, 80, 40)]
    results.rounds[5_000][OURS] = [fanned(18_000, 300, 33, subscribers=5_000, memory=24_576)]
    results.paced[OURS] = Paced(100, 100, 12.5, 140.0, 41.0)
    results.kinds = {SHARED: fanned(1, 20, 90, subscribers=100), PERSONAL: fanned(1, 380, 1_471, subscribers=100)}
    results.stall = Stall(1_000, 100, 4.5, 11.0, [20.0, 30.0, 140.0])
    return results


def test_the_section_shows_what_is_to_be_reached_and_is(found: LiveResults) -> None:
    page = live_report.section(found)
    assert "| messages/s to 1,000 | ≥ 20,000 | **22,000** |" in page
    assert "| last of 1,000 after, ms | ≤ 60 | **50** |" in page
    assert "| KiB a subscriber, of 5,000 | < 20 | 24 |" in page
    assert "| p99 ms, 100 events/s to 100 | < 100 | 140 |" in page


def test_the_section_shows_all_servers_and_kinds(found: LiveResults) -> None:
    page = live_report.section(found)
    assert "### 5,000 subscribers" in page
    assert (
        "| GraphQL Yoga + graphql-ws | 10,000 – **11,000** – 20,500 | 80 – **90** – 100 | 40 – **40** – 60 | 18 | 12 |"
        in page
    )
    assert "| cma_graphql | 12.5 | 140 | 41 |" in page
    assert "| each viewer's own | 100 | 380 | 1,471 |" in page
    assert "1,000 events of one transaction reached the last of 100 subscribers after 4.5 s." in page
    assert "waited 30 ms meanwhile, and 140 ms at the most." in page


def test_programs_read_ratios(found: LiveResults) -> None:
    assert live_report.latest(found) == {
        "1000": {"yoga": {"messages": [1.0, 2.0, 3.0], "cpu": [0.5, 0.5, 1.0]}},
        "5000": {},
    }


def test_nothing_is_shown_of_what_was_not_measured() -> None:
    assert live_report.section(LiveResults()) == ""


def test_the_part_alone_leaves_the_others_as_they_are(found: LiveResults, tmp_path: Path) -> None:
    page, figures = tmp_path / "report.md", tmp_path / "latest.json"
    page.write_text("# Benchmark\n\n## Throughput\n\n| a |\n")
    figures.write_text('{"Q1": {"apollo": {"rps": [1, 2, 3]}}, "versions": {"yoga": "5"}}')
    for _ in range(2):
        live_report.write_alone(found, page, figures)
    assert page.read_text() == f"# Benchmark\n\n## Throughput\n\n| a |\n\n{live_report.section(found)}\n"
    known = json.loads(figures.read_text())
    assert known["Q1"] == {"apollo": {"rps": [1, 2, 3]}}
    assert known["live"] == live_report.latest(found)
    assert '"rps": [1, 2, 3]' in figures.read_text()


def test_both_kinds_of_operation_differ_by_a_relation_alone() -> None:
    assert product_query(PERSONAL).replace(" client { id }", "") == product_query(SHARED)
