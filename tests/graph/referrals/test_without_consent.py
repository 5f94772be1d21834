"""A client who withdraws the consent, or whose record is deleted, is shown and handed to nobody any more."""

import pytest

from cma_graphql.core.clock import today
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Acting, Desk, rules
from graph.referrals.test_transfers import Two, rows, two
from support.acting import Acting as Rows

__all__ = ["two"]

BAD_LINK = [("ValidationError", ["token"], "link")]


async def withdraw(desk: Desk, consent_id: object) -> None:
    """Withdraw the consent that a referral rests on."""
    payload = await desk.scene.ask("clientConsentWithdraw", id=write_id("consent", consent_id))  # type: ignore[arg-type]
    assert payload["errors"] == []


async def test_a_link_shows_nothing_once_the_client_withdrew_the_consent(desk: Desk) -> None:
    key, token = await desk.sent()
    assert (await desk.by_link("referralOpen", token))["errors"] == []
    await withdraw(desk, (await desk.row(key))["consent_id"])
    for name, given in (("referralOpen", {}), ("referralLinkAccept", {}), ("referralLinkReject", {"reason": "Full"})):
        refused = await desk.by_link(name, token, **given)
        assert (rules(refused), refused["offer"]) == (BAD_LINK, None)
    assert ((await desk.row(key))["state"], (await desk.row(key))["answered_at"]) == ("SENT", None)


async def test_a_consent_to_something_else_opens_no_earlier_link(desk: Desk) -> None:
    key, token = await desk.sent()
    await withdraw(desk, (await desk.row(key))["consent_id"])
    await desk.data.a_consent(desk.scene.centre, desk.scene.client, "REFERRAL")
    assert rules(await desk.by_link("referralOpen", token)) == BAD_LINK
    renewed = await desk.on("referralRenewLink", key)
    assert renewed["errors"] == []
    assert (await desk.by_link("referralOpen", renewed["token"]))["errors"] == []


async def test_a_link_shows_nothing_of_a_client_who_was_deleted(desk: Desk, acting: Rows) -> None:
    _, token = await desk.sent(handsOver=False)
    await acting.rows.execute("UPDATE cases SET status = 'CLOSED', closed_on = $2 WHERE id = $1", desk.case_id, today())
    gone = await desk.scene.ask("clientDelete", id=write_id("client", desk.scene.client), expectedVersion=1)
    assert gone["errors"] == []
    assert rules(await desk.by_link("referralOpen", token)) == BAD_LINK


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
async def test_a_link_of_a_centre_that_is_not_at_work_shows_nothing(desk: Desk, acting: Rows, status: str) -> None:
    _, token = await desk.sent()
    await acting.rows.execute("UPDATE centres SET status = $2 WHERE id = $1", desk.scene.centre, status)
    assert rules(await desk.by_link("referralOpen", token)) == BAD_LINK


async def test_a_record_goes_to_no_other_centre_without_the_consent(two: Two, acting: Acting) -> None:
    key = await two.offered()
    await withdraw(two.desk, (await two.desk.row(key))["consent_id"])
    refused = await two.there_on("transferAccept", key)
    assert [(error["__typename"], error["from"]) for error in refused["errors"]] == [("TransitionError", "WITHDRAWN")]
    assert [await rows(acting, table, two.there) for table in ("clients", "cases", "notes")] == [[], [], []]
    assert ((await two.desk.row(key))["state"], (await two.taken(key))["state"]) == ("WITHDRAWN", "WITHDRAWN")
    assert None not in {(await two.desk.row(key))["settled_at"], (await two.taken(key))["settled_at"]}
    assert await two.desk.status() == "REOPENED"


async def test_a_client_on_offer_to_another_centre_is_not_deleted(two: Two, acting: Acting) -> None:
    key = await two.offered()
    client = await acting.rows.fetchrow("SELECT id, version FROM clients WHERE id = $1", two.desk.scene.client)
    assert client is not None
    refused = await two.desk.scene.ask(
        "clientDelete", id=write_id("client", client["id"]), expectedVersion=client["version"]
    )
    assert rules(refused) == [("ValidationError", ["id"], "open-cases")]
    accepted = await two.there_on("transferAccept", key)
    assert (accepted["errors"], accepted["referral"]["state"]) == ([], "COMPLETED")
