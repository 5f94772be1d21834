"""Each mutation of referrals costs what its document says."""

import re
from typing import Any

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.graph.node import write_id
from graph.cases.test_case_prices import writing
from graph.referrals.conftest import Acting, Desk
from graph.referrals.test_incoming import INTAKE, received
from support.case_scene import CASE_TYPE
from support.operations import document
from support.prices import Count
from support.referrals import A_DRAFT, a_referral

__all__ = ["writing"]
Run = tuple[Actor, dict[str, Any]]


async def runs(desk: Desk, acting: Acting) -> dict[str, Run]:
    """Answer a run of every mutation that succeeds, but those by a link."""
    scene, data, centre = desk.scene, desk.data, desk.scene.centre
    there = await data.a_centre()
    code = await acting.rows.fetchval("SELECT code FROM centres WHERE id = $1", there)
    other = await data.a_member(there, Role.CENTRE_MANAGER)
    kind = write_id("casetype", await acting.rows.fetchval(CASE_TYPE, centre))

    async def on(state: str, **given: Any) -> Run:
        key = await a_referral(data, centre, desk.case_id, state=state, hands_over=False)
        return scene.advisor, {"id": write_id("referral", key), "expectedVersion": 1, **given}

    async def offered() -> dict[str, Any]:
        client = await data.a_client(centre)
        await data.a_consent(centre, client, "REFERRAL")
        case_id = await scene.a_case(client_id=client, status="IN_PROGRESS")
        key = await Desk(scene, case_id).draft(recipient={"centreCode": code}, categories=["NAME"])
        said: dict[str, Any] = {"id": write_id("referral", key), "expectedVersion": 1}
        assert (await scene.ask("transferOffer", **said))["errors"] == []
        return said

    drafted = await desk.draft(recipient={"centreCode": code}, categories=["NAME"])
    draft = {"reason": "Eviction", "categories": ["NAME", "DEBTS"], "urgency": "SOON"}
    waiting, declined = await received(desk), await received(desk)
    return {
        "referralDraft": (scene.advisor, {"caseId": write_id("case", desk.case_id), **A_DRAFT}),
        "referralUpdate": await on("DRAFT", **draft),
        "referralSend": await on("DRAFT"),
        "referralRenewLink": await on("EXPIRED"),
        "referralRecordAcceptance": await on("SENT"),
        "referralRecordRejection": await on("SENT", reason="No room"),
        "referralComplete": await on("ACCEPTED", outcome="HELP_GIVEN"),
        "referralWithdraw": await on("SENT", reason="Found somebody nearer"),
        "referralReceive": (scene.advisor, INTAKE),
        "referralAdmit": (
            scene.advisor,
            {"id": write_id("referral", waiting), "expectedVersion": 1, "caseTypeId": kind, "title": "Bailiffs"},
        ),
        "referralDecline": (
            scene.advisor,
            {"id": write_id("referral", declined), "expectedVersion": 1, "reason": "Lives elsewhere"},
        ),
        "transferReject": (other, {**await offered(), "reason": "No room"}),
        "transferAccept": (other, await offered()),
        "transferOffer": (scene.manager, {"id": write_id("referral", drafted), "expectedVersion": 1}),
    }


def promised(name: str) -> int:
    found = re.match(r"# statements: (\d+)", document(name))
    return int(found.group(1)) if found else 0


async def test_each_mutation_keeps_the_price_of_its_document(desk: Desk, acting: Acting, writing: Count) -> None:
    spent = {}
    for name, (actor, given) in (await runs(desk, acting)).items():
        writing.statements = 0
        payload = await desk.scene.ask(name, actor, **given, idempotencyKey="k")
        assert payload["errors"] == [], name
        spent[name] = writing.statements + desk.scene.last.statements
    assert spent == {name: promised(name) for name in spent}


@pytest.mark.parametrize("name", ["referralOpen", "referralLinkAccept", "referralLinkReject"])
async def test_a_link_keeps_the_price_of_its_document(desk: Desk, writing: Count, name: str) -> None:
    _, token = await desk.sent()
    writing.statements = 0
    payload = await desk.by_link(name, token, **({"reason": "No room"} if name == "referralLinkReject" else {}))
    assert payload["errors"] == []
    assert writing.statements == promised(name)
