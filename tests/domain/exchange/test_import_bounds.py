"""Memory is bounded whatever comes, and nothing of a file is repeated in what is kept of its faults."""

import tracemalloc
from pathlib import Path

from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.report import MOST_KEPT, LineFault, Report
from cma_graphql.domain.exchange.importing.services import check_caseload
from domain.exchange.conftest import Scene
from support.imports import left

BAD_LINES = 100_000
MEGABYTE = 1024 * 1024


async def test_a_hundred_thousand_bad_lines(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with path.open("w") as written:
        written.write("record,reference,date_of_birth\n")
        for number in range(BAD_LINES):
            written.write(f"{'client' if number % 10 == 0 else 'cleint'},P{number},yesterday\n")
    before = await left(scene.rows, scene.centre)
    last: list[LineFault] = []

    def tell(fault: LineFault) -> None:
        last[:] = [fault]

    report = Report(tell=tell)
    tracemalloc.start()
    try:
        async with scene.data.database.read(scene.manager, timeout_ms=60_000) as reader:
            await check_caseload(
                reader,
                scene.data.keys.vault,
                file=CaseloadFile("bad.csv", lambda: path.open("rb")),
                report=report,
            )
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Each of the clients lacks two names, too.
    clients = BAD_LINES // 10
    assert (report.lines, report.clients, report.total) == (BAD_LINES, clients, BAD_LINES + 2 * clients)
    assert len(report.faults) == MOST_KEPT
    assert last[0].line == BAD_LINES + 1
    assert peak < 64 * MEGABYTE
    assert await left(scene.rows, scene.centre) == before


async def test_an_endless_record_ends_the_reading(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("w") as written:
        written.write('record,reference,city\nclient,P1,"')
        for _ in range(200):
            written.write('a\n","' * 20_000)
    report = Report()
    tracemalloc.start()
    try:
        async with scene.data.database.read(scene.manager) as reader:
            file = CaseloadFile("endless.csv", lambda: path.open("rb"))
            await check_caseload(reader, scene.data.keys.vault, file=file, report=report)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [(fault.line, fault.rule) for fault in report.faults] == [(2, "record-too-long")]
    assert peak < 32 * MEGABYTE
