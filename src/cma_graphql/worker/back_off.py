"""How long a job that failed waits before it is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class BackOff:
    """Twice as long after each attempt, up to a bound, less a random part so that failures spread out."""

    random: Random
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=1)
    attempts: int = 8
    """How often a job is tried before it is given up: by these figures over about twenty minutes."""

    def after(self, attempt: int) -> timedelta | None:
        """Answer how long to wait after this attempt, counted from 1; None: no more."""
        if attempt >= self.attempts:
            return None
        whole = min(self.longest, self.first * (1 << (attempt - 1)))
        return whole * self.random.uniform(0.5, 1.0)
