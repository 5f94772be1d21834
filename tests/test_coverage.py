"""What the suite says of its coverage is true in greenlets, too."""

import os
import subprocess
import sys
from pathlib import Path

import greenlet  # type: ignore[import-untyped]
from coverage import Coverage

MEASURED = """\
import asyncio
from sqlalchemy.util.concurrency import await_, greenlet_spawn

async def answer():
    await asyncio.sleep(0)
    return True

def wait():
    answered = await_(answer())
    if answered:
        return 1
    return 2

async def work():
    waited = await asyncio.gather(greenlet_spawn(wait), greenlet_spawn(wait))
    if waited == [1, 1]:
        return "done"
    return "not reached"

async def work_often():
    for _ in range(3):
        done = await work()
    return done
"""
MEASURING = """\
import asyncio, contextlib, sys
from coverage import Coverage
from support.greenlets import greenlets_followed

measured = Coverage(data_file=None, config_file=False, branch=True, include=["*/measured.py"])
measured.start()
with greenlets_followed() if sys.argv[1] == "followed" else contextlib.nullcontext():
    import measured as module
    assert asyncio.run(module.work_often()) == "done"
measured.stop()
print(measured.analysis2(module)[3])
print(sorted(measured._analyze(module).missing_branch_arcs().items()))
"""


def lines_not_reached(folder: Path, how: str) -> tuple[str, str]:
    """Measure a program that waits in greenlets; answer what coverage calls missing: lines, and branches."""
    (folder / "measured.py").write_text(MEASURED)
    told = subprocess.run(
        [sys.executable, "-c", MEASURING, how],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parent)])},
        capture_output=True,
        text=True,
        check=True,
    )
    lines, branches = told.stdout.splitlines()
    return lines, branches


def test_what_is_reached_after_a_switch_of_greenlets_counts(tmp_path: Path) -> None:
    assert lines_not_reached(tmp_path, "followed") == ("[12, 18]", "[(10, [12]), (16, [18])]")


def test_without_being_followed_it_would_not(tmp_path: Path) -> None:
    lines, _ = lines_not_reached(tmp_path, "left alone")
    assert lines != "[12, 18]", "coverage sees through greenlets by itself: support/greenlets.py is not needed any more"


def test_this_run_is_followed_if_it_is_measured() -> None:
    assert (greenlet.gettrace() is not None) == (Coverage.current() is not None)
