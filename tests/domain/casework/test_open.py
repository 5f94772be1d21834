"""A case is opened complete or not at all, gets the next number, and has an advisor where it should."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import stopped
from cma_graphql.core.errors import ApprovalRequired, Forbidden, Invalid, InvalidInput, LimitReached, NotFound
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import BillingMethod, Level
from cma_graphql.domain.casework.open import open_case
from support.acting import Acting, faults_of
from support.data import Data

BEGUN = ["compliance.begun", "workflow.begun", "stage.state_changed"]
"""What follows by itself when a case is opened."""


async def a_type(acting: Acting, centre: UUID, code: str = "DEBT_ADVICE") -> UUID:
    found: UUID = await acting.rows.fetchval(
        "SELECT id FROM case_types WHERE centre_id = $1 AND code = $2", centre, code
    )
    return found


async def said(data: Data, acting: Acting, actor: Actor, **given: Any) -> dict[str, Any]:
    """Say all that opening needs."""
    return {
        "client_id": given.get("client_id") or await data.a_client(actor.centre_id, recorded_by=actor.user_id),
        "case_type_id": await a_type(acting, actor.centre_id, given.pop("code", "DEBT_ADVICE")),
        "title": "Rent and council tax",
        "description": "Arrears since spring.",
        **given,
    }


async def test_an_advisors_case_is_theirs(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    with stopped(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        words = await said(data, acting, advisor, title="  Rent ", description="One\r\nTwo")
        case_id = await acting(advisor, open_case, **words)
    row = await acting.case(case_id)
    assert {
        name: row[name] for name in ("case_number", "title", "description", "status", "stage", "advisor_id", "version")
    } == {
        "case_number": "CASE-2026-000001",
        "title": "Rent",
        "description": "One\nTwo",
        "status": "ASSIGNED",
        "stage": "TRIAGE",
        "advisor_id": advisor.user_id,
        "version": 1,
    }
    assert {row[name] for name in ("priority", "complexity", "risk_level")} == {"MEDIUM"}
    assert (row["category"], row["billing_method"], row["restricted"]) == ("PERSONAL", "NONE", False)
    assert row["opened_on"].isoformat() == "2026-07-01"  # in London it is past midnight
    assert row["assigned_at"] == row["created_at"]
    assert row["created_by"] == advisor.user_id
    assert await acting.steps(case_id) == [(None, "ASSIGNED", None)]
    created, assigned, *begun = await acting.events(centre)
    assert (created["name"], assigned["name"]) == ("case.created", "case.assigned")
    assert [event["name"] for event in begun] == BEGUN
    assert (created["subject_id"], created["case_id"], created["client_id"]) == (case_id, case_id, words["client_id"])
    audience = {
        "user_ids": [str(advisor.user_id)],
        "team_id": None,
        "restricted": False,
        "client_id": str(words["client_id"]),
        "everyone": False,
    }
    assert (created["audience_before"], created["audience_after"]) == (None, audience)
    assert (assigned["audience_before"], assigned["audience_after"]) == (audience, audience)
    assert created["changes"]["title"] is None  # words are in the audit trail, not in events
    assert assigned["changes"] == {"advisor_id": {"old": None, "new": str(advisor.user_id)}}
    entry = (await acting.audit(centre))[0]
    assert (entry["action"], entry["changes"]["title"]) == ("case.created", {"old": None, "new": "Rent"})


async def test_a_managers_case_is_nobodys_yet(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await acting(manager, open_case, **await said(data, acting, manager))
    row = await acting.case(case_id)
    assert (row["status"], row["advisor_id"], row["assigned_at"]) == ("NEW", None, None)
    assert [event["name"] for event in await acting.events(centre)] == ["case.created", *BEGUN]


async def test_an_advisor_may_name_another_or_nobody(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor, other = await data.a_member(centre), await data.a_member(centre)
    words = await said(data, acting, advisor)
    others = await acting(advisor, open_case, **words, advisor_id=other.user_id)
    assert (await acting.case(others))["advisor_id"] == other.user_id
    manager = await data.a_member(centre, Role.CENTRE_MANAGER, Role.ADVISOR)
    nobodys = await acting(manager, open_case, **words, unassigned=True)
    assert (await acting.case(nobodys))["status"] == "NEW"


async def test_the_type_settles_which_reviews_are_needed(data: Data, acting: Acting) -> None:
    advisor = await data.a_member(await data.a_centre())
    plain = await acting(advisor, open_case, **await said(data, acting, advisor))
    dro = await acting(advisor, open_case, **await said(data, acting, advisor, code="DRO"))
    legal = await acting(advisor, open_case, **await said(data, acting, advisor, code="LEGAL_REVIEW"))
    found = [
        (row["compliance_required"], row["legal_review_required"])
        for row in [await acting.case(case_id) for case_id in (plain, dro, legal)]
    ]
    assert found == [(False, False), (True, False), (False, True)]


async def test_numbers_are_counted_per_centre_and_london_year(data: Data, acting: Acting) -> None:
    here, there = await data.a_member(await data.a_centre()), await data.a_member(await data.a_centre())
    mine = await said(data, acting, here)
    numbers = []
    old_year, new_year = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for at in (old_year, old_year, new_year, new_year):
        with stopped(at):
            case_id = await acting(here, open_case, **mine)
        numbers.append((await acting.case(case_id))["case_number"])
    assert numbers == ["CASE-2026-000001", "CASE-2026-000002", "CASE-2027-000001", "CASE-2027-000002"]
    theirs = await acting(there, open_case, **await said(data, acting, there))
    assert (await acting.case(theirs))["case_number"].endswith("-000001")


async def test_the_last_number_of_a_year(data: Data, acting: Acting) -> None:
    advisor = await data.a_member(await data.a_centre())
    words = await said(data, acting, advisor)
    with stopped(datetime(2031, 5, 1, tzinfo=UTC)):
        await acting(advisor, open_case, **words)
        await acting.rows.execute(
            "UPDATE centre_counters SET value = 999998 WHERE centre_id = $1 AND name = 'case:2031'", advisor.centre_id
        )
        last = await acting(advisor, open_case, **words)
        assert (await acting.case(last))["case_number"] == "CASE-2031-999999"
        with pytest.raises(LimitReached) as refused:
            await acting(advisor, open_case, **words)
    assert (refused.value.limit, refused.value.maximum) == ("case-numbers", 999_999)


async def test_a_refused_opening_uses_up_no_number(data: Data, acting: Acting) -> None:
    advisor = await data.a_member(await data.a_centre())
    words = await said(data, acting, advisor)
    with pytest.raises(NotFound):
        await acting(advisor, open_case, **{**words, "team_id": new_id()})
    case_id = await acting(advisor, open_case, **words)
    assert (await acting.case(case_id))["case_number"].endswith("-000001")
    assert len(await acting.events(advisor.centre_id)) == 2 + len(BEGUN)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"title": " "}, {("title", "blank")}),
        ({"title": "two\nlines"}, {("title", "control-character")}),
        ({"title": "x" * 201, "description": "\n"}, {("title", "too-long"), ("description", "blank")}),
        ({"description": "a\x00b"}, {("description", "control-character")}),
        ({"description": "x" * 10_001}, {("description", "too-long")}),
        ({"summary": " "}, {("summary", "blank")}),
        ({"estimated_value": Decimal("-0.01")}, {("estimated_value", "minimum")}),
        ({"billing_method": BillingMethod.HOURLY}, {("estimated_value", "billing-needs-value")}),
        (
            {"estimated_value": Decimal("0.01"), "actual_cost": Decimal("0.02")},
            {("actual_cost", "exceeds-estimate")},
        ),
        ({"estimated_value": Decimal(0), "actual_cost": Decimal("0.01")}, {("actual_cost", "exceeds-estimate")}),
        ({"override_capacity_reason": ""}, {("override_capacity_reason", "blank")}),
    ],
)
async def test_what_is_said_wrongly_is_named(
    data: Data, acting: Acting, given: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    advisor = await data.a_member(await data.a_centre())
    with pytest.raises((Invalid, InvalidInput)) as refused:
        await acting(advisor, open_case, **await said(data, acting, advisor, **given))
    assert faults_of(refused.value) == faults
    assert await acting.events(advisor.centre_id) == []


async def test_a_cost_of_half_above_the_estimate_is_just_allowed(data: Data, acting: Acting) -> None:
    advisor = await data.a_member(await data.a_centre())
    words = await said(
        data,
        acting,
        advisor,
        estimated_value=Decimal("100.00"),
        actual_cost=Decimal("150.00"),
        billing_method=BillingMethod.FIXED_FEE,
    )
    row = await acting.case(await acting(advisor, open_case, **words))
    assert (row["estimated_value"], row["actual_cost"], row["billing_method"]) == (
        Decimal("100.00"),
        Decimal("150.00"),
        "FIXED_FEE",
    )


async def test_what_is_not_there_is_named(data: Data, acting: Acting) -> None:
    centre, elsewhere = await data.a_centre(), await data.a_centre()
    advisor = await data.a_member(centre)
    words = await said(data, acting, advisor)
    deleted = await data.a_team(centre)
    await acting.rows.execute("UPDATE teams SET deleted_at = now() WHERE id = $1", deleted)
    absent = [
        ("client_id", await data.a_client(elsewhere)),
        ("client_id", await data.a_client(centre)),  # somebody else's client
        ("case_type_id", await a_type(acting, elsewhere)),
        ("advisor_id", (await data.a_member(elsewhere)).user_id),
        ("team_id", await data.a_team(elsewhere)),
        ("team_id", deleted),
    ]
    for field, key in absent:
        with pytest.raises(NotFound) as refused:
            await acting(advisor, open_case, **{**words, field: key})
        assert refused.value.field == field
    await acting.rows.execute(
        "UPDATE case_types SET active = false, is_default = false WHERE id = $1", words["case_type_id"]
    )
    with pytest.raises(Invalid) as inactive:
        await acting(advisor, open_case, **words)
    assert (inactive.value.field, inactive.value.rule) == ("case_type_id", "inactive")


async def test_who_may_open_cases(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    answers = {}
    for role in (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.ADVISOR, Role.TRAINEE, Role.AUDITOR):
        actor = await data.a_member(centre, role)
        own = client if role is not Role.ADVISOR else await data.a_client(centre, recorded_by=actor.user_id)
        answers[role] = await acting.attempt(actor, open_case, **await said(data, acting, actor, client_id=own))
    assert answers == {
        Role.CENTRE_MANAGER: "done",
        Role.COMPLIANCE_OFFICER: "Forbidden",
        Role.ADVISOR: "done",
        Role.TRAINEE: "ApprovalRequired",
        Role.AUDITOR: "Forbidden",
    }
    program = await data.a_service(centre, Permission.CASE_CREATE, Permission.CASE_READ)
    case_id = await acting(program, open_case, **await said(data, acting, program, client_id=client))
    assert (await acting.case(case_id))["status"] == "NEW"
    reading = await data.a_service(centre, Permission.CASE_READ)
    with pytest.raises(Forbidden):
        await acting(reading, open_case, **await said(data, acting, reading, client_id=client))


async def test_a_full_advisor_takes_another_case_only_with_a_reason(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    full = await data.a_member(centre, capacity_points=4)
    await data.a_case(centre, advisor=full, complexity="HIGH")
    words = await said(data, acting, full)
    with pytest.raises(LimitReached) as refused:
        await acting(full, open_case, **words)
    assert (refused.value.limit, refused.value.maximum) == ("advisor-capacity", 4)
    await acting(full, open_case, **{**words, "complexity": Level.LOW})
    over = await acting(full, open_case, **words, override_capacity_reason="Bailiffs tomorrow")
    assert (await acting.case(over))["advisor_id"] == full.user_id
    created = next(entry for entry in await acting.audit(centre) if entry["subject_id"] == over)
    assert created["changes"]["override_capacity_reason"] == {"old": None, "new": "Bailiffs tomorrow"}


async def test_a_colleague_is_overloaded_by_those_who_assign_only(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    full = await data.a_member(centre, capacity_points=0)
    advisor, manager = await data.a_member(centre), await data.a_member(centre, Role.CENTRE_MANAGER)
    words = {**await said(data, acting, advisor), "advisor_id": full.user_id, "override_capacity_reason": "Nobody else"}
    with pytest.raises(ApprovalRequired):
        await acting(advisor, open_case, **words)
    await acting(manager, open_case, **words)
