"""Sessions behind connections that stay open: what is ended, and who is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core import clock
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.request import RequestFacts
from cma_graphql.domain.auth.sessions import log_out
from cma_graphql.domain.auth.watching import SessionWatch, Watched
from cma_graphql.graph.scalars import write_instant
from support.data import Data
from support.polling import until
from support.signing_in import Person, SigningIn, Tokens, tokens_of


class Ended:
    """Counts how often each was told that it is over."""

    def __init__(self, watch: SessionWatch) -> None:
        self.watch = watch
        self.names: list[str] = []

    async def add(self, name: str, facts: RequestFacts) -> Watched:
        """Watch one under a name."""
        return await self.watch.enter(facts, lambda: self.names.append(name))


@pytest.fixture
def watch(signing_in: SigningIn) -> SessionWatch:
    """Watch nothing yet."""
    return SessionWatch(signing_in.sign_in)


def facts(signing_in: SigningIn, tokens: Tokens) -> RequestFacts:
    """Show an access token."""
    return replace(signing_in.facts(), authorization=tokens.header)


async def a_key(signing_in: SigningIn, manager: Actor) -> str:
    """Make a program's key."""
    create = "mutation ($input: ServiceKeyCreateInput!) { serviceKeyCreate(input: $input) { key errors { message } } }"
    given = {"name": "Portal", "scopes": ["CASE_READ"], "expiresAt": write_instant(now() + timedelta(days=1))}
    answer = await signing_in.graph.run(create, as_=manager, input=given)
    key: str = answer.data["serviceKeyCreate"]["key"]
    return key


async def signed_in(signing_in: SigningIn, data: Data) -> tuple[Person, Tokens, Actor]:
    """Sign somebody in at a centre of their own."""
    person = await signing_in.a_person(await data.a_centre())
    tokens = await signing_in.log_in(person)
    return person, tokens, await signing_in.actor(tokens.header)


async def test_a_session_that_stands_goes_on(signing_in: SigningIn, data: Data, watch: SessionWatch) -> None:
    ended = Ended(watch)
    _, tokens, _ = await signed_in(signing_in, data)
    await ended.add("a", facts(signing_in, tokens))
    await watch.look()
    assert ended.names == []
    assert len(watch) == 1


async def test_a_session_that_is_ended_is_told_once_and_no_other(
    signing_in: SigningIn, data: Data, watch: SessionWatch
) -> None:
    ended = Ended(watch)
    _, tokens, actor = await signed_in(signing_in, data)
    _, others, _ = await signed_in(signing_in, data)
    await ended.add("a", facts(signing_in, tokens))
    await ended.add("b", facts(signing_in, tokens))
    await ended.add("other", facts(signing_in, others))
    await log_out(signing_in.sign_in, actor)
    await watch.look()
    await watch.look()
    assert sorted(ended.names) == ["a", "b"]
    assert len(watch) == 1


async def test_a_membership_that_is_taken_away_ends_the_session(
    signing_in: SigningIn, data: Data, watch: SessionWatch
) -> None:
    ended = Ended(watch)
    _, tokens, actor = await signed_in(signing_in, data)
    await ended.add("a", facts(signing_in, tokens))
    await signing_in.rows("UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", actor.user_id)
    await watch.look()
    assert ended.names == ["a"]


async def test_what_is_read_is_believed_by_everybody(signing_in: SigningIn, data: Data, watch: SessionWatch) -> None:
    ended = Ended(watch)
    _, tokens, actor = await signed_in(signing_in, data)
    watched = await ended.add("a", facts(signing_in, tokens))
    await signing_in.rows("UPDATE memberships SET roles = '{CENTRE_MANAGER}' WHERE user_id = $1", actor.user_id)
    await watch.look()
    assert isinstance(watched.key, UUID)
    kept = signing_in.sign_in.standings.get(watched.key)
    assert kept is not None
    assert kept.roles == {Role.CENTRE_MANAGER}
    assert ended.names == []


async def test_a_token_ends_unless_it_is_renewed_in_time(
    signing_in: SigningIn, data: Data, watch: SessionWatch
) -> None:
    ended = Ended(watch)
    start = now()
    with clock.stopped(start):
        _, tokens, _ = await signed_in(signing_in, data)
        watched_kept = await ended.add("kept", facts(signing_in, tokens))
        watched_left = await ended.add("left", facts(signing_in, tokens))
    with clock.stopped(start + timedelta(minutes=10)):
        newer = tokens_of(await signing_in.try_refresh(tokens.refresh))
        assert await watched_kept.renew(facts(signing_in, newer))
    with clock.stopped(start + timedelta(minutes=15)):
        await watch.look()
        assert ended.names == ["left"]
        assert watched_left.ends_at <= now() < watched_kept.ends_at


async def test_another_sessions_token_renews_nothing(signing_in: SigningIn, data: Data, watch: SessionWatch) -> None:
    ended = Ended(watch)
    person, tokens, _ = await signed_in(signing_in, data)
    again = await signing_in.log_in(person)
    watched = await ended.add("a", facts(signing_in, tokens))
    before = watched.ends_at
    assert not await watched.renew(facts(signing_in, again))
    assert watched.ends_at == before


async def test_what_is_forgotten_is_told_nothing(signing_in: SigningIn, data: Data, watch: SessionWatch) -> None:
    ended = Ended(watch)
    _, tokens, actor = await signed_in(signing_in, data)
    (await ended.add("a", facts(signing_in, tokens))).forget()
    await log_out(signing_in.sign_in, actor)
    await watch.look()
    assert ended.names == []
    assert len(watch) == 0


async def test_it_looks_again_and_again_whatever_happens(
    signing_in: SigningIn, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: asyncio.Queue[float] = asyncio.Queue()
    go_on = asyncio.Event()

    async def wait(seconds: float) -> None:
        rounds.put_nowait(seconds)
        await go_on.wait()
        go_on.clear()

    watch = SessionWatch(signing_in.sign_in, wait=wait)
    ended = Ended(watch)
    _, tokens, actor = await signed_in(signing_in, data)
    await ended.add("a", facts(signing_in, tokens))
    await watch.open()
    try:
        assert await rounds.get() < 1
        with monkeypatch.context() as broken:
            broken.setattr(signing_in.sign_in, "database", None)
            go_on.set()
            await rounds.get()
        assert ended.names == []
        await log_out(signing_in.sign_in, actor)
        go_on.set()
        await rounds.get()
        await until(lambda: ended.names == ["a"])
    finally:
        await watch.close()


async def test_nobody_is_not_taken_on(signing_in: SigningIn, watch: SessionWatch) -> None:
    with pytest.raises(Unauthenticated):
        await Ended(watch).add("nobody", signing_in.facts())
    assert len(watch) == 0


async def test_a_programs_key_is_watched_too(signing_in: SigningIn, data: Data, watch: SessionWatch) -> None:
    ended = Ended(watch)
    centre = await data.a_centre()
    token = await a_key(signing_in, await data.a_member(centre, Role.CENTRE_MANAGER))
    await ended.add("key", replace(signing_in.facts(), authorization=f"Bearer {token}"))
    await watch.look()
    assert ended.names == []
    await signing_in.rows("UPDATE service_keys SET revoked_at = now() WHERE centre_id = $1", centre)
    await watch.look()
    assert ended.names == ["key"]
