"""The walks over a demonstration network and a filled one: as it is shown, and at whatever size is asked for."""

from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg
import pytest
import strawberry

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.ids import new_id
from cma_graphql.demo.filling.network import NetworkFiller
from cma_graphql.demo.progress import Progress
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.asking import Graph
from support.databases import Databases
from support.demonstration import a_demo_maker
from support.walking import Supply, asked_by_id, walk
from walks.conftest import World, learn
from walks.test_two_centres import ROLES, assert_silent

PAIRS = {"demonstration": ("BRISTOL", "GLASGOW"), "filled": ("FILL01", "FILL02")}
"""Centres that have nothing to do with each other: Bristol has offered a case to Leeds, and both know of that."""


async def _actor(rows: "asyncpg.Connection[asyncpg.Record]", centre: UUID, role: Role) -> Actor | None:
    """Answer somebody of a centre who holds a role; the product's demonstration has no key of each centre."""
    if role is Role.SERVICE:
        scopes = frozenset({Permission.CASE_READ, Permission.CLIENT_READ, Permission.DATA_EXPORT})
        return Actor(kind=ActorKind.SERVICE, centre_id=centre, user_id=new_id(), roles=frozenset({role}), scopes=scopes)
    member = await rows.fetchrow(
        "SELECT user_id AS id, client_id, "
        "array(SELECT team_id FROM team_members AS part WHERE part.centre_id = it.centre_id "
        "AND part.user_id = it.user_id AND part.removed_at IS NULL) AS teams FROM memberships AS it "
        "WHERE centre_id = $1 AND $2 = any(roles) ORDER BY user_id LIMIT 1",
        centre,
        role.value,
    )
    if member is None:
        return None
    return Actor(
        kind=ActorKind.CLIENT if role is Role.CLIENT else ActorKind.STAFF,
        centre_id=centre,
        user_id=member["id"],
        roles=frozenset({role}),
        team_ids=tuple(member["teams"]),
        client_id=member["client_id"],
    )


async def _world(rows: "asyncpg.Connection[asyncpg.Record]", graph: Graph, owner: str, code: str) -> World:
    centre = await rows.fetchrow("SELECT id, name FROM centres WHERE code = $1", code)
    assert centre is not None
    actors = {role: await _actor(rows, centre["id"], Role(role)) for role in ROLES}
    world = World(centre["id"], "Smith", actors={role: actor for role, actor in actors.items() if actor is not None})
    world.ninos["own"] = "AB123456C"
    await learn(world, graph, owner)
    world.texts = {centre["name"].lower(), f"@{code.lower()}.example.org"}
    return world


@pytest.fixture(scope="module")
async def networks(  # noqa: PLR0917 - two databases in one
    databases: Databases, template: str, keys: CentreKeys, sign_in: SignIn, schema: strawberry.Schema,
    storage: DocumentStorage, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config,
) -> AsyncIterator[tuple[Graph, dict[str, tuple[World, World]]]]:  # fmt: skip
    """Make both networks in one database."""
    name = await databases.clone(template)
    owner = databases.owner(name)
    database = await Database(databases.app(name), read_pool_size=2, write_pool_size=2).open()
    rows = await asyncpg.connect(owner)
    folder: Path = tmp_path_factory.mktemp("demo")
    random, cases = Random(3), int(pytestconfig.getoption("filled_cases"))  # noqa: S311
    await a_demo_maker(database, keys, owner, folder, random).make()
    await NetworkFiller(database, keys, owner, random).fill(cases, Progress(cases, "cases"))
    graph = Graph(schema, database, keys, sign_in, storage)
    worlds = {
        kind: (await _world(rows, graph, owner, here), await _world(rows, graph, owner, there))
        for kind, (here, there) in PAIRS.items()
    }
    yield graph, worlds
    await rows.close()
    await database.close()


@pytest.mark.usefixtures("compiled_whatever_its_size")
@pytest.mark.parametrize("kind", PAIRS)
async def test_nothing_of_the_neighbouring_centre_is_told(
    kind: str, schema: strawberry.Schema, networks: tuple[Graph, dict[str, tuple[World, World]]]
) -> None:
    graph, worlds = networks
    here, there = worlds[kind]
    assert set(ROLES) - here.actors.keys() == ({"CLIENT"} if kind == "filled" else set())  # it has no portal
    seen = dict.fromkeys(here.actors, 0)
    for asked in walk(schema, _supply(here, "case"), depth=2):
        for role, actor in here.actors.items():
            answer = await graph.run(asked.text, as_=actor, **asked.variables)
            assert_silent(answer, there, asked.text, sent=asked.variables)
            seen[role] += str(answer.data).count("case_")
    assert min(seen.values()) > 0, seen
    for prefix in there.ids:
        for asked in walk(schema, _supply(there, prefix), depth=1, only=asked_by_id(schema)):
            for actor in here.actors.values():
                answer = await graph.run(asked.text, as_=actor, **asked.variables)
                assert_silent(answer, there, asked.text, sent=asked.variables)


def _supply(world: World, prefix: str) -> Supply:
    return world.supply(id=world.ids[prefix][0], ids=world.ids["case"][:20] + world.ids["client"][:20], first=10)  # type: ignore[no-any-return]
