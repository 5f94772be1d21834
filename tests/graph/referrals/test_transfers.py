"""A record changes hands between two centres: offered, accepted or not, copied, closed; and nothing else is seen."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from cma_graphql.access.actor import Actor, system_of
from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.domain.casework.transfers import carrying
from cma_graphql.domain.casework.transfers.carrying import Network, Transfer, carry, carry_transfers
from cma_graphql.domain.casework.transfers.steps import Step
from cma_graphql.domain.referrals.upkeep import expire_referrals
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Acting, Desk, rules
from support.assets import an_asset
from support.budgets import a_sheet
from support.debts import a_creditor, a_debt
from support.households import a_household, a_household_member
from support.operations import document
from support.referrals import referral_row
from support.trail import events_of


@dataclass
class Two:
    """A case at one centre, and another centre that it may go to."""

    desk: Desk
    there: UUID
    manager: Actor
    """Of the other centre."""
    code: str

    @property
    def network(self) -> Network:
        """Answer all centres."""
        return Network(self.desk.data.database, self.desk.data.keys)

    def transfer(self, referral_id: UUID) -> Transfer:
        """Answer the transfer."""
        return Transfer(referral_id, self.desk.scene.centre, self.there)

    async def offered(self) -> UUID:
        """Draft a transfer as the advisor and offer it as the manager."""
        key = await self.desk.draft(recipient={"centreCode": self.code}, categories=["NAME", "CASE"])
        payload = await self.desk.on("transferOffer", key, as_=self.desk.scene.manager)
        assert payload["errors"] == []
        return key

    async def taken(self, referral_id: UUID) -> dict[str, Any]:
        """Answer the other centre's record of a transfer."""
        return await referral_row(self.desk.data, self.there, referral_id)

    async def there_on(self, name: str, referral_id: UUID, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation at the other centre, as its manager unless said."""
        said = {"expectedVersion": (await self.taken(referral_id))["version"], **given}
        return await self.desk.scene.ask(name, as_ or self.manager, id=write_id("referral", referral_id), **said)


@pytest.fixture
async def two(desk: Desk, acting: Acting) -> Two:
    """Set the scene."""
    there = await desk.data.a_centre(name="Harbour Advice")
    code: str = await acting.rows.fetchval("SELECT code FROM centres WHERE id = $1", there)
    return Two(desk, there, await desk.data.a_member(there, Role.CENTRE_MANAGER), code)


async def full(two: Two) -> None:
    """Fill the case: household, debts of a centre's own creditor, an asset, a statement."""
    desk, centre = two.desk, two.desk.scene.centre
    household = await a_household(desk.data, centre, desk.scene.client, children_under_16=1)
    await a_household_member(desk.data, centre, household, first_name="Byron")
    bank = await a_creditor(desk.data, centre, name="Lovelace Bank")
    debt = await a_debt(desk.data, centre, desk.case_id, creditor_id=bank, account_number="1234-5678")
    await an_asset(desk.data, centre, desk.case_id, secured_debt_id=debt)
    await a_sheet(desk.data, desk.scene.manager, desk.case_id)


async def rows(acting: Acting, table: str, centre: UUID) -> list[asyncpg.Record]:
    return await acting.rows.fetch(f"SELECT * FROM {table} WHERE centre_id = $1 ORDER BY id", centre)  # noqa: S608


async def test_a_record_changes_hands(two: Two, acting: Acting) -> None:
    desk, here, there = two.desk, two.desk.scene.centre, two.there
    await full(two)
    await desk.scene.on(
        "caseUpdate", desk.case_id, (await acting.case(desk.case_id))["version"], tags=["Court", "rent"]
    )
    key = await two.offered()
    assert await desk.status() == "REFERRED"
    before = await desk.scene.graph.run(document("referral"), as_=two.manager, id=write_id("referral", key))
    offer = before.data["referral"]
    assert (offer["direction"], offer["state"], offer["case"], offer["client"]) == ("IN", "SENT", None, None)
    assert [part["category"] for part in offer["sharedData"]] == ["NAME", "CASE"]
    accepted = await two.there_on("transferAccept", key)
    assert accepted["errors"] == []
    taken = accepted["referral"]
    assert (taken["state"], taken["outcome"], taken["client"]["fullName"]) == ("COMPLETED", "TAKEN_ON", "Ada Byron")
    given = await desk.row(key)
    assert (given["state"], given["outcome"]) == ("COMPLETED", "TAKEN_ON")
    assert None not in {given["settled_at"], (await two.taken(key))["settled_at"]}
    original = await acting.case(desk.case_id)
    assert (original["status"], original["closure_reason"]) == ("CLOSED", "TRANSFERRED_CENTRE")
    (copy,) = await rows(acting, "cases", there)
    assert (copy["title"], copy["status"], copy["advisor_id"]) == (original["title"], "NEW", None)
    assert copy["tags"] == ["court", "rent"]
    assert given["other_reference"] == f"{two.code}-{copy['case_number']}"
    assert (await two.taken(key))["other_reference"].endswith(original["case_number"])
    (client,) = await rows(acting, "clients", there)
    assert (client["first_name"], client["phone_primary"]) == ("Ada", "+441632960001")
    identity = await desk.scene.graph.run(
        "query ($id: ID!) { client(id: $id) { nationalInsuranceNumber safeContactNote"
        " household { members { firstName } } cases { edges { node { "
        "debts { creditor { name } accountNumber currentBalance } assets { securedDebt { id } }"
        " budgetSheets { status lines { code } } compliance { id } referrals { direction } } } } } }",
        as_=two.manager,
        id=write_id("client", client["id"]),
    )
    assert identity.errors == []
    found = identity.data["client"]
    assert (found["nationalInsuranceNumber"], found["safeContactNote"]) == ("AB123456C", "Text first")
    assert found["household"] == {"members": [{"firstName": "Byron"}]}
    (case,) = [edge["node"] for edge in found["cases"]["edges"]]
    (debt,) = case["debts"]
    assert (debt["creditor"]["name"], debt["accountNumber"]) == ("Lovelace Bank", "1234-5678")
    assert Decimal(debt["currentBalance"]) == Decimal("1000.00")
    assert case["assets"][0]["securedDebt"] is not None
    assert ([sheet["status"] for sheet in case["budgetSheets"]], len(case["compliance"]) > 0) == (["DRAFT"], True)
    assert case["budgetSheets"][0]["lines"] != []
    assert case["referrals"] == [{"direction": "IN"}]
    assert {row["client_id"] for row in await rows(acting, "client_consents", here)} == {desk.scene.client}
    assert await rows(acting, "client_consents", there) == []


async def test_the_events_of_both_sides(two: Two) -> None:
    key = await two.offered()
    await two.there_on("transferAccept", key)
    ours = [event.name for event in await events_of(two.desk.data, two.desk.scene.centre)]
    theirs = [event.name for event in await events_of(two.desk.data, two.there)]
    assert [name for name in ours if name.startswith("referral.")] == [
        "referral.drafted",
        "referral.sent",
        "referral.accepted",
        "referral.completed",
    ]
    assert [name for name in theirs if name.startswith("referral.")] == [
        "referral.received",
        "referral.accepted",
        "referral.completed",
        "referral.settled",
    ]
    assert {"client.created", "case.created", "compliance.begun"} <= set(theirs)


async def test_only_managers_offer_and_accept(two: Two) -> None:
    desk = two.desk
    key = await desk.draft(recipient={"centreCode": two.code})
    proposed = await desk.on("transferOffer", key)
    assert [error["__typename"] for error in proposed["errors"]] == ["ApprovalRequiredError"]
    mistaken = await desk.on("referralSend", key, as_=desk.scene.manager)
    assert rules(mistaken) == [("ValidationError", ["id"], "another-kind")]
    assert (await desk.on("transferOffer", key, as_=desk.scene.manager))["errors"] == []
    advisor = await desk.data.a_member(two.there)
    unseen = await desk.scene.graph.run(document("referral"), as_=advisor, id=write_id("referral", key))
    assert unseen.data == {"referral": None}
    for name, given in (("transferAccept", {}), ("transferReject", {"reason": "No"})):
        refused = await two.there_on(name, key, as_=advisor, **given)
        assert [error["__typename"] for error in refused["errors"]] == ["ApprovalRequiredError"]
        officer = await desk.data.a_member(two.there, Role.COMPLIANCE_OFFICER)
        forbidden = await two.there_on(name, key, as_=officer, **given)
        assert [error["__typename"] for error in forbidden["errors"]] == ["ForbiddenError"]
        stranger = await desk.data.a_member(await desk.data.a_centre(), Role.CENTRE_MANAGER)
        absent = await two.there_on(name, key, as_=stranger, **given)
        assert rules(absent) == [("NotFoundError", ["id"], None)]
    assert (await two.taken(key))["state"] == "SENT"


async def test_a_case_is_not_offered_to_its_own_centre(two: Two, acting: Acting) -> None:
    own: str = await acting.rows.fetchval("SELECT code FROM centres WHERE id = $1", two.desk.scene.centre)
    payload = await two.desk.scene.ask(
        "referralDraft",
        two.desk.scene.advisor,
        caseId=write_id("case", two.desk.case_id),
        recipient={"centreCode": own},
        reason="Moved",
        categories=["NAME"],
    )
    assert rules(payload) == [("ValidationError", ["recipient", "centreCode"], "own-centre")]


async def test_nothing_else_of_either_centre_is_seen(two: Two, acting: Acting) -> None:
    desk = two.desk
    await desk.data.a_case(desk.scene.centre, title="Somebody else's")
    key = await two.offered()
    await two.there_on("transferAccept", key)
    case_id, client_id = write_id("case", desk.case_id), write_id("client", desk.scene.client)
    answer = await desk.scene.graph.run(
        "query ($case: ID!, $client: ID!) { case(id: $case) { id } client(id: $client) { id }"
        " cases { totalCount } clients { totalCount } referrals { totalCount } }",
        as_=two.manager,
        case=case_id,
        client=client_id,
    )
    one = {"totalCount": 1}
    assert answer.data == {"case": None, "client": None, "cases": one, "clients": one, "referrals": one}
    (copy,) = await rows(acting, "cases", two.there)
    back = await desk.scene.graph.run(
        "query ($case: ID!) { case(id: $case) { id } clients { totalCount } }",
        as_=desk.scene.manager,
        case=write_id("case", copy["id"]),
    )
    assert back.data == {"case": None, "clients": {"totalCount": 2}}


async def test_the_closed_case_keeps_its_history_and_takes_no_more(two: Two, acting: Acting) -> None:
    await full(two)
    key = await two.offered()
    await two.there_on("transferAccept", key)
    steps = [step[:2] for step in await acting.steps(two.desk.case_id)]
    assert steps == [("IN_PROGRESS", "REFERRED"), ("REFERRED", "CLOSED")]
    bank = await a_creditor(two.desk.data, two.desk.scene.centre)
    kind = await acting.rows.fetchval(
        "SELECT id FROM debt_types WHERE centre_id = $1 AND code = 'CREDIT_CARD'", two.desk.scene.centre
    )
    late = await two.desk.scene.ask(
        "debtAdd",
        two.desk.scene.manager,
        caseId=write_id("case", two.desk.case_id),
        creditorId=write_id("creditor", bank),
        debtTypeId=write_id("debttype", kind),
    )
    assert rules(late) == [("ValidationError", ["caseId"], "case-ended")]


async def test_a_rejected_offer_comes_back(two: Two, acting: Acting) -> None:
    key = await two.offered()
    blank = await two.there_on("transferReject", key, reason=" ")
    assert rules(blank) == [("ValidationError", ["reason"], "blank")]
    rejected = await two.there_on("transferReject", key, reason="No room")
    assert (rejected["errors"], rejected["referral"]["state"]) == ([], "REJECTED")
    row = await two.desk.row(key)
    assert (row["state"], row["answer_note"], row["answered_through"]) == ("REJECTED", "No room", "CENTRE")
    assert await two.desk.status() == "REOPENED"
    assert await rows(acting, "clients", two.there) == []
    assert await carry_transfers(two.network, two.there, now()) == 0


async def test_a_withdrawn_offer_is_called_off(two: Two, acting: Acting) -> None:
    key = await two.offered()
    proposed = await two.desk.on("referralWithdraw", key, reason="Stays after all")
    assert [error["__typename"] for error in proposed["errors"]] == ["ApprovalRequiredError"]
    withdrawn = await two.desk.on("referralWithdraw", key, as_=two.desk.scene.manager, reason="Stays after all")
    assert (withdrawn["errors"], withdrawn["referral"]["state"]) == ([], "WITHDRAWN")
    assert (await two.taken(key))["state"] == "WITHDRAWN"
    assert await two.desk.status() == "REOPENED"
    late = await two.there_on("transferAccept", key)
    assert [(error["__typename"], error["from"]) for error in late["errors"]] == [("TransitionError", "WITHDRAWN")]
    assert await rows(acting, "cases", two.there) == []


async def test_an_offer_that_nobody_answers_expires(two: Two, acting: Acting) -> None:
    key = await two.offered()
    at = now() + timedelta(days=14)
    with stopped(at):
        late = await two.there_on("transferAccept", key)
        assert rules(late) == [("ValidationError", ["id"], "offer-expired")]
        assert await acting(system_of(two.desk.scene.centre), expire_referrals, at=at) == 1
        assert await acting(system_of(two.desk.scene.centre), expire_referrals, at=at) == 0
        assert await carry_transfers(two.network, two.desk.scene.centre, at) == 1
        assert await carry_transfers(two.network, two.desk.scene.centre, at) == 0
    states = ((await two.desk.row(key))["state"], (await two.taken(key))["state"])
    assert (states, await two.desk.status()) == (("EXPIRED", "EXPIRED"), "REOPENED")


async def test_an_offer_withdrawn_behind_an_acceptance_wins(
    two: Two, acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await two.offered()

    async def nothing(*_given: object) -> None:
        """Break off before the other centre is told."""

    with monkeypatch.context() as broken:
        broken.setattr("cma_graphql.graph.referrals.mutations.carrying.carry", nothing)
        await two.desk.on("referralWithdraw", key, as_=two.desk.scene.manager, reason="Stays after all")
    assert (await two.taken(key))["state"] == "SENT"
    late = await two.there_on("transferAccept", key)
    assert [(error["__typename"], error["from"], error["to"]) for error in late["errors"]] == [
        ("TransitionError", "WITHDRAWN", "ACCEPTED")
    ]
    assert ((await two.taken(key))["state"], await two.desk.status()) == ("WITHDRAWN", "REOPENED")
    assert await rows(acting, "cases", two.there) == []


class Broken(Exception):
    """The power fails."""


@pytest.mark.parametrize("step", [Step.DELIVER, Step.CONFIRM, Step.COPY, Step.CONCLUDE, Step.SETTLE])
@pytest.mark.parametrize("behind", [False, True])
async def test_a_break_at_any_step_is_mended_by_running_again(
    two: Two, acting: Acting, monkeypatch: pytest.MonkeyPatch, step: Step, *, behind: bool
) -> None:
    await full(two)
    done, breaks = carrying.perform, []

    async def breaking(network: Network, transfer: Transfer, now_due: Step, *given: Any) -> None:
        if now_due is step:
            breaks.append(step)
        if now_due is step and not behind:
            raise Broken
        await done(network, transfer, now_due, *given)
        if now_due is step:
            raise Broken

    transfer = two.transfer(await two.desk.draft(recipient={"centreCode": two.code}))
    with monkeypatch.context() as broken:
        broken.setattr(carrying, "perform", breaking)
        for name, on in (("transferOffer", two.desk.on), ("transferAccept", two.there_on)):
            actor = two.desk.scene.manager if name == "transferOffer" else two.manager
            answer = await two.desk.scene.graph.run(
                document(name),
                as_=actor,
                input={
                    "id": write_id("referral", transfer.id),
                    "expectedVersion": (
                        await two.desk.row(transfer.id) if on == two.desk.on else await two.taken(transfer.id)
                    )["version"],
                },
            )
            if answer.errors:
                assert isinstance(answer.errors[0].original_error, Broken)
            if step is Step.DELIVER:
                await carry_again(two, transfer, broken)
    assert breaks == [step]
    await carry_again(two, transfer, monkeypatch)
    assert [len(await rows(acting, table, two.there)) for table in ("clients", "cases", "debts", "assets")] == [1] * 4
    given, taken = await two.desk.row(transfer.id), await two.taken(transfer.id)
    assert (given["state"], taken["state"]) == ("COMPLETED", "COMPLETED")
    assert None not in {given["settled_at"], taken["settled_at"]}
    assert (await acting.case(two.desk.case_id))["status"] == "CLOSED"


async def carry_again(two: Two, transfer: Transfer, patch: pytest.MonkeyPatch) -> None:
    """Do what the worker does, twice."""
    patch.undo()
    for centre in (transfer.giving, transfer.taking, transfer.giving):
        await carry_transfers(two.network, centre, now())
    await carry(two.network, transfer)
