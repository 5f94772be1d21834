"""Which cases go through a stage: what its condition says of a case, once the stage's turn has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.domain.case_templates.kinds import StageCondition
from cma_graphql.domain.cases.models import Level

_HUNDRED = 100
HIGH = frozenset({Level.HIGH, Level.CRITICAL})
"""The levels of a high risk."""

WHY_SPARED: Mapping[StageCondition, str] = {
    StageCondition.TRAINEE: "The case's advisor is no trainee.",
    StageCondition.HIGH_RISK: "The case's risk is not high.",
    StageCondition.TRAINEE_OR_HIGH_RISK: "The case's advisor is no trainee, and its risk is not high.",
    StageCondition.LEGAL_REVIEW: "The case needs no legal review.",
    StageCondition.COMPLIANCE_REVIEW: "The case needs no compliance review.",
    StageCondition.SAMPLED: "The case was not picked for the sample.",
}
"""What the history says of a stage that a case is spared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTraits:
    """What conditions look at."""

    trainee: bool
    risk_level: str
    legal_review: bool
    compliance_review: bool


def goes_through(condition: StageCondition, traits: CaseTraits, *, stage_id: UUID, percent: int | None) -> bool:
    """Tell whether a case with these traits goes through a stage; a sample is drawn by the stage's own id."""
    if condition is StageCondition.SAMPLED:
        return stage_id.int % _HUNDRED < (percent or 0)
    high = traits.risk_level in HIGH
    holds = {
        StageCondition.ALWAYS: True,
        StageCondition.TRAINEE: traits.trainee,
        StageCondition.HIGH_RISK: high,
        StageCondition.TRAINEE_OR_HIGH_RISK: traits.trainee or high,
        StageCondition.LEGAL_REVIEW: traits.legal_review,
        StageCondition.COMPLIANCE_REVIEW: traits.compliance_review,
    }
    return holds[condition]
