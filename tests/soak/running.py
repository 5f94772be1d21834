"""One run, from the servers' start to the verdict."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from soak.faults import Say
from soak.plan import Plan
from soak.reading import read_log
from soak.scope import Due, Logged, due
from soak.stage import Stage, staged
from soak.subscribers import Subscriber
from soak.verdict import Verdict, judge

_LOOK_SECONDS = 0.2
_FIGURES = ("cma_live_answers_total", "cma_live_wakes_total")


async def run(plan: Plan, folder: Path, say: Say) -> Verdict:
    """Write and follow under faults; tell on the way what happens, at the end what came of it, its line last."""
    say(f"{plan.writers} writers, {plan.subscribers} subscribers, {plan.seconds:g} seconds, seed {plan.seed}")
    async with staged(plan, folder, say) as stage:
        following = [asyncio.create_task(each.follow()) for each in stage.subscribers]
        try:
            await _write_under_faults(stage)
            log = await read_log(stage.postgres)
            dues = [_due(stage, log, each) for each in stage.subscribers]
            await _drain(stage, dues, say)
        finally:
            for task in following:
                task.cancel()
            outcomes = await asyncio.gather(*following, return_exceptions=True)
        verdict = judge(stage, log, dues)
        verdict.wrongs += [f"a subscriber failed: {each!r}" for each in outcomes if isinstance(each, Exception)]
        await _tell(stage, say)
    for wrong in verdict.wrongs:
        say(wrong)
    say(verdict.line)
    return verdict


async def _write_under_faults(stage: Stage) -> None:
    stopped = asyncio.Event()
    pause = len(stage.writers) / stage.plan.writes_a_second
    writing = [asyncio.create_task(each.write(stopped, pause=pause)) for each in stage.writers]
    try:
        await stage.faults.in_turn()
        stopped.set()
        async with asyncio.timeout(stage.plan.patience_seconds):
            await asyncio.gather(*writing)
    finally:
        for task in writing:
            task.cancel()
        await asyncio.gather(*writing, return_exceptions=True)


def _due(stage: Stage, log: Mapping[UUID, Sequence[Logged]], subscriber: Subscriber) -> list[Due]:
    centre = subscriber.viewer.centre
    happened = log.get(centre, ())
    return due(subscriber.viewer, happened, stage.states[centre], behind=subscriber.behind, only=subscriber.only)


async def _drain(stage: Stage, dues: Sequence[Sequence[Due]], say: Say) -> None:
    """Wait until everybody was told the last that is due to them, or nobody was told anything for long."""
    began = moved_at = time.monotonic()
    last = [max((each.seq for each in wanted if each.required), default=0) for wanted in dues]
    told = -1
    while time.monotonic() - moved_at < stage.plan.patience_seconds:
        if all(each.has_reached(seq) for each, seq in zip(stage.subscribers, last, strict=True)):
            break
        present = sum(len(each.told) for each in stage.subscribers)
        if present != told:
            told, moved_at = present, time.monotonic()
        await asyncio.sleep(_LOOK_SECONDS)
    say(f"waited {time.monotonic() - began:.1f} seconds for the last answer")


async def _tell(stage: Stage, say: Say) -> None:
    """Say how connections ended, what writes came to, and what the servers counted since they were last started."""
    endings = sum((each.endings for each in stage.subscribers), Counter[str]())
    say(f"connections ended: {_counted(endings)}")
    say(f"writes: {_counted(stage.desk.tries)}")
    for server in stage.servers:
        figures = await server.figures()
        counts = {name.split('"')[1]: int(value) for name, value in figures.items() if name.startswith(_FIGURES)}
        say(f"{server.name}: {_counted(counts)}")


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items())) or "none"
