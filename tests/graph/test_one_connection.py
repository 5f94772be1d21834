"""A request holds one connection at a time at most, so that one connection a pool serves any number of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.node import write_id
from cma_graphql.persistence.keys import CentreKeys
from support.asking import Answer, Graph
from support.data import Data
from support.databases import Databases
from support.watching import REQUEST, WatchedDatabase

READ = """
query ($id: ID!) {
  node(id: $id) { ... on Team { name members { fullName cases(first: 2) { totalCount edges { node {
    caseNumber client { fullName dateOfBirth nationalInsuranceNumber } advisor { fullName } } } } } } }
  cases(first: 3) { totalCount edges { node { statusHistory { toStatus } caseType { code } } } }
}
"""
WRITE = """
mutation ($id: ID!, $one: String!, $two: String!, $key: String) {
  one: teamUpdate(input: {id: $id, expectedVersion: 1, name: $one, idempotencyKey: $key}) {
    replayed errors { code } team { name members { fullName } } }
  two: teamUpdate(input: {id: $id, expectedVersion: 2, name: $two}) {
    replayed errors { code } team { name members { teams { name } } } }
  stale: teamUpdate(input: {id: $id, expectedVersion: 1, name: $one}) {
    errors { code path ... on ConflictError { currentVersion current { id ... on Team { name } } } } team { name } }
}
"""


@pytest.fixture
async def small(databases: Databases, database_name: str) -> AsyncIterator[WatchedDatabase]:
    """Connect to the clone by pools of one connection each."""
    opened = WatchedDatabase(databases.app(database_name), patience=60)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def small_graph(
    schema: strawberry.Schema, small: WatchedDatabase, keys: CentreKeys, sign_in: SignIn, storage: DocumentStorage
) -> Graph:
    """Ask the schema over one connection a pool."""
    return Graph(schema, small, keys, sign_in, storage)


async def as_request(number: int, graph: Graph, operation: str, actor: Actor, **variables: Any) -> Answer:
    REQUEST.set(f"request {number}")
    return await graph.run(operation, as_=actor, **variables)


async def test_fifty_requests_over_one_connection_a_pool(
    small_graph: Graph, small: WatchedDatabase, data: Data
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    teams = [write_id("team", await data.a_team(centre)) for _ in range(25)]
    for _ in range(3):
        busy = await data.a_team(centre)
        await data.a_case(centre, advisor=await data.a_member(centre, team_ids=(busy,)))

    def request(number: int) -> "asyncio.Task[Answer]":
        if number % 2:
            asked = as_request(number, small_graph, READ, manager, id=write_id("team", busy))
        else:
            team = teams[number // 2]
            asked = as_request(number, small_graph, WRITE, manager, id=team, one=f"one {number}", two=f"two {number}")
        return asyncio.create_task(asked)

    answers = await asyncio.gather(*(request(number) for number in range(50)))
    assert [answer.errors for answer in answers] == [[]] * 50
    assert small.most == {f"request {number}": 1 for number in range(50)}
    assert set(small.held.values()) == {0}
    assert not any(small.given_back)
    assert small.given_up == 0
    # A query takes one connection; a mutation one for each write and one for each selection that reads.
    assert small.acquired == 25 * 1 + 25 * (3 + 3)
    for number, answer in enumerate(answers):
        if number % 2:
            assert answer.data["cases"]["totalCount"] == 3
            assert len(answer.data["node"]["members"][0]["cases"]["edges"]) == 1
        else:
            assert answer.data["two"]["team"]["name"] == f"two {number}"
            assert answer.data["stale"]["errors"][0]["code"] == "CONFLICT"


async def test_each_mutation_of_a_document_is_answered_as_of_its_own_commit(small_graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre, name="old")
    await data.a_member(centre, team_ids=(team,), first_name="Ada", last_name="Obi")
    given = {"id": write_id("team", team), "one": "first", "two": "second", "key": "k"}
    answer = await small_graph.run(WRITE, as_=manager, **given)
    assert answer.errors == []
    assert answer.data["one"]["team"] == {"name": "first", "members": [{"fullName": "Ada Obi"}]}
    assert answer.data["two"]["team"] == {"name": "second", "members": [{"teams": [{"name": "second"}]}]}
    assert answer.data["stale"] == {
        "team": None,
        "errors": [
            {
                "code": "CONFLICT",
                "path": ["input", "expectedVersion"],
                "currentVersion": 3,
                "current": {"id": given["id"], "name": "second"},
            }
        ],
    }
    again = await small_graph.run(WRITE, as_=manager, **given)
    assert again.data["one"] == {
        "replayed": True,
        "errors": [],
        "team": {"name": "second", "members": [{"fullName": "Ada Obi"}]},
    }
    assert again.data["two"]["errors"] == [{"code": "CONFLICT"}]
