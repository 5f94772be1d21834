"""Adds up what definitions cost: the steps of each, and as how many objects each step counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cma_graphql.graph.cost_directives import HANDFUL
from cma_graphql.graph.cost_rules import Rule
from cma_graphql.persistence.window import LARGEST_PAGE

Variables = Mapping[str, Any]
Sum = tuple[float, float, float]
"""What a selection costs: once, for each object that it is a selection of, and for each item of the page that is."""
EMPTY: Sum = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Size:
    """A size that variables decide."""

    otherwise: float
    """The size where none of them says it."""
    variables: tuple[tuple[str, tuple[str, ...]], ...]
    """Which variables, and where inside each."""
    written: float | None
    """The largest that the document itself says."""

    def read(self, variables: Variables) -> float:
        """Answer the largest size that is given."""
        largest = self.written
        for name, path in self.variables:
            value = variables.get(name)
            for key in path:
                value = value.get(key) if isinstance(value, dict) else None
            if value is not None:
                size = measured(value)
                largest = size if largest is None or size > largest else largest
        return self.otherwise if largest is None else largest


@dataclass(slots=True)
class Step:
    """A field, an inline fragment or a spread, and what stands below it that no variable decides."""

    above: int
    """The step that it stands below; -1 for the definition itself."""
    conditions: tuple[tuple[str, bool], ...]
    """The variables of @skip and @include, and what each has to be for the step to count."""
    rule: Rule | None = None
    """None for what is no field."""
    size: float | Size = 1
    """What the arguments say of the size, or the rule where they do not."""
    spread: str | None = None
    below: Sum = EMPTY

    @property
    def varies(self) -> bool:
        """Whether a variable decides what it costs, whatever stands below."""
        return bool(self.conditions) or isinstance(self.size, Size)

    def total(self, below: Sum, variables: Variables) -> Sum:
        """Answer what the step adds to the selection that it is part of."""
        rule = self.rule
        if rule is None:
            return below
        once, each, item = below
        once += rule.call
        if rule.is_item:
            return once, 0, rule.weight + each + HANDFUL * item
        size = self.size.read(variables) if isinstance(self.size, Size) else self.size
        if rule.page is None:
            return once, size * (rule.weight + each + HANDFUL * item), 0
        return once, rule.several * (size * (rule.weight + item) + each), 0


@dataclass(slots=True)
class Definition:
    """An operation or a fragment: what no variable decides, and the steps that one does, each after those above it."""

    steps: list[Step]
    fixed: Sum = EMPTY

    def fold(self, fragments: Mapping[str, "Definition"]) -> None:
        """Add up what no variable decides, and keep the other steps. The fragments that it spreads are folded."""
        steps = self.steps
        varies = [step.varies for step in steps]
        for number in range(len(steps) - 1, -1, -1):
            step = steps[number]
            if step.spread is not None:
                fragment = fragments.get(step.spread)
                if fragment is not None:
                    step.below = fragment.fixed
                    varies[number] |= bool(fragment.steps)
            if not varies[number]:
                above = steps[step.above] if step.above >= 0 else None
                added = step.total(step.below, {})
                if above is None:
                    self.fixed = _add(self.fixed, added)
                else:
                    above.below = _add(above.below, added)
            elif step.above >= 0:
                varies[step.above] = True
        kept = [number for number, one in enumerate(varies) if one]
        places = {number: place for place, number in enumerate(kept)}
        self.steps = [steps[number] for number in kept]
        for step in self.steps:
            step.above = places.get(step.above, -1)

    def total(self, variables: Variables, fragments: Mapping[str, Sum]) -> Sum:
        """Add up everything; `fragments` has those whose cost a variable decides."""
        steps = self.steps
        sums = [step.below for step in steps]
        sums.append(self.fixed)  # found at -1
        for number in range(len(steps) - 1, -1, -1):
            step = steps[number]
            if step.conditions and not _counts(step.conditions, variables):
                continue
            below = sums[number] if step.spread is None else fragments.get(step.spread, step.below)
            sums[step.above] = _add(sums[step.above], step.total(below, variables))
        return sums[-1]


def _add(one: Sum, other: Sum) -> Sum:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _counts(conditions: Sequence[tuple[str, bool]], variables: Variables) -> bool:
    """Tell whether a selection is left in; also where a variable is no Boolean, since that is refused later on."""
    return not any(variables.get(name) is (not wanted) for name, wanted in conditions)


def measured(value: object) -> float:
    """Answer the size that a value says: a number, as far as pages go; of a list its length; one of anything else."""
    if isinstance(value, list):
        return len(value)
    if isinstance(value, int | float):
        return min(max(value, 0), LARGEST_PAGE)
    return 1
