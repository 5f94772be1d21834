"""What came of a run: the counts of its last line, and in words whatever was not as it should be."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from soak.checking import Findings, compare
from soak.scope import Due, Logged
from soak.stage import Stage

_SHOWN = 10
"""How many events of a kind are written out for a subscriber."""


@dataclass
class Verdict:
    """The counts, and what was wrong."""

    events: int = 0
    deliveries: int = 0
    lost: int = 0
    reordered: int = 0
    repeated: int = 0
    wrongs: list[str] = field(default_factory=list)
    """Each subscriber, writer or server with which something was wrong; none: all is well."""

    @property
    def line(self) -> str:
        """The last line of a run."""
        return (
            f"events {self.events}, deliveries {self.deliveries}, lost {self.lost}, reordered {self.reordered}, "
            f"repeated {self.repeated}"
        )


def judge(stage: Stage, log: Mapping[UUID, Sequence[Logged]], dues: Sequence[Sequence[Due]]) -> Verdict:
    """Compare what everybody was told, and what was written, with the log."""
    verdict = Verdict(events=sum(map(len, log.values())))
    for subscriber, due in zip(stage.subscribers, dues, strict=True):
        findings = compare(due, subscriber.told, subscriber.passed_over)
        verdict.deliveries += len(subscriber.told)
        verdict.lost += len(findings.lost)
        verdict.reordered += len(findings.reordered)
        verdict.repeated += len(findings.repeated)
        said = [*_shown(stage, findings, due), *subscriber.odd]
        if subscriber.passed_over:  # nothing here is out of retention, and nobody's rights change
            said.append(f"ResyncRequired over {subscriber.passed_over}")
        if said:
            verdict.wrongs.append(f"{subscriber.name}: {'; '.join(said)}")
    verdict.wrongs += _of_writers(stage, log)
    return verdict


def _shown(stage: Stage, findings: Findings, due: Sequence[Due]) -> list[str]:
    """Say what was wrong with a subscriber's events, and after which fault they happened."""
    at = {each.seq: each.at for each in due}
    said: list[str] = []
    for what, events in (
        ("lost", findings.lost),
        ("reordered", findings.reordered),
        ("not due", findings.foreign),
    ):
        if events:
            begun = [each.seq for each in events]
            said.append(f"{what} {begun[:_SHOWN]} ({len(begun)}), after {_fault(stage, at.get(begun[0]))}")
    return said


def _fault(stage: Stage, at: datetime | None) -> str:
    return "an unknown moment" if at is None else f"“{stage.faults.before(at)}”"


def _of_writers(stage: Stage, log: Mapping[UUID, Sequence[Logged]]) -> list[str]:
    """Say which writes were refused, were not carried out, or were carried out twice."""
    logged = Counter(event.case for events in log.values() for event in events)
    said: list[str] = []
    for writer in stage.writers:
        if writer.refused is not None:
            said.append(f"{writer.name} was refused: {writer.refused}")
        elif writer.done != logged[writer.case]:
            said.append(f"{writer.name} wrote {writer.done} times, and the log has {logged[writer.case]} events")
    times = stage.faults.crowd.times
    said += [
        f"a case was changed {times} times with all others, and the log has {logged[case.id]} events"
        for case in stage.faults.crowd.cases
        if logged[case.id] != times
    ]
    return said
