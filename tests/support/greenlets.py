"""Lets coverage follow greenlets, in which SQLAlchemy runs what it awaits.

A tracer keeps the frames it is in on a stack, which a switch between greenlets mixes up: lines after it would be lost.
coverage's own remedy, `concurrency = greenlet`, asks at each call and return of any function which greenlet is running
and looks it up in Python, which costs more than all else that it does. Here each greenlet has a tracer of its own,
and tracers change places when greenlets do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import greenlet  # type: ignore[import-untyped]
from coverage import Coverage
from coverage.collector import Collector


@contextmanager
def greenlets_followed() -> Iterator[None]:
    """Follow this thread's greenlets, where coverage is measured."""
    measured = Coverage.current()
    collector = measured._collector if measured is not None else None
    if collector is None:
        yield
        return
    greenlet.settrace(_Tracers(collector))
    try:
        yield
    finally:
        greenlet.settrace(None)


class _Tracers:
    """A tracer for each greenlet that lives; those of the dead are used again."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._busy: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._busy[greenlet.getcurrent()] = collector.tracers[0]
        self._idle: list[Any] = []

    def __call__(self, _event: str, switched: tuple[Any, Any]) -> None:
        """Put the tracer of the greenlet that runs from now on in its place."""
        left, entered = switched
        if entered in self._busy:
            self._busy[entered].start()
        elif self._idle:
            self._busy[entered] = self._idle.pop()
            self._busy[entered].start()
        else:
            self._collector._start_tracer()
            self._busy[entered] = self._collector.tracers[-1]
        if left.dead and left in self._busy:
            self._idle.append(self._busy.pop(left))
