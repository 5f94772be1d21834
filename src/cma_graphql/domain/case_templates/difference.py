"""What a draft would change: stage by stage against the version that it follows."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from cma_graphql.domain.case_templates.definition import Definition, StageDefinition

_BESIDE = frozenset({"id", "code", "sequence_order"})


class Difference(StrEnum):
    """What a draft does to a stage."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"
    MOVED = "MOVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDifference:
    """One stage that would be other than it is."""

    code: str
    kind: Difference
    fields: tuple[str, ...] = ()
    """Which of its fields, for a CHANGED one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDifference:
    """All that would be other than it is."""

    stages: tuple[StageDifference, ...]
    approval_rules: bool
    notification_rules: bool
    document_rules: bool


def difference(old: Definition, new: Definition) -> DefinitionDifference:
    """Answer what is other in `new`: its stages in their order, then those that are gone."""
    return DefinitionDifference(
        stages=tuple(_stages(old.stages, new.stages)),
        approval_rules=old.approval_rules != new.approval_rules,
        notification_rules=old.notification_rules != new.notification_rules,
        document_rules=old.document_rules != new.document_rules,
    )


def _stages(old: Sequence[StageDefinition], new: Sequence[StageDefinition]) -> list[StageDifference]:
    former = {stage.code: stage for stage in old}
    present = {stage.code for stage in new}
    kept = [stage.code for stage in old if stage.code in present]
    in_order = _longest_in_order([kept.index(stage.code) for stage in new if stage.code in former])
    stayed = {kept[place] for place in in_order}
    found: list[StageDifference] = []
    for stage in new:
        if stage.code not in former:
            found.append(StageDifference(code=stage.code, kind=Difference.ADDED))
            continue
        changed = _changed(former[stage.code], stage)
        if changed:
            found.append(StageDifference(code=stage.code, kind=Difference.CHANGED, fields=changed))
        if stage.code not in stayed:
            found.append(StageDifference(code=stage.code, kind=Difference.MOVED))
    gone = [stage.code for stage in old if stage.code not in present]
    return found + [StageDifference(code=code, kind=Difference.REMOVED) for code in gone]


def _changed(old: StageDefinition, new: StageDefinition) -> tuple[str, ...]:
    names = (field.name for field in fields(StageDefinition) if field.name not in _BESIDE)
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))


def _longest_in_order(places: Sequence[int]) -> list[int]:
    """Answer the longest rising part of these places: whatever is not in it has moved."""
    best: list[list[int]] = []
    for place in places:
        before = max((line for line in best if line[-1] < place), key=len, default=[])
        best.append([*before, place])
    return max(best, key=len, default=[])
