"""Which stages a case can ever come to: what each waits for, and what can therefore never begin."""

from collections.abc import Mapping, Sequence

from cma_graphql.core.faults import Faults
from cma_graphql.domain.case_templates.definition import StageDefinition, steps_of

Waits = Mapping[str, frozenset[str]]


def waits_of(stages: Sequence[StageDefinition]) -> Waits:
    """Answer what each stage waits for: the required stages of earlier steps, and those that it names."""
    known = {stage.code for stage in stages}
    waits: dict[str, frozenset[str]] = {}
    passed: frozenset[str] = frozenset()
    for step in steps_of(stages):
        for stage in step:
            waits[stage.code] = passed | (known & set(stage.depends_on) - {stage.code})
        passed |= {stage.code for stage in step if stage.is_required}
    return waits


def unreachable(waits: Waits) -> frozenset[str]:
    """Answer the stages that can never begin, since what they wait for waits for them, or can never begin itself."""
    begun: set[str] = set()
    while ready := {code for code, awaited in waits.items() if code not in begun and awaited <= begun}:
        begun |= ready
    return frozenset(waits.keys() - begun)


def check_reachable(faults: Faults, stages: Sequence[StageDefinition]) -> None:
    """Note each stage that no case can come to: part of a circle, or behind one."""
    waits = waits_of(stages)
    lost = unreachable(waits)
    circles = {code for code in lost if code in _awaited_in(waits, code, lost)}
    for number, stage in enumerate(stages):
        if stage.code not in lost:
            continue
        if stage.code in circles and stage.depends_on:
            behind = sorted(waits[stage.code] & lost)
            faults.add(
                f"stages.{number}.depends_on",
                "cyclic",
                f"{stage.code} waits for {', '.join(behind)}, which waits for it.",
                stages=behind,
            )
        elif stage.code not in circles:
            behind = sorted(waits[stage.code] & lost)
            faults.add(
                f"stages.{number}",
                "unreachable",
                f"No case comes to {stage.code}: it waits for {', '.join(behind)}, which never ends.",
                stages=behind,
            )


def _awaited_in(waits: Waits, code: str, among: frozenset[str]) -> set[str]:
    """Answer what a stage waits for among these, and what that waits for, and so on."""
    found: set[str] = set()
    ahead = list(waits[code] & among)
    while ahead:
        here = ahead.pop()
        if here not in found:
            found.add(here)
            ahead += waits[here] & among
    return found
