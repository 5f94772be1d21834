"""Measures live updates: subscribers over WebSockets on one process, the product against its peers."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from live_events import Announcer
from measure import MeasurementFailed
from processes import cpu_seconds, memory_bytes
from spread import percentile

CLIENT = Path(__file__).with_name("live_client.py")
MARKER = '"occurredAt"'
"""What is in every event and in nothing else that a subscription answers."""
_PATIENCE_SECONDS = 400.0
"""As long as 5,000 subscribers take to come in, one after the other, on a busy machine."""
_LONGEST_LINE = 2**28
_NS_PER_MS = 1e6


class Measured(Protocol):
    """A server as far as live updates are concerned."""

    @property
    def name(self) -> str:
        """What it is called in figures."""
        ...

    @property
    def pid(self) -> int:
        """Its first process."""
        ...

    @property
    def announcer(self) -> Announcer:
        """What makes its events."""
        ...

    def orders(self, subscribers: int) -> dict[str, Any]:
        """Answer what the client needs: port, tokens, query, and what a subscription answers first."""
        ...


@dataclass(frozen=True, slots=True)
class Arrived:
    """When events arrived at their subscribers."""

    arrivals: Sequence[Sequence[int]]
    """By subscriber, by event."""
    sample: dict[str, Any]
    client_cpu_seconds: float

    def last(self, event: int) -> int:
        """Answer when an event reached the last of its subscribers."""
        return max(one[event] for one in self.arrivals)


class Subscribers:
    """The client process with its subscribers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def say(self, line: str) -> None:
        """Give the process a line."""
        assert self._process.stdin is not None  # noqa: S101 - it was made with one
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    async def answer(self) -> dict[str, Any]:
        """Read its answer. Raises MeasurementFailed with what it says is wrong."""
        assert self._process.stdout is not None  # noqa: S101 - it was made with one
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise MeasurementFailed(f"live updates: no word of the client in {_PATIENCE_SECONDS:.0f} seconds") from None
        found: dict[str, Any] = json.loads(line or '{"broken": "the client has ended"}')
        if "broken" in found:
            raise MeasurementFailed(f"live updates: {found['broken']}")
        return found

    async def arrived(self) -> Arrived:
        """Read when the events came that it was told to wait for."""
        found = await self.answer()
        return Arrived(found["arrivals"], json.loads(found["sample"]), found["cpu_seconds"])


@contextlib.asynccontextmanager
async def subscribed(server: Measured, number: int, **more: Any) -> AsyncIterator[Subscribers]:
    """Hold so many subscribers while the block runs. Raises MeasurementFailed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-S",
        str(CLIENT),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
    )
    subscribers = Subscribers(process)
    try:
        orders = {**server.orders(number), "subscribers": number, "marker": MARKER, **more}
        await subscribers.say(json.dumps(orders))
        await subscribers.answer()
        yield subscribers
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@dataclass(frozen=True, slots=True)
class Fanned:
    """One event after another, and several at once, to so many subscribers of one process."""

    subscribers: int
    to_last_ms: Sequence[float]
    """For each event, from its announcing to the last of its subscribers."""
    per_second: float
    """Messages, while several events were under way."""
    cpu_us: float
    """The server's processor time for a message."""
    client_cpu_us: float
    memory: int
    """The server's resident memory more than before, for each subscriber."""

    @property
    def middle_ms(self) -> float:
        """The median event's time to its last subscriber."""
        return median(self.to_last_ms)


@dataclass(frozen=True, slots=True)
class Paced:
    """Events at a steady pace to some subscribers."""

    rate: int
    subscribers: int
    p50_ms: float
    p99_ms: float
    cpu_us: float
    memory: int = field(default=0)


async def fan_out(server: Measured, number: int, *, events: int, at_once: int) -> Fanned:
    """Measure so many subscribers. Raises MeasurementFailed."""
    before = memory_bytes(server.pid)
    async with subscribed(server, number) as subscribers:
        await _one(server, subscribers)  # what comes first is warming up
        held = memory_bytes(server.pid)
        cpu_before, client_cpu = cpu_seconds(server.pid), 0.0
        to_last = []
        for _ in range(events):
            took, cpu = await _one(server, subscribers)
            to_last.append(took)
            client_cpu += cpu
        await subscribers.say(str(at_once))
        began = [await server.announcer.announce() for _ in range(at_once)]
        arrived = await subscribers.arrived()
        client_cpu += arrived.client_cpu_seconds
        cpu = cpu_seconds(server.pid) - cpu_before
        took_ns = arrived.last(at_once - 1) - began[0]
    messages = number * (events + at_once)
    return Fanned(
        subscribers=number,
        to_last_ms=to_last,
        per_second=number * at_once / (took_ns / 1e9),
        cpu_us=1e6 * cpu / messages,
        client_cpu_us=1e6 * client_cpu / messages,
        memory=(held - before) // number,
    )


async def pace(server: Measured, number: int, *, rate: int, seconds: float) -> Paced:
    """Measure a steady pace. Raises MeasurementFailed."""
    loop = asyncio.get_running_loop()
    events = max(1, round(rate * seconds))
    async with subscribed(server, number) as subscribers:
        await _one(server, subscribers)
        cpu_before = cpu_seconds(server.pid)
        await subscribers.say(str(events))
        began, announced = loop.time(), []
        for event in range(events):
            await asyncio.sleep(began + event / rate - loop.time())
            announced.append(await server.announcer.announce())
        arrived = await subscribers.arrived()
        cpu = cpu_seconds(server.pid) - cpu_before
    took = [(at - since) / _NS_PER_MS for one in arrived.arrivals for at, since in zip(one, announced, strict=True)]
    return Paced(rate, number, percentile(took, 0.5), percentile(took, 0.99), cpu_us=1e6 * cpu / (number * events))


async def _one(server: Measured, subscribers: Subscribers) -> tuple[float, float]:
    """Make one event; answer the milliseconds to its last subscriber, and the client's processor time."""
    await subscribers.say("1")
    since = await server.announcer.announce()
    arrived = await subscribers.arrived()
    return (arrived.last(0) - since) / _NS_PER_MS, arrived.client_cpu_seconds


@dataclass(frozen=True, slots=True)
class Stall:
    """How others fared while one transaction's many events were delivered."""

    events: int
    subscribers: int
    seconds: float
    """Until the last of them was delivered."""
    alone_ms: float
    """What a subscriber of another centre waits for an event, in the median, when nothing else happens."""
    beside_ms: Sequence[float]
    """What it waited meanwhile, event by event."""


async def stall(server: Measured, other: Measured, *, number: int, events: int) -> Stall:
    """Measure one transaction of many events, and a subscriber of another centre on the same process meanwhile."""
    async with subscribed(server, number) as subscribers, subscribed(other, 1) as bystander:
        await _one(server, subscribers)
        await _one(other, bystander)
        alone = [(await _one(other, bystander))[0] for _ in range(20)]
        await subscribers.say(str(events))
        since = await server.announcer.announce(events)
        finished = asyncio.create_task(subscribers.arrived())
        beside = []
        while not finished.done():
            beside.append((await _one(other, bystander))[0])
            await asyncio.sleep(0.02)
        arrived = await finished
    took = arrived.last(events - 1) - since
    return Stall(events, number, took / 1e9, median(alone), beside)


def now_ns() -> int:
    """Answer the clock that all processes share."""
    return time.perf_counter_ns()
