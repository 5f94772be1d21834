"""Compares what a subscriber was told with what was due."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from soak.scope import Due, Told


@dataclass(slots=True)
class Findings:
    """What became of one subscriber's events."""

    lost: list[Due] = field(default_factory=list)
    """Due, and never told."""
    reordered: list[Told] = field(default_factory=list)
    """Told behind a later one: for the first time, or again by the same connection."""
    repeated: list[Told] = field(default_factory=list)
    """Told before; after a reconnection that is as promised, at least once."""
    foreign: list[Told] = field(default_factory=list)
    """Told, and not due: somebody else's, or something that never happened."""

    @property
    def is_sound(self) -> bool:
        """Whether everything due was told, in order, and nothing else."""
        return not (self.lost or self.reordered or self.foreign)


def compare(due: Sequence[Due], told: Sequence[Told], passed_over: Sequence[range] = ()) -> Findings:
    """Compare; `passed_over` are the numbers that ResyncRequired told the subscriber to read by a query instead."""
    findings = Findings()
    known = {(each.seq, each.case, each.name) for each in due}
    seen: set[int] = set()
    highest = -1
    last: Told | None = None
    for each in told:
        same_connection = last is not None and last.connection == each.connection
        if (each.seq, each.case, each.name) not in known:
            findings.foreign.append(each)
        if each.seq in seen:
            findings.repeated.append(each)
            if same_connection and last is not None and each.seq < last.seq:
                findings.reordered.append(each)
        elif each.seq < highest:
            findings.reordered.append(each)
        seen.add(each.seq)
        highest = max(highest, each.seq)
        last = each
    findings.lost = [
        each
        for each in due
        if each.required and each.seq not in seen and not any(each.seq in numbers for numbers in passed_over)
    ]
    return findings
