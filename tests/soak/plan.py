"""How much is done, for how long, and from which number chance is drawn."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The size of one run."""

    seconds: float
    """How long there are writes and faults; every kind of fault comes at least once, however long that takes."""
    writers: int
    subscribers: int
    writes_a_second: float
    """Of all writers together."""
    seed: int
    ping_seconds: float
    """How often the servers ask silent connections for a sign of life: who does not read is let go after two."""
    pause_seconds: float
    """How long what was killed stays away, and how long there is peace between two faults."""
    patience_seconds: float = 60.0
    """How long nobody may be told anything, at the end, before what is missing counts as lost."""

    @property
    def centres(self) -> int:
        """Answer how many centres there are: one person has at most fifty connections to a server."""
        return max(2, -(-self.subscribers // 50))


FULL = Plan(
    seconds=120,
    writers=200,
    subscribers=500,
    writes_a_second=10,
    seed=1,
    ping_seconds=10,
    pause_seconds=3,
)
SHORT = Plan(
    seconds=12,
    writers=20,
    subscribers=40,
    writes_a_second=8,
    seed=1,
    ping_seconds=4,
    pause_seconds=0.7,
)
