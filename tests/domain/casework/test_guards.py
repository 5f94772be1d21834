"""What has to hold before a step is taken: an advisor, a consent, a day, a reason, the time since the end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import stopped, today
from cma_graphql.core.errors import Invalid, InvalidInput, NotFound, TransitionRefused
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.domain.casework.assign import assign_case
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from support.acting import Acting, faults_of
from support.data import Data
from support.referrals import a_referral


async def test_work_starts_with_an_advisor_and_a_consent(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    client = await data.a_client(centre)
    nobodys = await data.a_case(centre, client_id=client)
    with pytest.raises(InvalidInput) as refused:
        await acting(manager, start_case, case_id=nobodys, version=1)
    assert faults_of(refused.value) == {("", "advisor-missing"), ("", "consent-missing")}
    await data.a_consent(centre, client, "REFERRAL")
    case_id = await data.a_case(centre, client_id=client, advisor=advisor)
    with pytest.raises(Invalid) as missing:
        await acting(advisor, start_case, case_id=case_id, version=1)
    assert (missing.value.rule, missing.value.params) == ("consent-missing", {"purpose": "ADVICE"})
    consent = await data.a_consent(centre, client)
    await acting.rows.execute("UPDATE client_consents SET withdrawn_at = now() WHERE id = $1", consent)
    with pytest.raises(Invalid):
        await acting(advisor, start_case, case_id=case_id, version=1)
    assert await acting.events(centre) == []
    await data.a_consent(centre, client)
    await acting(advisor, start_case, case_id=case_id, version=1)
    assert (await acting.case(case_id))["status"] == "IN_PROGRESS"


@pytest.mark.parametrize("change", ["status = 'DEACTIVATED'", "roles = '{AUDITOR}'"])
async def test_work_is_not_taken_up_again_for_an_advisor_who_has_gone(data: Data, acting: Acting, change: str) -> None:
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    case_id = await data.a_case(centre, client_id=client, advisor=advisor, status="CLOSED", closed_on=today())
    await acting.rows.execute(f"UPDATE memberships SET {change} WHERE user_id = $1", advisor.user_id)  # noqa: S608
    await acting(manager, reopen_case, case_id=case_id, version=1, reason="Came back")
    with pytest.raises(Invalid) as refused:
        await acting(manager, start_case, case_id=case_id, version=2)
    assert faults_of(refused.value) == {("", "advisor-gone")}
    new = await data.a_member(centre)
    await acting(manager, assign_case, case_id=case_id, version=2, advisor_id=new.user_id, reason="Gone")
    await acting(new, start_case, case_id=case_id, version=3)
    assert (await acting.case(case_id))["status"] == "IN_PROGRESS"


async def test_a_withdrawn_consent_stops_the_work_from_being_resumed(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="ON_HOLD")
    with pytest.raises(Invalid) as refused:
        await acting(advisor, start_case, case_id=case_id, version=1)
    assert refused.value.rule == "consent-missing"


async def test_referring_needs_a_consent_and_a_referral_that_was_sent(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    consent = await data.a_consent(centre, client, "REFERRAL")
    case_id = await data.a_case(centre, client_id=client, advisor=advisor)
    sent = await a_referral(data, centre, case_id)
    refused: dict[UUID, set[tuple[str, str]]] = {
        await a_referral(data, centre, case_id, state="DRAFT"): {("referral_id", "referral-not-sent")},
        await a_referral(data, centre, case_id, state="REJECTED"): {("referral_id", "referral-not-sent")},
        await a_referral(data, centre, await data.a_case(centre, advisor=advisor)): {
            ("referral_id", "referral-of-another-case")
        },
    }
    for referral_id, faults in refused.items():
        with pytest.raises(Invalid) as refusal:
            await acting(advisor, refer_case, case_id=case_id, version=1, referral_id=referral_id)
        assert faults_of(refusal.value) == faults
    with pytest.raises(NotFound) as absent:
        await acting(advisor, refer_case, case_id=case_id, version=1, referral_id=new_id())
    assert absent.value.field == "referral_id"
    await acting.rows.execute("UPDATE client_consents SET withdrawn_at = now() WHERE id = $1", consent)
    with pytest.raises(Invalid) as unwilling:
        await acting(advisor, refer_case, case_id=case_id, version=1, referral_id=sent)
    assert (unwilling.value.rule, unwilling.value.params) == ("consent-missing", {"purpose": "REFERRAL"})
    await data.a_consent(centre, client, "REFERRAL")
    await acting(advisor, refer_case, case_id=case_id, version=1, referral_id=sent)
    case = await acting.case(case_id)
    assert (case["status"], case["referred_to"]) == ("REFERRED", "Shelter")


@pytest.mark.parametrize("act", ["close", "reopen"])
async def test_a_referred_case_goes_on_once_the_outcome_is_known(data: Data, acting: Acting, act: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre, status="REFERRED")
    referral_id = await a_referral(data, centre, case_id)
    await a_referral(data, centre, case_id, hands_over=False)
    deeds: dict[str, Any] = {
        "close": (close_case, {"reason": ClosureReason.REFERRED_EXTERNALLY}),
        "reopen": (reopen_case, {"reason": "Sent back"}),
    }
    service, said = deeds[act]
    for state in ("SENT", "ACCEPTED"):
        await acting.rows.execute("UPDATE referrals SET state = $2 WHERE id = $1", referral_id, state)
        with pytest.raises(Invalid) as refused:
            await acting(manager, service, case_id=case_id, version=1, **said)
        assert (refused.value.rule, refused.value.params) == ("referral-under-way", {"number": 1})
    await acting.rows.execute("UPDATE referrals SET state = 'EXPIRED' WHERE id = $1", referral_id)
    assert await acting.attempt(manager, service, case_id=case_id, version=1, **said) == "done"


async def test_a_hold_needs_a_reason_and_a_day_to_come(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor)
    with stopped(datetime(2026, 3, 28, 12, tzinfo=UTC)):
        with pytest.raises(InvalidInput) as refused:
            await acting(advisor, hold_case, case_id=case_id, version=1, reason="", review_on=today())
        assert faults_of(refused.value) == {("reason", "blank"), ("review_on", "future")}
        tomorrow = date(2026, 3, 29)
        await acting(advisor, hold_case, case_id=case_id, version=1, reason="Bank statements", review_on=tomorrow)
    row = await acting.case(case_id)
    assert row["next_review_at"] == datetime(2026, 3, 29, 8, tzinfo=UTC)  # nine o'clock: summer time began that day
    assert row["hold_reason"] == "Bank statements"


async def test_a_result_needs_words_and_a_sensible_rating(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="IN_PROGRESS")
    with pytest.raises(InvalidInput) as refused:
        await acting(
            advisor,
            resolve_case,
            case_id=case_id,
            version=1,
            resolution_type=ResolutionType.ADVICE_GIVEN,
            summary=" ",
            satisfaction=6,
        )
    assert faults_of(refused.value) == {("summary", "blank"), ("satisfaction", "range")}
    await acting(
        advisor,
        resolve_case,
        case_id=case_id,
        version=1,
        resolution_type=ResolutionType.ADVICE_GIVEN,
        summary="Plans",
        satisfaction=5,
    )
    assert (await acting.case(case_id))["satisfaction"] == 5


async def test_a_new_case_may_be_closed_with_a_reason_alone(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    await acting(manager, close_case, case_id=case_id, version=1, reason=ClosureReason.OUT_OF_SCOPE)
    row = await acting.case(case_id)
    assert (row["status"], row["closed_on"], row["closure_reason"], row["closure_note"], row["resolved_at"]) == (
        "CLOSED",
        today(),
        "OUT_OF_SCOPE",
        None,
        None,
    )


async def test_a_blank_note_or_reason_is_no_reason(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id, ended = await data.a_case(centre), await data.a_case(centre, status="CLOSED", closed_on=today())
    with pytest.raises(Invalid) as note:
        await acting(manager, close_case, case_id=case_id, version=1, reason=ClosureReason.DUPLICATE, note=" ")
    with pytest.raises(Invalid) as cancelling:
        await acting(manager, cancel_case, case_id=case_id, version=1, reason="")
    with pytest.raises(Invalid) as reopening:
        await acting(manager, reopen_case, case_id=ended, version=1, reason="\n")
    assert [faults_of(found.value) for found in (note, cancelling, reopening)] == [
        {("note", "blank")},
        {("reason", "blank")},
        {("reason", "blank")},
    ]


@pytest.mark.parametrize(
    ("closed_on", "on", "reopened"),
    [
        (date(2020, 5, 4), date(2026, 5, 4), True),
        (date(2020, 5, 4), date(2026, 5, 5), False),
        (date(2024, 2, 29), date(2030, 2, 28), True),
        (date(2024, 2, 29), date(2030, 3, 1), False),
    ],
)
async def test_six_years_after_its_end_a_case_stays_closed(
    data: Data, acting: Acting, closed_on: date, on: date, *, reopened: bool
) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="CLOSED", closed_on=closed_on)
    with stopped(datetime(on.year, on.month, on.day, 12, tzinfo=UTC)):
        answer = await acting.attempt(advisor, reopen_case, case_id=case_id, version=1, reason="New debts")
    assert answer == ("done" if reopened else "Invalid")


async def test_a_cancelled_case_is_as_old_as_its_cancellation(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre)
    with stopped(datetime(2019, 1, 31, 23, tzinfo=UTC)):
        await acting(manager, cancel_case, case_id=case_id, version=1, reason="Never came")
    reopening: dict[str, Any] = {"case_id": case_id, "version": 2, "reason": "Came back"}
    with stopped(datetime(2025, 1, 31, 23, tzinfo=UTC)):
        assert await acting.attempt(manager, reopen_case, **reopening) == "done"
    with stopped(datetime(2025, 2, 1, 23, tzinfo=UTC)), pytest.raises(Invalid) as refused:
        await acting(manager, reopen_case, **reopening)
    assert refused.value.params == {"ended_on": "2019-01-31", "years": 6}


MISSING: list[tuple[str, str, dict[str, Any], str]] = [
    ("ASSIGNED", "ON_HOLD", {}, "reason"),
    ("ASSIGNED", "ON_HOLD", {"reason": "Papers"}, "review_on"),
    ("IN_PROGRESS", "RESOLVED", {}, "resolution_type"),
    ("IN_PROGRESS", "RESOLVED", {"resolution_type": ResolutionType.SELF_HELP}, "summary"),
    ("IN_PROGRESS", "CLOSED", {}, "closure_reason"),
    ("CLOSED", "REOPENED", {}, "reason"),
    ("ASSIGNED", "REFERRED", {}, "referral_id"),
    ("ASSIGNED", "CANCELLED", {}, "reason"),
    ("REOPENED", "ASSIGNED", {}, "advisor_id"),
]


@pytest.mark.parametrize("missing", MISSING, ids=str)
async def test_the_board_names_what_a_state_needs(
    data: Data, acting: Acting, missing: tuple[str, str, dict[str, Any], str]
) -> None:
    source, target, given, field = missing
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case_id = await data.a_case(centre, advisor=await data.a_member(centre), status=source)
    move = Move(case_id=case_id, version=1, **given)
    with pytest.raises(Invalid) as refused:
        await acting(manager, change_case_status, status=CaseStatus(target), move=move)
    assert (refused.value.field, refused.value.rule, refused.value.params) == (field, "required", {"status": target})
    assert (await acting.case(case_id))["version"] == 1


async def test_the_board_refuses_a_step_before_it_asks_for_anything(data: Data, acting: Acting) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    case_id = await data.a_case(centre, advisor=advisor, status="ON_HOLD")
    move = Move(case_id=case_id, version=1, review_on=today() + timedelta(days=1))
    for target in (CaseStatus.ON_HOLD, CaseStatus.RESOLVED, CaseStatus.NEW):
        with pytest.raises(TransitionRefused) as refused:
            await acting(advisor, change_case_status, status=target, move=move)
        assert refused.value.allowed == ("IN_PROGRESS", "CLOSED", "REFERRED", "CANCELLED")
