"""A request holds one connection at a time at most, so that one connection a pool serves any number of them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.users.models import Team as TeamRow
from cma_graphql.domain.users.selectors import teams_by_id
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import ERROR_TYPES, Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import NODE_KINDS, read_id, write_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.scalars import SCALARS
from cma_graphql.graph.schema import Query
from cma_graphql.graph.users.types import Team
from cma_graphql.graph.writing import MutationInput, write
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.unit_of_work import UnitOfWork
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
RENAME = """
mutation ($id: ID!, $one: String!, $two: String!, $key: String) {
  one: teamRename(input: {id: $id, name: $one, idempotencyKey: $key}) {
    replayed errors { code } team { name members { fullName } } }
  two: teamRename(input: {id: $id, name: $two}) { replayed errors { code } team { name members { teams { name } } } }
  stale: teamRename(input: {id: $id, name: $two, expectedVersion: 0}) {
    errors { code path ... on ConflictError { currentVersion current { id ... on Team { name } } } } team { name } }
}
"""


@strawberry.input(description="What to rename.")
class TeamRenameInput(MutationInput):
    """A team's new name."""

    id: strawberry.ID = strawberry.field(description="Which team.")
    name: str = strawberry.field(description="Its new name.")
    expected_version: int | None = strawberry.field(default=None, description="Its version.")


@strawberry.type(description="The renamed team.")
class TeamRenamePayload(Payload):
    """What renaming answers."""

    team: Team | None = strawberry.field(default=None, description="The team.")


async def rename_team(uow: UnitOfWork, *, team_id: UUID, name: str, version: int | None) -> UUID:
    team = await uow.lock(TeamRow, team_id, version=version)
    uow.change(team, name=name)
    return team.id


@strawberry.type
class Mutation:
    """A mutation as rooms write them."""

    @mutation(requires=Permission.USER_MANAGE, description="Rename a team.")
    async def team_rename(
        self,
        info: Info,
        input: Annotated[TeamRenameInput, strawberry.argument(description="What.")],  # noqa: A002
    ) -> TeamRenamePayload:
        """Rename it, then read it afresh."""
        team_id = read_id("team", input.id)
        outcome = await write(
            info, rename_team, input, team_id=team_id, name=input.name, version=input.expected_version
        )
        (row,) = await teams_by_id(info.context.reader, list(outcome.subject_ids))
        return TeamRenamePayload(team=wrapped(Team, row, info.context), replayed=outcome.replayed)


@pytest.fixture
async def small(databases: Databases, database_name: str) -> AsyncIterator[WatchedDatabase]:
    """Connect by one connection a pool."""
    opened = WatchedDatabase(databases.app(database_name), patience=60)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def small_graph(small: WatchedDatabase, keys: CentreKeys, sign_in: SignIn) -> Graph:
    """Ask the product's queries and the mutation above, over one connection a pool."""
    writable = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[*ERROR_TYPES, *(kind.type for kind in NODE_KINDS.values())],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    return Graph(writable, small, keys, sign_in)


async def as_request(number: int, graph: Graph, operation: str, actor: Actor, **variables: object) -> Answer:
    REQUEST.set(f"request {number}")
    return await graph.run(operation, as_=actor, **variables)


async def test_fifty_requests_over_one_connection_a_pool(
    small_graph: Graph, small: WatchedDatabase, data: Data
) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    teams = [await data.a_team(centre, name="old") if number == 0 else await data.a_team(centre) for number in range(5)]
    ids = [write_id("team", team) for team in teams]
    for team in teams:
        advisor = await data.a_member(centre, team_ids=(team,))
        await data.a_case(centre, advisor=advisor)

    answers = await asyncio.gather(
        *(
            asyncio.create_task(
                as_request(number, small_graph, READ, manager, id=ids[number % 5])
                if number % 2
                else as_request(number, small_graph, RENAME, manager, id=ids[number % 5], one=f"1 {number}", two="2")
            )
            for number in range(50)
        )
    )
    assert [answer.errors for answer in answers] == [[]] * 50
    assert small.most == {f"request {number}": 1 for number in range(50)}
    assert set(small.held.values()) == {0}
    assert not any(small.given_back)
    assert small.given_up == 0
    # A query takes one connection; a mutation one for each write and one for each selection that reads.
    assert small.acquired == 25 * 1 + 25 * (3 + 3)
    for number, answer in enumerate(answers):
        if number % 2:
            assert answer.data["cases"]["totalCount"] == 5
            assert len(answer.data["node"]["members"][0]["cases"]["edges"]) == 1
        else:
            assert answer.data["one"]["team"]["members"][0]["fullName"]
            assert answer.data["two"]["errors"] == []
            assert answer.data["stale"]["errors"][0]["code"] == "CONFLICT"


async def test_each_mutation_of_a_document_is_answered_as_of_its_own_commit(small_graph: Graph, data: Data) -> None:
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    team = await data.a_team(centre, name="old")
    await data.a_member(centre, team_ids=(team,), first_name="Ada", last_name="Obi")
    given = {"id": write_id("team", team), "one": "first", "two": "second", "key": "k"}
    answer = await small_graph.run(RENAME, as_=manager, **given)
    assert answer.errors == []
    assert answer.data["one"]["team"]["name"] == "first"
    assert answer.data["two"]["team"]["name"] == "second"
    assert answer.data["two"]["team"]["members"] == [{"teams": [{"name": "second"}]}]
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
    again = await small_graph.run(RENAME, as_=manager, **given)
    assert again.data["one"] == {
        "replayed": True,
        "errors": [],
        "team": {"name": "second", "members": [{"fullName": "Ada Obi"}]},
    }
