"""When a requirement is due: so many days after its stage has begun in the case (domain reference 4.2)."""

from datetime import date, timedelta

from cma_graphql.domain.cases.models import CaseStage

_PLACE = {stage.value: place for place, stage in enumerate(CaseStage)}


def has_begun(gate_stage: str | None, stage: str) -> bool:
    """Tell whether a requirement's stage has begun in a case at this stage; without a gate it never does."""
    return gate_stage is not None and _PLACE[gate_stage] <= _PLACE[stage]


def blocks(gate_stage: str | None, stage: str) -> bool:
    """Tell whether an owed requirement stands in the way of leaving this stage: its own, or an earlier one's."""
    return has_begun(gate_stage, stage)


def deadline(day: date, days: int | None) -> date | None:
    """Answer the deadline of a requirement whose stage begins on a day; None where it has none."""
    return None if days is None else day + timedelta(days=days)
