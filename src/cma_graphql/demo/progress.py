"""A line that tells how far a long task is."""

import sys
from time import monotonic
from typing import TextIO

_WIDTH = 30


class Progress:
    """Draws a bar on a terminal, over the last one; elsewhere writes a line for each tenth."""

    def __init__(self, total: int, what: str, *, stream: TextIO = sys.stderr) -> None:
        self._total = max(total, 1)
        self._what = what
        self._stream = stream
        self._begun = monotonic()
        self._tenths = 0
        self._done = 0

    def advance(self, steps: int) -> None:
        """Tell that so many more are done."""
        self._done += steps
        share = min(self._done / self._total, 1)
        if self._stream.isatty():
            bar = "█" * round(share * _WIDTH)
            end = "\n" if share == 1 else ""
            self._stream.write(f"\r  {bar:·<{_WIDTH}} {self._text(share)}{end}")
        elif int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            self._stream.write(f"  {self._text(share)}\n")
        self._stream.flush()

    def _text(self, share: float) -> str:
        left = (monotonic() - self._begun) * (1 - share) / share if share else 0
        return f"{share:4.0%}  {self._done:,} of {self._total:,} {self._what}, {left:.0f} s left"
