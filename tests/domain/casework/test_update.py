"""Stated fields change, the others stay; what is wrong is named and changes nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import stopped, today
from cma_graphql.core.errors import Conflict, Invalid, InvalidInput, NotFound, TransitionRefused
from cma_graphql.domain.cases.models import BillingMethod, CaseCategory, CaseStage, Level, Priority
from cma_graphql.domain.casework.update import change_case_stage, update_case, update_case_legal
from support.acting import Acting, faults_of
from support.data import Data

MONEY: dict[str, Any] = {
    "estimated_value": Decimal("200.00"),
    "actual_cost": Decimal("10.00"),
    "billing_method": "HOURLY",
}


async def test_every_field_changes(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    budgeting = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'BUDGETING'", centre
    )
    with stopped(datetime(2026, 12, 1, tzinfo=UTC)):
        await acting(
            advisor,
            update_case,
            case_id=case_id,
            version=1,
            edits={
                "title": "Gas and electricity",
                "description": "Prepayment meter.",
                "summary": "Calling the supplier",
                "category": CaseCategory.HOUSING,
                "case_type_id": budgeting,
                "priority": Priority.URGENT,
                "complexity": Level.HIGH,
                "risk_level": Level.CRITICAL,
                "estimated_value": Decimal(200),
                "actual_cost": Decimal("299.99"),
                "billing_method": BillingMethod.HOURLY,
                "review_on": date(2026, 12, 24),
                "satisfaction": 4,
            },
        )
    row = await acting.case(case_id)
    changed = {
        "title": "Gas and electricity",
        "description": "Prepayment meter.",
        "summary": "Calling the supplier",
        "category": "HOUSING",
        "case_type_id": budgeting,
        "priority": "URGENT",
        "complexity": "HIGH",
        "risk_level": "CRITICAL",
        "estimated_value": Decimal("200.00"),
        "actual_cost": Decimal("299.99"),
        "billing_method": "HOURLY",
        "next_review_at": datetime(2026, 12, 24, 9, tzinfo=UTC),
        "satisfaction": 4,
    }
    assert {name: row[name] for name in changed} == changed
    assert (row["version"], row["updated_by"]) == (2, advisor.user_id)
    event, begun = await acting.events(centre)
    assert begun["name"] == "compliance.begun"
    assert (event["name"], event["version"], set(event["changes"])) == ("case.updated", 2, set(changed))
    assert event["changes"]["title"] is None
    assert event["changes"]["priority"] == {"old": "MEDIUM", "new": "URGENT"}
    entry, _ = await acting.audit(centre)
    assert entry["changes"]["summary"] == {"old": None, "new": "Calling the supplier"}
    assert entry["changes"]["estimated_value"] == {"old": None, "new": "200.00"}


async def test_absent_stays_and_null_empties(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, summary="Waiting", **MONEY)
    await acting(advisor, update_case, case_id=case_id, version=1, edits={"title": "Rent"})
    row = await acting.case(case_id)
    assert (row["summary"], row["actual_cost"]) == ("Waiting", Decimal("10.00"))
    await acting(advisor, update_case, case_id=case_id, version=2, edits={"summary": None, "actual_cost": None})
    row = await acting.case(case_id)
    assert (row["summary"], row["actual_cost"], row["title"]) == (None, None, "Rent")


async def test_what_changes_nothing_is_not_told(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, title="Rent")
    for edits in ({}, {"title": " Rent "}):
        await acting(advisor, update_case, case_id=case_id, version=1, edits=edits)
    assert (await acting.case(case_id))["version"] == 1
    assert await acting.events(centre) == []


@pytest.mark.parametrize(
    ("edits", "faults"),
    [
        ({"title": "", "description": "\x07"}, {("title", "blank"), ("description", "control-character")}),
        ({"summary": ""}, {("summary", "blank")}),
        ({"estimated_value": None}, {("estimated_value", "billing-needs-value")}),
        ({"actual_cost": Decimal("300.01")}, {("actual_cost", "exceeds-estimate")}),
        ({"estimated_value": Decimal("6.66")}, {("actual_cost", "exceeds-estimate")}),
        ({"actual_cost": Decimal(-1)}, {("actual_cost", "minimum")}),
        ({"satisfaction": 0}, {("satisfaction", "range")}),
        ({"review_on": date(2020, 1, 1)}, {("review_on", "future")}),
    ],
)
async def test_what_is_wrong_is_named(
    data: Data, acting: Acting, edits: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, **MONEY)
    before = await acting.case(case_id)
    with pytest.raises((Invalid, InvalidInput)) as refused:
        await acting(advisor, update_case, case_id=case_id, version=1, edits=edits)
    assert faults_of(refused.value) == faults
    assert (await acting.case(case_id), await acting.events(centre)) == (before, [])


async def test_a_value_that_was_wrong_before_does_not_stop_other_changes(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, billing_method="HOURLY")
    await acting(advisor, update_case, case_id=case_id, version=1, edits={"title": "Rent"})
    assert (await acting.case(case_id))["title"] == "Rent"


async def test_a_case_on_hold_keeps_a_day_for_its_review(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    held = await data.a_case(centre, advisor=advisor, status="ON_HOLD")
    with pytest.raises(Invalid) as refused:
        await acting(advisor, update_case, case_id=held, version=1, edits={"review_on": None})
    assert (refused.value.field, refused.value.rule) == ("review_on", "required")
    other = await data.a_case(centre, advisor=advisor, next_review_at=datetime(2026, 1, 1, tzinfo=UTC))
    await acting(advisor, update_case, case_id=other, version=1, edits={"review_on": None})
    assert (await acting.case(other))["next_review_at"] is None


async def test_a_case_does_not_become_of_a_type_that_is_not_there(data: Data, acting: Acting) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    advisor = await data.a_member(here)
    case_id = await data.a_case(here, advisor=advisor)
    kinds = "SELECT id FROM case_types WHERE centre_id = $1 AND code = 'DMP'"
    edits = {"case_type_id": await acting.rows.fetchval(kinds, there)}
    with pytest.raises(NotFound) as absent:
        await acting(advisor, update_case, case_id=case_id, version=1, edits=edits)
    assert absent.value.field == "case_type_id"
    kind = await acting.rows.fetchval(kinds, here)
    await acting.rows.execute("UPDATE case_types SET active = false WHERE id = $1", kind)
    with pytest.raises(Invalid) as inactive:
        await acting(advisor, update_case, case_id=case_id, version=1, edits={"case_type_id": kind})
    assert (inactive.value.field, inactive.value.rule) == ("case_type_id", "inactive")


async def test_a_stale_version_changes_nothing(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    await acting(advisor, update_case, case_id=case_id, version=1, edits={"title": "Rent"})
    with pytest.raises(Conflict) as refused:
        await acting(advisor, update_case, case_id=case_id, version=1, edits={"title": "Fuel"})
    assert (refused.value.table, refused.value.record_id, refused.value.current_version) == ("cases", case_id, 2)
    assert (await acting.case(case_id))["title"] == "Rent"


async def test_a_compliance_officer_settles_the_reviews(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    case_id = await data.a_case(centre)
    await acting(officer, update_case_legal, case_id=case_id, version=1, edits={"legal_review_required": True})
    row = await acting.case(case_id)
    assert (row["legal_review_required"], row["compliance_required"]) == (True, False)
    (event,) = await acting.events(centre)
    assert event["changes"] == {"legal_review_required": {"old": False, "new": True}}


async def test_a_stage_changes_to_any_other_while_there_is_work(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, stage="REVIEW")
    await acting(advisor, change_case_stage, case_id=case_id, version=1, stage=CaseStage.BUDGET)
    (event,) = await acting.events(centre)
    assert (event["name"], event["changes"]) == ("case.stage_changed", {"stage": {"old": "REVIEW", "new": "BUDGET"}})
    with pytest.raises(TransitionRefused) as refused:
        await acting(advisor, change_case_stage, case_id=case_id, version=2, stage=CaseStage.BUDGET)
    assert (refused.value.source, refused.value.target, len(refused.value.allowed)) == ("BUDGET", "BUDGET", 9)
    for status in ("CLOSED", "REFERRED", "CANCELLED"):
        ended = await data.a_case(centre, advisor=advisor, status=status, closed_on=today())
        with pytest.raises(Invalid) as late:
            await acting(advisor, change_case_stage, case_id=ended, version=1, stage=CaseStage.BUDGET)
        assert (late.value.field, late.value.rule, late.value.params) == ("stage", "case-ended", {"status": status})
