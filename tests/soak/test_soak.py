"""Nothing is lost and nothing reordered whatever is killed, cut or not read: `make soak` does the same at length."""

import re
from pathlib import Path

import pytest

from soak.plan import SHORT
from soak.running import run


@pytest.mark.own_database
async def test_everybody_is_told_everything_in_order(tmp_path: Path) -> None:
    said: list[str] = []
    verdict = await run(SHORT, tmp_path, said.append)
    assert verdict.wrongs == [], "\n".join(said)
    last = re.fullmatch(r"events (\d+), deliveries (\d+), lost 0, reordered 0, repeated (\d+)", said[-1])
    assert last is not None, said[-1]
    events, deliveries, repeated = map(int, last.groups())
    assert events > 300, "the crowd was changed twice, and everybody wrote"
    assert deliveries > events
    assert repeated < deliveries
