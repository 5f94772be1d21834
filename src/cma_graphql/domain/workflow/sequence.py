"""Which stages of a case may run: in their order, beside one another where they overlap (domain reference 5.4).

Stages of one place, and one that is parallel with what stands before it, make a group. A required stage blocks the
groups behind its own until it has ended; an optional one blocks only those that name it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.domain.workflow.states import StageState, has_ended


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlace:
    """What the order of stages looks at."""

    key: UUID
    position: int
    required: bool
    parallel: bool
    state: str
    after: tuple[UUID, ...] = ()
    """The stages that it names besides: they have to have ended, too."""


def in_order(stages: Iterable[StagePlace]) -> list[StagePlace]:
    """Answer stages in their order; those of one place: the parallel ones last, then by age."""
    return sorted(stages, key=lambda stage: (stage.position, stage.parallel, stage.key))


def groups_of(stages: Iterable[StagePlace]) -> Mapping[UUID, int]:
    """Answer each stage's group, counted from nought."""
    found: dict[UUID, int] = {}
    group, position = -1, None
    for stage in in_order(stages):
        if position is None or (stage.position != position and not stage.parallel):
            group += 1
        position = stage.position
        found[stage.key] = group
    return found


def blockers_of(key: UUID, stages: Sequence[StagePlace]) -> list[StagePlace]:
    """Answer what this stage waits for, in their order: required stages of earlier groups, and those that it names."""
    groups = groups_of(stages)
    (mine,) = (stage for stage in stages if stage.key == key)
    return [stage for stage in in_order(stages) if _holds_up(stage, mine, groups)]


def _holds_up(stage: StagePlace, other: StagePlace, groups: Mapping[UUID, int]) -> bool:
    before = stage.required and groups[stage.key] < groups[other.key]
    return (before or stage.key in other.after) and not has_ended(stage.state)


def changes_of_readiness(stages: Sequence[StagePlace]) -> Mapping[UUID, StageState]:
    """Answer which pending stages become ready now, and which ready ones have to wait again."""
    moved: dict[UUID, StageState] = {}
    for stage in in_order(stages):
        if stage.state == StageState.PENDING and not blockers_of(stage.key, stages):
            moved[stage.key] = StageState.READY
        elif stage.state == StageState.READY and blockers_of(stage.key, stages):
            moved[stage.key] = StageState.PENDING
    return moved


def present_stage(stages: Sequence[StagePlace]) -> StagePlace | None:
    """Answer where a workflow stands: its first open required stage, else its first open one; None at its end."""
    unended = [stage for stage in in_order(stages) if not has_ended(stage.state)]
    return next((stage for stage in unended if stage.required), unended[0] if unended else None)
