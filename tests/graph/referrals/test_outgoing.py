"""Handing a client to an organisation: the draft, what it shares, the link, the answer, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.clock import now, stopped
from cma_graphql.core.ids import new_id
from cma_graphql.domain.referrals.links import new_link_token
from cma_graphql.graph.node import write_id
from graph.referrals.conftest import Desk, rules
from support.operations import document
from support.referrals import A_DRAFT, a_referral
from support.trail import audit_of, events_of

SHOWN = [
    {
        "category": "NAME",
        "entries": [
            {"key": "first_name", "label": "First name", "value": "Ada"},
            {"key": "last_name", "label": "Last name", "value": "Byron"},
        ],
    },
    {
        "category": "CONTACT",
        "entries": [
            {"key": "phone_primary", "label": "Telephone", "value": "+441632960001"},
            {"key": "safe_contact_note", "label": "How to get in touch safely", "value": "Text first"},
        ],
    },
]
BAD_LINK = [("ValidationError", ["token"], "link")]


async def test_a_referral_from_draft_to_outcome(desk: Desk) -> None:
    referral_id = await desk.draft()
    preview = await desk.scene.graph.run(
        document("referralPreview"), as_=desk.scene.advisor, id=write_id("referral", referral_id)
    )
    assert preview.data["referralPreview"] == SHOWN
    assert await desk.status() == "IN_PROGRESS"
    sent = await desk.on("referralSend", referral_id)
    assert (sent["errors"], sent["referral"]["state"], sent["referral"]["sharedData"]) == ([], "SENT", SHOWN)
    assert sent["referral"]["sentBy"]["id"] == write_id("membership", desk.scene.advisor.user_id)
    assert await desk.status() == "REFERRED"
    opened = await desk.by_link("referralOpen", sent["token"])
    assert opened["offer"]["sections"] == SHOWN
    assert (opened["offer"]["toOrganisation"], opened["offer"]["state"]) == ("Shelter", "SENT")
    accepted = await desk.by_link("referralLinkAccept", sent["token"], note=" On Monday ")
    assert accepted["offer"]["state"] == "ACCEPTED"
    early = await desk.scene.on("caseClose", desk.case_id, 2, reason="REFERRED_EXTERNALLY")
    assert rules(early) == [("ValidationError", [], "referral-under-way")]
    completed = await desk.on("referralComplete", referral_id, outcome="HELP_GIVEN", note="Hearing adjourned")
    row = await desk.row(referral_id)
    assert (completed["errors"], completed["referral"]["outcome"], row["answer_note"]) == (
        [],
        "HELP_GIVEN",
        "On Monday",
    )
    closed = await desk.scene.on("caseClose", desk.case_id, 2, reason="REFERRED_EXTERNALLY")
    assert (closed["errors"], closed["case"]["status"]) == ([], "CLOSED")
    events = await events_of(desk.data, desk.scene.centre)
    assert [(event.name, event.actor_kind) for event in events if event.entity == "referral"] == [
        ("referral.drafted", "STAFF"),
        ("referral.sent", "STAFF"),
        ("referral.opened", "SYSTEM"),
        ("referral.accepted", "SYSTEM"),
        ("referral.completed", "STAFF"),
    ]
    told = str([event.changes for event in events])
    assert not any(secret in told for secret in ("Ada", "Text first", "Hearing", sent["token"]))
    trail = str([(entry.changes, entry.digests) for entry in await audit_of(desk.data, desk.scene.centre)])
    assert not any(secret in trail for secret in ("Text first", sent["token"]))
    assert (row["token_digest"], row["answered_through"], row["answered_by"]) == (None, "LINK", None)


async def test_what_is_shared_is_kept_as_it_was_sent(desk: Desk) -> None:
    referral_id, token = await desk.sent(categories=["NAME"])
    await desk.scene.ask(
        "clientUpdate", id=write_id("client", desk.scene.client), expectedVersion=1, firstName="Augusta"
    )
    opened = await desk.by_link("referralOpen", token)
    assert opened["offer"]["sections"] == [SHOWN[0]]
    assert (await desk.row(referral_id))["opened_at"] is not None


async def test_each_look_by_the_link_is_in_the_access_log(desk: Desk) -> None:
    _, token = await desk.sent()
    for _ in range(2):
        await desk.by_link("referralOpen", token)
    answer = await desk.scene.graph.run(
        "query ($id: ID!) { accessLogs(filter: {client: $id}) "
        "{ edges { node { operation actorKind sensitiveFields } } } }",
        as_=desk.scene.manager,
        id=write_id("client", desk.scene.client),
    )
    assert answer.errors == []
    looks = [edge["node"] for edge in answer.data["accessLogs"]["edges"]]
    shown = {"operation": "referralOpen", "actorKind": "SYSTEM", "sensitiveFields": ["referrals.shared"]}
    assert [look for look in looks if look["operation"] == "referralOpen"] == [shown, shown]
    events = [event.name for event in await events_of(desk.data, desk.scene.centre)]
    assert events.count("referral.opened") == 1


async def test_a_link_that_is_not_good_is_told_alike(desk: Desk) -> None:
    used_id, used = await desk.sent(handsOver=False)
    await desk.by_link("referralLinkReject", used, reason="No room")
    withdrawn_id, withdrawn = await desk.sent(handsOver=False)
    await desk.on("referralWithdraw", withdrawn_id, reason="Found somebody nearer")
    expired_id, expired = await desk.sent(handsOver=False)
    unknown = new_link_token(desk.scene.centre)
    elsewhere = new_link_token(new_id())
    answers: list[Any] = []
    with stopped(now() + timedelta(days=14)):
        for token in (used, withdrawn, expired, unknown, elsewhere, "cma_ref_rubbish", "nonsense", "cma_ref_" + "é"):
            answers += [
                await desk.by_link("referralOpen", token),
                await desk.by_link("referralLinkAccept", token),
                await desk.by_link("referralLinkReject", token, reason=" "),
            ]
    assert [rules(answer) for answer in answers] == [BAD_LINK] * len(answers)
    assert len({str(answer) for answer in answers}) == 1
    states = [(await desk.row(key))["state"] for key in (used_id, withdrawn_id, expired_id)]
    assert states == ["REJECTED", "WITHDRAWN", "SENT"]


async def test_who_tries_many_links_is_slowed_down(desk: Desk) -> None:
    answers = []
    for _ in range(25):
        answer = await desk.scene.graph.run(
            document("referralOpen"), from_="192.0.2.77", input={"token": new_link_token(desk.scene.centre)}
        )
        (error,) = answer.data["referralOpen"]["errors"]
        answers.append(error["__typename"])
    assert answers[:20] == ["ValidationError"] * 20
    assert answers[-1] == "LimitError"


async def test_a_rejection_says_why_and_the_case_comes_back(desk: Desk) -> None:
    referral_id, token = await desk.sent()
    blank = await desk.by_link("referralLinkReject", token, reason=" ")
    assert rules(blank) == [("ValidationError", ["reason"], "blank")]
    rejected = await desk.by_link("referralLinkReject", token, reason="Outside our area")
    assert (rejected["offer"]["state"], rejected["offer"]["sections"]) == ("REJECTED", [])
    assert (await desk.row(referral_id))["answer_note"] == "Outside our area"
    reopened = await desk.scene.on("caseReopen", desk.case_id, 2, reason="Rejected")
    assert (reopened["errors"], reopened["case"]["status"]) == ([], "REOPENED")


async def test_an_answer_by_telephone(desk: Desk) -> None:
    accepted, token = await desk.sent(handsOver=False)
    assert await desk.status() == "IN_PROGRESS"
    payload = await desk.on("referralRecordAcceptance", accepted, note="Spoke to Jo")
    me = write_id("membership", desk.scene.advisor.user_id)
    assert (payload["referral"]["answeredThrough"], payload["referral"]["answeredBy"]["id"]) == ("STAFF", me)
    assert rules(await desk.by_link("referralOpen", token)) == BAD_LINK
    rejected, _ = await desk.sent(handsOver=False)
    payload = await desk.on("referralRecordRejection", rejected, reason="No room")
    assert (payload["referral"]["state"], payload["referral"]["answerNote"]) == ("REJECTED", "No room")
    again = await desk.on("referralRecordAcceptance", rejected)
    assert [(error["__typename"], error["from"], error["allowed"]) for error in again["errors"]] == [
        ("TransitionError", "REJECTED", [])
    ]


async def test_sending_needs_the_clients_consent(desk: Desk) -> None:
    referral_id = await desk.draft()
    consents = await desk.scene.graph.run(
        "query ($id: ID!) { client(id: $id) { consents { id purpose } } }",
        as_=desk.scene.manager,
        id=write_id("client", desk.scene.client),
    )
    (consent,) = [one for one in consents.data["client"]["consents"] if one["purpose"] == "REFERRAL"]
    withdrawn = await desk.scene.ask("clientConsentWithdraw", id=consent["id"])
    assert withdrawn["errors"] == []
    refused = await desk.on("referralSend", referral_id)
    assert (rules(refused), refused["token"]) == ([("ValidationError", [], "consent-missing")], None)
    assert ((await desk.row(referral_id))["state"], await desk.status()) == ("DRAFT", "IN_PROGRESS")


async def test_who_may_draft_and_send(desk: Desk) -> None:
    data, centre = desk.data, desk.scene.centre
    trainee = await data.a_member(centre, Role.TRAINEE)
    case_id = await desk.scene.a_case(team_members=(trainee,), status="IN_PROGRESS")
    own = Desk(desk.scene, case_id)
    referral_id = await own.draft(as_=trainee)
    proposed = await own.on("referralSend", referral_id, as_=trainee)
    assert [error["__typename"] for error in proposed["errors"]] == ["ApprovalRequiredError"]
    stranger = await data.a_member(await data.a_centre(), Role.CENTRE_MANAGER)
    colleague = await data.a_member(centre)
    for actor, kind in (
        (stranger, "NotFoundError"),
        (colleague, "NotFoundError"),
        (await data.a_member(centre, Role.COMPLIANCE_OFFICER), "ForbiddenError"),
        (await data.a_member(centre, Role.AUDITOR), "ForbiddenError"),
        (await data.a_member(centre, Role.CLIENT, client_id=desk.scene.client), "ForbiddenError"),
    ):
        for name in ("referralSend", "referralRecordAcceptance", "referralComplete"):
            given = {"outcome": "HELP_GIVEN"} if name == "referralComplete" else {}
            refused = await own.on(name, referral_id, as_=actor, **given)
            assert [error["__typename"] for error in refused["errors"]] == [kind], (name, actor.roles)
    hidden = await desk.scene.graph.run(document("referralPreview"), as_=trainee, id=write_id("referral", referral_id))
    assert (hidden.data, hidden.codes) == ({"referralPreview": None}, ["FORBIDDEN"])
    assert (await own.row(referral_id))["version"] == 1


async def test_whose_data_are_shown_to_whom(desk: Desk) -> None:
    referral_id, _ = await desk.sent()
    centre = desk.scene.centre
    shown = {}
    for role in (Role.CENTRE_MANAGER, Role.COMPLIANCE_OFFICER, Role.AUDITOR, Role.TRAINEE):
        viewer = await desk.data.a_member(centre, role)
        answer = await desk.scene.graph.run(document("referral"), as_=viewer, id=write_id("referral", referral_id))
        found = answer.data["referral"]
        shown[role.value] = None if found is None else found["sharedData"] is not None
    assert shown == {"CENTRE_MANAGER": True, "COMPLIANCE_OFFICER": True, "AUDITOR": False, "TRAINEE": None}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"categories": []}, [("ValidationError", ["categories"], "required")]),
        ({"reason": " "}, [("ValidationError", ["reason"], "blank")]),
        (
            {"recipient": {"organisation": {"name": "", "kind": "HOUSING", "contactEmail": "x", "contactPhone": "y"}}},
            [
                ("ValidationError", ["recipient", "organisation", "name"], "blank"),
                ("ValidationError", ["recipient", "organisation", "contactEmail"], "email"),
                ("ValidationError", ["recipient", "organisation", "contactPhone"], "phone"),
            ],
        ),
        ({"recipient": {"centreCode": "NOSUCH"}}, [("ValidationError", ["recipient", "centreCode"], "not-found")]),
        ({"recipient": {}}, [("ValidationError", ["recipient"], "one-of")]),
        ({"caseId": "case_1"}, [("NotFoundError", ["caseId"], None)]),
    ],
)
async def test_a_draft_that_says_too_little(desk: Desk, given: dict[str, Any], found: list[tuple[Any, ...]]) -> None:
    said = {"caseId": write_id("case", desk.case_id), **A_DRAFT, **given}
    payload = await desk.scene.ask("referralDraft", desk.scene.advisor, **said)
    assert rules(payload) == found
    assert await events_of(desk.data, desk.scene.centre) == []


async def test_a_draft_is_changed_until_it_is_sent(desk: Desk) -> None:
    referral_id = await desk.draft()
    said: dict[str, Any] = {"reason": "Eviction", "categories": ["DEBTS", "NAME", "NAME"], "urgency": "EMERGENCY"}
    changed = await desk.on(
        "referralUpdate", referral_id, **said, organisation={"name": "Crisis", "kind": "HOUSING", "contactName": "Jo"}
    )
    assert (changed["errors"], changed["referral"]["sharedCategories"]) == ([], ["NAME", "DEBTS"])
    assert (changed["referral"]["organisationName"], changed["referral"]["contactName"]) == ("Crisis", "Jo")
    stale = await desk.on("referralUpdate", referral_id, **said, expectedVersion=1)
    assert [(error["__typename"], error["currentVersion"]) for error in stale["errors"]] == [("ConflictError", 2)]
    await desk.on("referralSend", referral_id)
    late = await desk.on("referralUpdate", referral_id, **said)
    assert [(error["__typename"], error["from"]) for error in late["errors"]] == [("TransitionError", "SENT")]


async def test_a_repetition_shows_no_token(desk: Desk) -> None:
    referral_id = await desk.draft()
    first = await desk.on("referralSend", referral_id, idempotencyKey="k", expectedVersion=1)
    again = await desk.on("referralSend", referral_id, idempotencyKey="k", expectedVersion=1)
    assert (first["replayed"], again["replayed"], again["token"], again["errors"]) == (False, True, None, [])
    assert first["token"].startswith("cma_ref_")


async def test_the_list_is_filtered_by_direction_and_state(desk: Desk) -> None:
    data, centre = desk.data, desk.scene.centre
    for state in ("DRAFT", "SENT", "REJECTED"):
        await a_referral(data, centre, desk.case_id, state=state)
    await a_referral(data, centre, None)
    await a_referral(data, centre, await data.a_case(centre))

    async def found(as_: Any, **filters: Any) -> list[tuple[str, str]]:
        answer = await desk.scene.graph.run(document("referrals"), as_=as_, filter=filters)
        assert answer.errors == []
        nodes = [edge["node"] for edge in answer.data["referrals"]["edges"]]
        assert answer.data["referrals"]["totalCount"] == len(nodes)
        return sorted((node["direction"], node["state"]) for node in nodes)

    advisor, manager = desk.scene.advisor, desk.scene.manager
    assert await found(advisor) == [("IN", "SENT"), ("OUT", "DRAFT"), ("OUT", "REJECTED"), ("OUT", "SENT")]
    assert await found(advisor, direction=["OUT"], state=["SENT", "DRAFT"]) == [("OUT", "DRAFT"), ("OUT", "SENT")]
    assert await found(manager, state=["SENT"]) == [("IN", "SENT"), ("OUT", "SENT"), ("OUT", "SENT")]
    case = await desk.scene.graph.run(
        "query ($id: ID!) { case(id: $id) { referrals { state } } }", as_=advisor, id=write_id("case", desk.case_id)
    )
    assert [one["state"] for one in case.data["case"]["referrals"]] == ["REJECTED", "SENT", "DRAFT"]
    client = await data.a_member(centre, Role.CLIENT, client_id=desk.scene.client)
    portal = await desk.scene.graph.run(
        "query ($id: ID!) { case(id: $id) { referrals { state } } }", as_=client, id=write_id("case", desk.case_id)
    )
    assert portal.data["case"]["referrals"] == []
