"""What a client consents to is recorded and withdrawn, each once, and told by `dataConsent`."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.graph.node import write_id
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import audit_of, events_of

RECORD = document("clientConsentRecord")
WITHDRAW = document("clientConsentWithdraw")
ADVICE = {"purpose": "ADVICE", "channel": "TELEPHONE", "wordingVersion": "2026-01"}


async def _run(graph: Graph, operation: str, actor: Any, **given: Any) -> Any:
    answer = await graph.run(operation, as_=actor, input=given)
    assert answer.errors == []
    (payload,) = answer.data.values()
    return payload


async def test_a_consent_to_advice_is_the_clients_data_consent(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre, recorded_by=advisor.user_id)
    key = write_id("client", client)
    with clock.stopped(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
        given = await _run(graph, RECORD, advisor, clientId=key, **ADVICE)
    assert given["errors"] == []
    assert given["client"] == {
        "id": key,
        "dataConsent": True,
        "dataConsentAt": "2026-03-01T09:30:00.000Z",
        "version": 1,
    }
    consent = given["consent"]
    assert consent.pop("id").startswith("consent_")
    assert consent == {
        **ADVICE,
        "givenAt": "2026-03-01T09:30:00.000Z",
        "withdrawnAt": None,
        "recorder": {"id": write_id("membership", advisor.user_id)},
    }


async def test_a_consent_to_something_else_is_not(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))
    given = await _run(graph, RECORD, manager, clientId=client, **{**ADVICE, "purpose": "REFERRAL"})
    assert (given["client"]["dataConsent"], given["client"]["dataConsentAt"]) == (False, None)


async def test_a_withdrawal_ends_it_and_a_new_consent_may_follow(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    consent = await data.a_consent(centre, client)
    with clock.stopped(datetime(2026, 4, 1, 9, 30, tzinfo=UTC)):
        ended = await _run(graph, WITHDRAW, manager, id=write_id("consent", consent), note="By letter.\r\nToday.")
    assert (ended["errors"], ended["client"]["dataConsent"]) == ([], False)
    assert ended["consent"] == {
        "id": write_id("consent", consent),
        "purpose": "ADVICE",
        "withdrawnAt": "2026-04-01T09:30:00.000Z",
        "withdrawalNote": "By letter.\nToday.",
    }
    again = await _run(graph, RECORD, manager, clientId=write_id("client", client), **ADVICE)
    assert again["client"]["dataConsent"] is True


async def test_both_leave_their_events_with_the_clients_audience(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    await data.a_case(centre, client_id=client, advisor=advisor)
    recorded = await _run(graph, RECORD, advisor, clientId=write_id("client", client), **ADVICE)
    await _run(graph, WITHDRAW, advisor, id=recorded["consent"]["id"], note="By letter.")
    given, withdrawn = await events_of(data, centre)
    assert (given.name, withdrawn.name) == ("client.consent_given", "client.consent_withdrawn")
    for event in (given, withdrawn):
        assert (event.entity, event.client_id) == ("consent", client)
        assert write_id("consent", event.subject_id) == recorded["consent"]["id"]
        assert event.audience_after["user_ids"] == [str(advisor.user_id)]
    assert given.audience_before is None
    assert withdrawn.audience_before == withdrawn.audience_after
    assert given.changes["purpose"] == {"old": None, "new": "ADVICE"}
    assert given.changes["wording_version"] is None
    assert withdrawn.changes["withdrawal_note"] is None
    _, entry = await audit_of(data, centre)
    assert entry.changes["withdrawal_note"] == {"old": None, "new": "By letter."}


async def test_the_same_purpose_is_not_consented_to_twice(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    (error,) = (await _run(graph, RECORD, manager, clientId=write_id("client", client), **ADVICE))["errors"]
    assert (error["rule"], error["path"]) == ("consent-in-force", ["input", "purpose"])
    assert error["parameters"] == [{"name": "purpose", "value": "ADVICE"}]
    assert await events_of(data, centre) == []


async def test_a_consent_is_not_withdrawn_twice(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    consent = write_id("consent", await data.a_consent(centre, await data.a_client(centre)))
    await _run(graph, WITHDRAW, manager, id=consent, note=None)
    (error,) = (await _run(graph, WITHDRAW, manager, id=consent))["errors"]
    assert (error["__typename"], error["from"], error["allowed"]) == ("TransitionError", "WITHDRAWN", [])
    assert len(await events_of(data, centre)) == 1


async def test_every_fault_is_told_at_once(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await data.a_consent(centre, client)
    refused = await _run(
        graph,
        RECORD,
        manager,
        clientId=write_id("client", client),
        purpose="ADVICE",
        channel="PAPER",
        wordingVersion=" ",
        givenAt="2999-01-01T00:00:00Z",
    )
    assert [(error["path"][1], error["rule"]) for error in refused["errors"]] == [
        ("wordingVersion", "blank"),
        ("givenAt", "in-future"),
        ("purpose", "consent-in-force"),
    ]


async def test_an_endless_note_is_refused_and_nothing_withdrawn(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    consent = write_id("consent", await data.a_consent(centre, await data.a_client(centre)))
    (error,) = (await _run(graph, WITHDRAW, manager, id=consent, note="x" * 1_001))["errors"]
    assert (error["rule"], error["path"]) == ("too-long", ["input", "note"])
    assert await events_of(data, centre) == []


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.AUDITOR])
async def test_roles_that_change_no_client_are_refused(graph: Graph, data: Data, role: Role) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre, role)
    client = await data.a_client(centre)
    consent = await data.a_consent(centre, client)
    recorded = await _run(graph, RECORD, actor, clientId=write_id("client", client), **{**ADVICE, "purpose": "QA"})
    withdrawn = await _run(graph, WITHDRAW, actor, id=write_id("consent", consent))
    for payload in (recorded, withdrawn):
        (error,) = payload["errors"]
        assert (error["__typename"], error["requiredPermission"]) == ("ForbiddenError", "CLIENT_UPDATE")
    assert await events_of(data, centre) == []


async def test_another_centre_finds_neither_client_nor_consent(graph: Graph, data: Data) -> None:
    here, there = await data.a_centre(), await data.a_centre()
    stranger = await data.a_member(there, Role.CENTRE_MANAGER)
    client = await data.a_client(here)
    consent = await data.a_consent(here, client)
    recorded = await _run(graph, RECORD, stranger, clientId=write_id("client", client), **ADVICE)
    withdrawn = await _run(graph, WITHDRAW, stranger, id=write_id("consent", consent))
    assert (recorded["errors"][0]["__typename"], recorded["errors"][0]["path"]) == (
        "NotFoundError",
        ["input", "clientId"],
    )
    assert (withdrawn["errors"][0]["__typename"], withdrawn["errors"][0]["path"]) == ("NotFoundError", ["input", "id"])
    assert await events_of(data, here) == await events_of(data, there) == []


async def test_a_replay_records_nothing_twice(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))
    given = {"clientId": client, **ADVICE, "idempotencyKey": "form-17"}
    first, again = [await _run(graph, RECORD, manager, **given) for _ in range(2)]
    assert (again["replayed"], again["consent"]) == (True, first["consent"])
    ended = {"id": first["consent"]["id"], "idempotencyKey": "letter-3"}
    once, twice = [await _run(graph, WITHDRAW, manager, **ended) for _ in range(2)]
    assert (twice["replayed"], twice["consent"]) == (True, once["consent"])
    assert len(await events_of(data, centre)) == 2
