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
    """Told behind a later one by the same connection; or by another, for the first time, though it had been due."""
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
    doubtful = {each.seq for each in due if not each.required}
    seen: set[int] = set()
    highest = -1
    last: Told | None = None
    for each in told:
        goes_back = last is not None and last.connection == each.connection and each.seq < last.seq
        if (each.seq, each.case, each.name) not in known:
            findings.foreign.append(each)
        if each.seq in seen:
            findings.repeated.append(each)
        # What need not have been told may be told when it is asked for again: the case was out of sight for a while.
        elif each.seq < highest and each.seq not in doubtful:
            goes_back = True
        if goes_back:
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
