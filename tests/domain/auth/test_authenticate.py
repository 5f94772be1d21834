"""Who an Authorization header stands for."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.access_tokens import AccessClaims, AccessTokens
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE, new_id
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.standing import read_session_standings
from cma_graphql.persistence.database import Database
from support.data import Data
from support.signing_in import LOGOUT, SigningIn

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_no_header_is_nobody_from_somewhere(signing_in: SigningIn) -> None:
    actor = await signing_in.actor(None)
    assert (actor.kind, actor.centre_id, actor.roles) == ("ANONYMOUS", PLATFORM_CENTRE, frozenset())
    assert (actor.remote_address, actor.request_id) == (signing_in.address, "test-request")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer x",
        "Bearer a.b.c",
        "bearer\u00a0x",
        "B" * 5000,
        "Bearer \x00",
    ],
)
async def test_a_header_that_is_not_good_is_nobodys(signing_in: SigningIn, header: str) -> None:
    with pytest.raises(Unauthenticated):
        await signing_in.actor(header)


async def test_the_scheme_is_read_in_any_case(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    tokens = await signing_in.log_in(person)
    assert (await signing_in.actor(f"bEaReR  {tokens.access} ")).user_id == person.user_id


async def test_an_access_token_ends_after_fifteen_minutes(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    with clock.stopped(START + timedelta(minutes=15)):
        await signing_in.actor(tokens.header)
    with clock.stopped(START + timedelta(minutes=15, seconds=5)), pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)


def claims_in(token: str) -> AccessClaims:
    payload = token.split(".")[1]
    read = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return AccessClaims(user_id=UUID(read["sub"]), centre_id=UUID(read["cid"]), session_id=UUID(read["sid"]))


@pytest.mark.parametrize("changed", ["user_id", "centre_id", "session_id", "platform"])
@pytest.mark.parametrize("believed", [True, False])
async def test_a_token_whose_session_is_not_of_its_person_and_centre_is_refused(
    signing_in: SigningIn,
    data: Data,
    changed: str,
    believed: bool,  # noqa: FBT001 - a parameter
) -> None:
    tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    said = claims_in(tokens.access)
    centre = None if changed == "platform" else await data.a_centre() if changed == "centre_id" else said.centre_id
    forged = AccessClaims(
        user_id=new_id() if changed == "user_id" else said.user_id,
        centre_id=centre,
        session_id=new_id() if changed == "session_id" else said.session_id,
    )
    if believed:
        await signing_in.actor(tokens.header)
    token, _ = signing_in.sign_in.tokens.issue(forged)
    with pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {token}")


async def test_a_token_that_somebody_made_is_refused_and_noted(signing_in: SigningIn, data: Data) -> None:
    tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    forger = AccessTokens(
        {"test": Ed25519PrivateKey.generate()}, current="test", issuer="https://cma.example", audience="cma"
    )
    token, _ = forger.issue(claims_in(tokens.access))
    with pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {token}")
    assert await signing_in.security(PLATFORM_CENTRE) == [("token.refused", {"reason": "signature"})]


async def test_an_expired_token_is_nothing_to_note(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    with pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)
    assert await signing_in.security(PLATFORM_CENTRE) == []


async def test_what_is_believed_costs_nothing_for_a_second(
    signing_in: SigningIn, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    real = signing_in.sign_in.database.acquire_for_reading

    async def counted() -> object:
        nonlocal asked
        asked += 1
        return await real()

    tokens = await signing_in.log_in(await signing_in.a_person(await data.a_centre()))
    monkeypatch.setattr(signing_in.sign_in.database, "acquire_for_reading", counted)
    at = clock.now()
    for milliseconds in (0, 500, 999):
        with clock.stopped(at + timedelta(milliseconds=milliseconds)):
            await signing_in.actor(tokens.header)
    assert asked == 1
    with clock.stopped(at + timedelta(seconds=1)):
        await signing_in.actor(tokens.header)
    assert asked == 2
    with clock.stopped(at - timedelta(seconds=1)):
        await signing_in.actor(tokens.header)
    assert asked == 3


async def test_many_sessions_are_read_together_as_each_is_by_itself(
    signing_in: SigningIn, data: Data, database: Database
) -> None:
    centre, other = await data.a_centre(), await data.a_centre()
    team = await data.a_team(centre)
    people = [
        await signing_in.a_person(centre, Role.CENTRE_MANAGER),
        await signing_in.a_person(centre, team_ids=(team,)),
        await signing_in.a_person(centre),
        await signing_in.a_person(other),
    ]
    headers = [(await signing_in.log_in(person)).header for person in people]
    actors = [await signing_in.actor(header) for header in headers]
    await signing_in.graph.run(LOGOUT, authorization=headers[2])
    sessions = [actor.session_id for actor in actors if actor.session_id is not None]
    read = await read_session_standings(database, centre, [*sessions, new_id()])
    facts = RequestFacts("test-request", signing_in.address, "tests", None, 1_000)
    assert {key: standing.actor(facts) for key, standing in read.items()} == {
        actor.session_id: actor for actor in actors[:2]
    }
