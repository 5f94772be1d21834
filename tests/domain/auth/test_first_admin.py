"""The first administrator: made from the command line, once."""

from collections.abc import AsyncIterator

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.core.ids import PLATFORM_CENTRE
from cma_graphql.domain.auth.first_admin import create_first_admin
from cma_graphql.domain.auth.machinery import SignIn
from cma_graphql.integrations.email.null import NullSender
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.asking import Graph
from support.data import Data
from support.databases import Databases
from support.signing_in import ERRORS, OTHER_PASSWORD, TOKENS, SigningIn, tokens_of

ACCEPT = f"mutation ($input: InvitationAcceptInput!) {{ invitationAccept(input: $input) {{ {TOKENS} {ERRORS} }} }}"
pytestmark = pytest.mark.own_database


@pytest.fixture
async def empty(  # noqa: PLR0917 - fixtures
    databases: Databases,
    template: str,
    graph: Graph,
    keys: CentreKeys,
    sign_in: SignIn,
    cheap_passwords: None,  # noqa: ARG001 - a fixture for what it does
) -> AsyncIterator[tuple[Database, SigningIn]]:
    """Open a platform that nobody administers yet: as its owner, and to sign in to."""
    name = await databases.clone(template)
    owner = await Database(databases.owner(name), read_pool_size=1, write_pool_size=1).open()
    app = await Database(databases.app(name), read_pool_size=2, write_pool_size=2).open()
    letters = NullSender()
    there = SignIn(
        database=app,
        keys=keys,
        tokens=sign_in.tokens,
        sender=letters,
        throttle=sign_in.throttle,
        public_url="https://cma.example",
    )
    asking = Graph(graph.schema, app, keys, there, graph.storage)
    yield owner, SigningIn(asking, Data(app, keys, databases.owner(name)), there, letters)
    await app.close()
    await owner.close()


async def create(owner: Database, keys: CentreKeys, email: str, *, another: bool = False) -> str:
    return await create_first_admin(
        owner,
        keys,
        email=email,
        first_name="Ada",
        last_name="Okoro",
        public_url="https://cma.example/",
        another=another,
    )


async def test_the_first_administrator_comes_in_by_a_link(empty: tuple[Database, SigningIn], keys: CentreKeys) -> None:
    owner, signing_in = empty
    link = await create(owner, keys, "Ada@Example.org")
    start, _, token = link.partition("#")
    assert start == "https://cma.example/invitation"
    answer = await signing_in.run(ACCEPT, input={"token": token, "password": OTHER_PASSWORD})
    actor = await signing_in.actor(tokens_of(answer.data["invitationAccept"]).header)
    assert (actor.kind, actor.roles) == ("PLATFORM", frozenset({Role.SYSTEM_ADMIN}))
    tokens_of(await signing_in.try_login("ada@example.org", OTHER_PASSWORD))
    entries = await signing_in.rows(
        "SELECT action, actor_kind FROM audit_logs WHERE centre_id = $1 ORDER BY seq", PLATFORM_CENTRE
    )
    assert [(row["action"], row["actor_kind"]) for row in entries] == [
        ("membership.created", "SYSTEM"),
        ("membership.activated", "PLATFORM"),
    ]


async def test_there_is_one_unless_another_is_asked_for(empty: tuple[Database, SigningIn], keys: CentreKeys) -> None:
    owner, signing_in = empty
    await create(owner, keys, "ada@example.org")
    with pytest.raises(Invalid) as refused:
        await create(owner, keys, "grace@example.org")
    assert (refused.value.field, refused.value.rule) == ("email", "administrator-exists")
    assert await signing_in.rows("SELECT FROM users WHERE email = 'grace@example.org'") == []
    await create(owner, keys, "grace@example.org", another=True)
    rows = await signing_in.rows("SELECT email FROM memberships WHERE centre_id = $1 ORDER BY email", PLATFORM_CENTRE)
    assert [row["email"] for row in rows] == ["ada@example.org", "grace@example.org"]


async def test_a_lost_link_is_replaced(empty: tuple[Database, SigningIn], keys: CentreKeys) -> None:
    owner, signing_in = empty
    first = (await create(owner, keys, "ada@example.org")).partition("#")[2]
    second = (await create(owner, keys, "ada@example.org")).partition("#")[2]
    refused = await signing_in.run(ACCEPT, input={"token": first, "password": OTHER_PASSWORD})
    assert refused.data["invitationAccept"]["errors"][0]["rule"] == "link"
    answer = await signing_in.run(ACCEPT, input={"token": second, "password": OTHER_PASSWORD})
    tokens_of(answer.data["invitationAccept"])
    with pytest.raises(Invalid) as refusal:
        await create(owner, keys, "ada@example.org")
    assert refusal.value.rule == "unique"


async def test_what_is_no_address_is_refused(empty: tuple[Database, SigningIn], keys: CentreKeys) -> None:
    owner, _ = empty
    with pytest.raises(Invalid) as refused:
        await create(owner, keys, "nobody")
    assert (refused.value.field, refused.value.rule) == ("email", "email")
