"""The spread of a few measurements: least, median, greatest; and percentiles of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self


@dataclass(frozen=True, slots=True)
class Spread:
    """What several rounds showed."""

    least: float
    middle: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Answer the spread of at least one value. Raises ValueError where there is none."""
        if not values:
            raise ValueError("A spread needs at least one value.")
        return cls(min(values), median(values), max(values))

    def rounded(self) -> list[float]:
        """Answer it for the JSON file, to four significant digits."""
        return [float(f"{value:.4g}") for value in (self.least, self.middle, self.greatest)]


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Answer ours divided by theirs, round by round: what slows the machine for a while slows both.

    Raises ValueError where the rounds are not the same number or one of theirs is nothing.
    """
    if len(ours) != len(theirs) or not all(theirs):
        raise ValueError("Every round needs a measurement of both.")
    return Spread.of([our / their for our, their in zip(ours, theirs, strict=True)])


def percentile(values: Sequence[float], part: float) -> float:
    """Answer the value below or at which this part (0 to 1) of the values lies: one that was really measured."""
    if not values or not 0 <= part <= 1:
        raise ValueError("A percentile is of at least one value and lies between 0 and 1.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-part * len(ordered) // 1) - 1))]
