"""Many write to one centre's clients at once: no deadlock, no gap, no lost update, no second record."""

import asyncio
from typing import Any

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.digests import CHAIN_START, chain_hash
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.recording import chained_facts
from support.asking import Graph
from support.data import Data
from support.operations import document
from support.trail import audit_of, events_of

CREATE = document("clientCreate")
UPDATE = document("clientUpdate")
CONSENT = document("clientConsentRecord")
WRITERS = 20


async def _run(graph: Graph, operation: str, actor: Any, given: dict[str, Any]) -> Any:
    answer = await graph.run(operation, as_=actor, input=given)
    assert answer.errors == []
    (payload,) = answer.data.values()
    return payload


async def test_twenty_who_record_clients_at_once_get_numbers_without_gap(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    actors = [await data.a_member(centre) for _ in range(4)]
    async with asyncio.timeout(30):
        created = await asyncio.gather(
            *(
                _run(graph, CREATE, actors[number % 4], {"firstName": "Ada", "lastName": f"Name{number}"})
                for number in range(WRITERS)
            )
        )
    assert [payload["errors"] for payload in created] == [[]] * WRITERS
    numbers = sorted(int(payload["client"]["reference"].rpartition("-")[2]) for payload in created)
    assert numbers == list(range(1, WRITERS + 1))
    assert [event.seq for event in await events_of(data, centre)] == numbers
    entries = await audit_of(data, centre)
    assert [entry.seq for entry in entries] == numbers
    previous = CHAIN_START
    for entry in entries:
        assert bytes(entry.previous_hash) == previous
        previous = chain_hash(previous, chained_facts(entry.row))
        assert bytes(entry.hash) == previous


async def test_of_those_who_record_the_same_person_at_once_one_does(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    actors = [await data.a_member(centre) for _ in range(5)]
    person = {"firstName": "Amara", "lastName": "Okafor", "dateOfBirth": "1980-05-17"}
    created = await asyncio.gather(*(_run(graph, CREATE, actor, person) for actor in actors))
    assert sorted(error["rule"] for payload in created for error in payload["errors"]) == ["possible-duplicate"] * 4
    assert len(await events_of(data, centre)) == 1


async def test_of_those_who_repeat_one_request_at_once_one_records_and_the_others_replay(
    graph: Graph, data: Data
) -> None:
    centre = await data.a_centre()
    actor = await data.a_member(centre)
    given = {"firstName": "Amara", "lastName": "Okafor", "dateOfBirth": "1980-05-17", "idempotencyKey": "k"}
    created = await asyncio.gather(*(_run(graph, CREATE, actor, given) for _ in range(5)))
    assert sorted(payload["replayed"] for payload in created) == [False, True, True, True, True]
    assert len({payload["client"]["id"] for payload in created}) == 1
    assert len(await events_of(data, centre)) == 1


async def test_of_those_who_change_one_version_at_once_one_does(graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))
    changed = await asyncio.gather(
        *(
            _run(graph, UPDATE, manager, {"id": client, "expectedVersion": 1, "city": f"Town {number}"})
            for number in range(10)
        )
    )
    kinds = [error["__typename"] for payload in changed for error in payload["errors"]]
    assert kinds == ["ConflictError"] * 9
    (won,) = [payload["client"] for payload in changed if payload["client"]]
    assert won["version"] == 2
    assert len(await events_of(data, centre)) == 1


@pytest.mark.parametrize("purpose", ["ADVICE", "REFERRAL"])
async def test_of_those_who_record_one_consent_at_once_one_does(graph: Graph, data: Data, purpose: str) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = write_id("client", await data.a_client(centre))
    given = {"clientId": client, "purpose": purpose, "channel": "PAPER", "wordingVersion": "1"}
    recorded = await asyncio.gather(*(_run(graph, CONSENT, manager, given) for _ in range(5)))
    assert [error["rule"] for payload in recorded for error in payload["errors"]] == ["consent-in-force"] * 4
    assert len(await events_of(data, centre)) == 1
