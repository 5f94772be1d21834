"""Which cases go through a stage."""

from dataclasses import replace
from uuid import UUID

import pytest

from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.kinds import StageCondition
from cma_graphql.domain.cases.models import Level
from cma_graphql.domain.casework.update import update_case
from cma_graphql.domain.workflow.conditions import WHY_SPARED, CaseTraits, goes_through
from cma_graphql.domain.workflow.services.progress import reopen_stage
from support.stages import Floor

PLAIN = CaseTraits(trainee=False, risk_level=Level.LOW.value, legal_review=False, compliance_review=False)


def through(condition: StageCondition, traits: CaseTraits) -> bool:
    return goes_through(condition, traits, stage_id=new_id(), percent=None)


@pytest.mark.parametrize(
    ("condition", "traits"),
    [
        (StageCondition.TRAINEE, replace(PLAIN, trainee=True)),
        (StageCondition.HIGH_RISK, replace(PLAIN, risk_level=Level.HIGH.value)),
        (StageCondition.HIGH_RISK, replace(PLAIN, risk_level=Level.CRITICAL.value)),
        (StageCondition.TRAINEE_OR_HIGH_RISK, replace(PLAIN, trainee=True)),
        (StageCondition.TRAINEE_OR_HIGH_RISK, replace(PLAIN, risk_level=Level.HIGH.value)),
        (StageCondition.LEGAL_REVIEW, replace(PLAIN, legal_review=True)),
        (StageCondition.COMPLIANCE_REVIEW, replace(PLAIN, compliance_review=True)),
    ],
)
def test_a_case_goes_through_where_the_condition_holds(condition: StageCondition, traits: CaseTraits) -> None:
    assert through(condition, traits)
    assert not through(condition, PLAIN)
    assert through(StageCondition.ALWAYS, PLAIN)


def test_a_sample_is_so_many_in_a_hundred_and_the_same_whenever_it_is_asked() -> None:
    drawn = [
        goes_through(StageCondition.SAMPLED, PLAIN, stage_id=UUID(int=number), percent=10) for number in range(1_000)
    ]
    assert sum(drawn) == 100
    assert not goes_through(StageCondition.SAMPLED, PLAIN, stage_id=UUID(int=0), percent=None)


def test_the_history_says_why_a_case_is_spared() -> None:
    assert set(WHY_SPARED) == set(StageCondition) - {StageCondition.ALWAYS}


async def test_a_condition_is_asked_when_the_stages_turn_comes(floor: Floor) -> None:
    await floor.acting.rows.execute(
        "UPDATE case_stages SET condition = 'HIGH_RISK' WHERE case_id = $1 AND code = 'CONSENT-PACK'", floor.case_id
    )
    await floor.do("TRIAGE")
    assert await floor.steps("CONSENT-PACK") == [
        (None, "PENDING", None),
        ("PENDING", "SKIPPED", "The case's risk is not high."),
    ]
    assert (await floor.states())["FACT-FIND"] == "READY"
    await floor.on("CONSENT-PACK", reopen_stage, reason="The forms are wanted after all")
    assert await floor.states() | {"CONSENT-PACK": "READY", "FACT-FIND": "PENDING"} == await floor.states()


async def test_a_risk_that_rose_meanwhile_counts(floor: Floor) -> None:
    await floor.acting.rows.execute(
        "UPDATE case_stages SET condition = 'HIGH_RISK' WHERE case_id = $1 AND code = 'CONSENT-PACK'", floor.case_id
    )
    await floor.on_case(update_case, edits={"risk_level": Level.HIGH})
    await floor.do("TRIAGE")
    assert (await floor.states())["CONSENT-PACK"] == "READY"
