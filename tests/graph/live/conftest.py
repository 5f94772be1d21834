"""Live updates over the tests' database, and a centre whose people are signed in."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.graph.context import Context
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.live.updates import LiveUpdates
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import Documents
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus
from cma_graphql.persistence.database import Database
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.following import Following
from support.signing_in import SigningIn


@pytest.fixture
async def bus(database: Database) -> AsyncIterator[Bus]:
    """Wake listeners at each commit of the test process, and by looking."""
    opened = await Bus(database, None, polled_every=0.1).open()
    before, database.committed = database.committed, opened.rang
    yield opened
    database.committed = before
    await opened.close()


@pytest.fixture
async def access_log(database: Database) -> AsyncIterator[AccessRecorder]:
    """Write the access log."""
    async with AccessRecorder(database, grouped_for=0) as recorder:
        yield recorder


@pytest.fixture
async def following(
    schema: strawberry.Schema, graph: Graph, bus: Bus, access_log: AccessRecorder
) -> AsyncIterator[Following]:
    """Follow subscriptions."""
    updates = LiveUpdates(
        operations=Operations(schema, suggestions=True),
        sign_in=graph.sign_in,
        bus=bus,
        access_log=access_log,
        make_context=lambda actor, facts: Context(
            actor=actor,
            facts=facts,
            database=graph.database,
            keys=graph.keys,
            sign_in=graph.sign_in,
            storage=graph.storage,
        ),
        at_once=2,
    )
    yield Following(updates, Documents(schema, Limits(), suggestions=True))
    await updates.close()


@pytest.fixture
def soon(following: Following) -> None:
    """Have signs of life come soon, so that one tells that nothing more has been told."""
    following.updates._heartbeat_seconds = 0.02


@dataclass
class Live:
    """A scene of cases whose people are signed in."""

    scene: Scene
    signing_in: SigningIn

    @property
    def centre(self) -> UUID:
        """The centre."""
        return self.scene.centre

    async def head(self) -> str:
        """Answer the cursor behind all that has happened."""
        cursor: str = (await self.scene.graph.run("{ eventCursor }", as_=self.scene.manager)).data["eventCursor"]
        return cursor

    async def a_program(self, *scopes: Permission) -> tuple[str, str]:
        """Make a program's key; answer its id and the header that bears it."""
        made = await self.scene.ask(
            "serviceKeyCreate",
            name="Reports",
            scopes=[scope.name for scope in scopes],
            expiresAt=(now() + timedelta(days=30)).isoformat(),
        )
        assert made["errors"] == []
        return made["serviceKey"]["id"], f"Bearer {made['key']}"

    async def somebody(self, *roles: Role, **given: Any) -> tuple[Actor, str]:
        """Make somebody of the centre who is signed in; answer them as an actor, and their header."""
        person = await self.signing_in.a_person(self.centre, *roles, **given)
        header = (await self.signing_in.log_in(person)).header
        return await self.signing_in.actor(header), header


@pytest.fixture
async def live(graph: Graph, data: Data, signing_in: SigningIn) -> Live:
    """Make a centre with a client who consented."""
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    advisor = await data.a_member(centre)
    client = await data.a_client(centre)
    for purpose in ("ADVICE", "REFERRAL"):
        await data.a_consent(centre, client, purpose)
    return Live(Scene(graph, data, centre, manager, advisor, client), signing_in)
