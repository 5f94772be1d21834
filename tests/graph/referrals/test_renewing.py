"""A recipient is given a new link, and what the viewer may do with a referral is told beforehand."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.domain.referrals.upkeep import expire_referrals
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Acting, Desk, rules
from graph.referrals.test_outgoing import BAD_LINK, SHOWN
from support.referrals import a_referral
from support.trail import audit_of, events_of

SEEN = "query ($id: ID!) { referral(id: $id) { allowedStates viewerCan { edit send decide complete } } }"


async def expired(desk: Desk, acting: Acting, **given: Any) -> tuple[Any, str]:
    """Send a referral, and let its time for an answer pass; answer it and its token."""
    referral_id, token = await desk.sent(**given)
    at = now() + timedelta(days=14)
    with stopped(at):
        assert await acting(system_of(desk.scene.centre), expire_referrals, at=at) == 1
    return referral_id, token


async def test_a_new_link_takes_the_place_of_one_that_expired(desk: Desk, acting: Acting) -> None:
    referral_id, former = await expired(desk, acting)
    await desk.scene.ask(
        "clientUpdate", id=write_id("client", desk.scene.client), expectedVersion=1, firstName="Augusta"
    )
    renewed = await desk.on("referralRenewLink", referral_id)
    assert (renewed["errors"], renewed["referral"]["state"], renewed["referral"]["endedAt"]) == ([], "SENT", None)
    assert rules(await desk.by_link("referralOpen", former)) == BAD_LINK
    opened = await desk.by_link("referralOpen", renewed["token"])
    assert opened["offer"]["sections"] == SHOWN  # as it was sent
    accepted = await desk.by_link("referralLinkAccept", renewed["token"])
    assert (accepted["offer"]["state"], await desk.status()) == ("ACCEPTED", "REFERRED")
    events = [event for event in await events_of(desk.data, desk.scene.centre) if event.entity == "referral"]
    assert [event.name for event in events][1:4] == ["referral.sent", "referral.expired", "referral.renewed"]
    trail = await audit_of(desk.data, desk.scene.centre)
    assert [entry.action for entry in trail].count("referral.renewed") == 1
    assert renewed["token"] not in str([(entry.changes, entry.digests) for entry in trail])


async def test_a_link_that_was_lost_is_replaced(desk: Desk) -> None:
    referral_id, former = await desk.sent(handsOver=False)
    before = (await desk.row(referral_id))["expires_at"]
    with stopped(now() + timedelta(days=3)):
        renewed = await desk.on("referralRenewLink", referral_id, idempotencyKey="k", expectedVersion=2)
        again = await desk.on("referralRenewLink", referral_id, idempotencyKey="k", expectedVersion=2)
    assert (renewed["errors"], again["replayed"], again["token"]) == ([], True, None)
    assert (await desk.row(referral_id))["expires_at"] > before
    assert rules(await desk.by_link("referralOpen", former)) == BAD_LINK
    assert (await desk.by_link("referralOpen", renewed["token"]))["errors"] == []


@pytest.mark.parametrize("state", ["DRAFT", "ACCEPTED", "REJECTED", "COMPLETED", "WITHDRAWN"])
async def test_what_waits_for_no_answer_is_given_no_link(desk: Desk, state: str) -> None:
    key = await a_referral(desk.data, desk.scene.centre, desk.case_id, state=state, hands_over=False)
    refused = await desk.on("referralRenewLink", key)
    assert (rules(refused), refused["token"]) == ([("ValidationError", ["id"], "no-link")], None)
    assert (await desk.row(key))["version"] == 1


async def test_nothing_is_shared_anew_once_the_case_has_gone_on(desk: Desk, acting: Acting) -> None:
    referral_id, _ = await expired(desk, acting)
    assert (await desk.scene.on("caseReopen", desk.case_id, 2, reason="No answer"))["errors"] == []
    refused = await desk.on("referralRenewLink", referral_id)
    assert rules(refused) == [("ValidationError", ["id"], "case-went-on")]


async def test_the_client_has_to_consent_still(desk: Desk, acting: Acting) -> None:
    referral_id, _ = await expired(desk, acting, handsOver=False)
    consent = (await desk.row(referral_id))["consent_id"]
    assert (await desk.scene.ask("clientConsentWithdraw", id=write_id("consent", consent)))["errors"] == []
    assert rules(await desk.on("referralRenewLink", referral_id)) == [("ValidationError", [], "consent-missing")]
    assert (await desk.row(referral_id))["state"] == "EXPIRED"


async def test_an_expired_referral_is_neither_sent_again_nor_said_anew(desk: Desk, acting: Acting) -> None:
    referral_id, _ = await expired(desk, acting, handsOver=False)
    said: tuple[tuple[str, dict[str, Any]], ...] = (
        ("referralSend", {}),
        ("referralUpdate", {"reason": "Eviction", "categories": ["NAME"], "urgency": "SOON"}),
    )
    for name, given in said:
        refused = await desk.on(name, referral_id, **given)
        assert [(error["__typename"], error["from"]) for error in refused["errors"]] == [("TransitionError", "EXPIRED")]


async def seen(desk: Desk, viewer: Actor, referral_id: Any) -> tuple[list[str], set[str]]:
    answer = await desk.scene.graph.run(SEEN, as_=viewer, id=write_id("referral", referral_id))
    assert answer.errors == []
    found = answer.data["referral"]
    return found["allowedStates"], {act for act, may in found["viewerCan"].items() if may}


async def test_what_the_viewer_may_do_is_told(desk: Desk) -> None:
    data, centre = desk.data, desk.scene.centre
    trainee = await data.a_member(centre, Role.TRAINEE)
    case_id = await desk.scene.a_case(team_members=(trainee,), status="IN_PROGRESS")
    out = await a_referral(data, centre, case_id, state="EXPIRED", hands_over=False)
    there = await data.a_centre()
    transfer = await a_referral(data, centre, case_id, state="EXPIRED", party="CENTRE", other_centre_id=there)
    came_in = await a_referral(data, centre, None)
    officer = await data.a_member(centre, Role.COMPLIANCE_OFFICER)
    advisor = await data.a_member(centre)
    assert {
        (name, key): await seen(desk, viewer, of)
        for name, viewer in (("manager", desk.scene.manager), ("officer", officer), ("trainee", trainee))
        for key, of in (("out", out), ("transfer", transfer), ("in", came_in))
    } == {
        ("manager", "out"): (["SENT"], {"edit", "send", "complete"}),
        ("manager", "transfer"): ([], {"edit", "send"}),
        ("manager", "in"): (["ACCEPTED", "REJECTED", "WITHDRAWN", "EXPIRED"], {"decide"}),
        ("officer", "out"): (["SENT"], set()),
        ("officer", "transfer"): ([], set()),
        ("officer", "in"): (["ACCEPTED", "REJECTED", "WITHDRAWN", "EXPIRED"], set()),
        ("trainee", "out"): (["SENT"], {"edit"}),
        ("trainee", "transfer"): ([], {"edit"}),
        ("trainee", "in"): (["ACCEPTED", "REJECTED", "WITHDRAWN", "EXPIRED"], set()),
    }
    assert (await seen(desk, advisor, came_in))[1] == {"decide"}
    own = await a_referral(data, centre, desk.case_id, hands_over=False)
    assert (await seen(desk, desk.scene.advisor, own))[1] == {"edit", "send", "complete"}
