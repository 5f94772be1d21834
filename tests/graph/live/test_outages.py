"""PostgreSQL goes away and comes back: subscriptions wait, and then have everything, in order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Unavailable
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.context import Context
from cma_graphql.graph.limits import Limits
from cma_graphql.graph.live.updates import LiveUpdates
from cma_graphql.graph.operations import Operations
from cma_graphql.graph.prepared import Documents
from cma_graphql.integrations.email.null import NullSender
from cma_graphql.persistence.access_log import AccessRecorder
from cma_graphql.persistence.bus import Bus
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.embedded import EmbeddedPostgres
from cma_graphql.persistence.keys import CentreKeys
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.documents import LARGEST, a_folder_store
from support.following import Following
from support.outages import address, make_product_database, own_postgres, owners_address
from support.signing_in import SigningIn

HOLD: dict[str, Any] = {"reason": "Bank statements", "reviewOn": "2099-03-31"}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Run a PostgreSQL that the test may kill."""
    with own_postgres(tmp_path) as postgres:
        await make_product_database(postgres)
        yield postgres


@pytest.fixture
async def product(server: EmbeddedPostgres) -> AsyncIterator[Database]:
    """Connect to it."""
    opened = await Database(address(server), read_pool_size=4, write_pool_size=2, connect_timeout_seconds=2).open()
    yield opened
    await opened.close()


@pytest.mark.own_database
async def test_killed_and_started_again(  # noqa: PLR0917 - what a server is made of
    server: EmbeddedPostgres,
    product: Database,
    keys: CentreKeys,
    schema: strawberry.Schema,
    sign_in: SignIn,
    cheap_passwords: None,  # noqa: ARG001 - a fixture for what it does
    tmp_path: Path,
) -> None:
    letters = NullSender()
    at_the_server = SignIn(
        database=product,
        keys=keys,
        tokens=sign_in.tokens,
        sender=letters,
        throttle=sign_in.throttle,
        public_url=sign_in.public_url,
    )
    storage = DocumentStorage(a_folder_store(tmp_path / "files", product, keys), largest=LARGEST)
    graph = Graph(schema, product, keys, at_the_server, storage)
    data = Data(product, keys, owners_address(server))
    signing_in = SigningIn(graph, data, at_the_server, letters)
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    client = await data.a_client(centre)
    await data.a_consent(centre, client, "ADVICE")
    scene = Scene(graph, data, centre, manager, await data.a_member(centre), client)
    header = (await signing_in.log_in(await signing_in.a_person(centre, Role.CENTRE_MANAGER))).header
    case = await scene.a_case(status="IN_PROGRESS")

    async with AccessRecorder(product) as access_log:
        bus = await Bus(product, None, polled_every=0.05).open()
        updates = LiveUpdates(
            operations=Operations(schema, suggestions=True),
            sign_in=at_the_server,
            bus=bus,
            access_log=access_log,
            make_context=lambda actor, facts: Context(actor, facts, product, keys, at_the_server, storage),
            at_once=2,
        )
        following = Following(updates, Documents(schema, Limits(), suggestions=True))
        async with following.follow(header) as steady, following.follow(header) as waiting:
            taking = asyncio.create_task(waiting.take(4, seconds=60))  # waits for the next event all the time
            await scene.on("caseHold", case, **HOLD)
            await steady.take()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            await back(product)
            for version, name in ((2, "caseStart"), (3, "caseHold"), (4, "caseStart")):
                payload = await scene.on(name, case, version=version, **(HOLD if name == "caseHold" else {}))
                assert payload["errors"] == []
            later = await steady.take(3, seconds=30)
            everything = await taking
        assert [event["cursor"] for event in everything[1:]] == [event["cursor"] for event in later]
        assert len({event["cursor"] for event in everything}) == 4
        await updates.close()
        await bus.close()


async def back(product: Database) -> None:
    """Wait until the database answers again."""
    async with asyncio.timeout(30):
        while True:
            try:
                await product.ping()
            except Unavailable:
                continue
            else:
                return
