"""Refresh tokens: good once, in families; a repetition is a lost answer or a thief."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.signing_in import SigningIn, Tokens, tokens_of

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDED = {
    "session": None,
    "errors": [
        {
            "__typename": "AuthenticationError",
            "code": "UNAUTHENTICATED",
            "message": "You are not signed in, or your sign-in has ended.",
            "path": [],
        }
    ],
}


async def signed_in(signing_in: SigningIn, data: Data) -> Tokens:
    return await signing_in.log_in(await signing_in.a_person(await data.a_centre()))


async def renew(signing_in: SigningIn, tokens: Tokens) -> Tokens:
    return tokens_of(await signing_in.try_refresh(tokens.refresh))


async def test_a_refresh_token_is_exchanged_for_new_tokens(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        first = await signed_in(signing_in, data)
    with clock.stopped(START + timedelta(hours=1)):
        second = await renew(signing_in, first)
        before, after = first.raw, await signing_in.actor(second.header)
    assert second.refresh != first.refresh
    assert second.raw["accessTokenExpiresAt"] == "2026-03-02T10:15:00.000Z"
    assert second.raw["refreshTokenExpiresAt"] == "2026-03-02T22:00:00.000Z"
    assert before["refreshTokenExpiresAt"] == "2026-03-02T21:00:00.000Z"
    kinds = [kind for kind, _ in await signing_in.security(after.centre_id)]
    assert kinds == ["session.opened", "session.renewed"]


async def test_a_repetition_within_the_grace_gets_the_same_answer(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        first = await signed_in(signing_in, data)
        second = await renew(signing_in, first)
    with clock.stopped(START + timedelta(seconds=19)):
        again = await renew(signing_in, first)
        assert again.refresh == second.refresh
        third = await renew(signing_in, second)
    with clock.stopped(START + timedelta(seconds=21)):
        assert tokens_of(await signing_in.try_refresh(third.refresh))


async def test_a_repetition_after_the_grace_ends_the_family(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        first = await signed_in(signing_in, data)
        second = await renew(signing_in, first)
        centre = (await signing_in.actor(second.header)).centre_id
    with clock.stopped(START + timedelta(seconds=20)):
        assert await signing_in.try_refresh(first.refresh) == ENDED
        assert await signing_in.try_refresh(second.refresh) == ENDED
        with pytest.raises(Unauthenticated):
            await signing_in.actor(second.header)
    told = [details["because"] for kind, details in await signing_in.security(centre) if kind == "session.not_renewed"]
    assert told == ["REUSED", "REVOKED"]


async def test_a_repetition_after_the_successor_was_used_ends_the_family_at_once(
    signing_in: SigningIn, data: Data
) -> None:
    with clock.stopped(START):
        first = await signed_in(signing_in, data)
        third = await renew(signing_in, await renew(signing_in, first))
        assert await signing_in.try_refresh(first.refresh) == ENDED
        assert await signing_in.try_refresh(third.refresh) == ENDED
        with pytest.raises(Unauthenticated):
            await signing_in.actor(third.header)


async def test_another_session_of_the_same_person_is_none_of_the_familys_business(
    signing_in: SigningIn, data: Data
) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(START):
        stolen, other = await signing_in.log_in(person), await signing_in.log_in(person)
        await renew(signing_in, await renew(signing_in, stolen))
        assert await signing_in.try_refresh(stolen.refresh) == ENDED
        assert tokens_of(await signing_in.try_refresh(other.refresh))


async def test_two_at_once_leave_one_family_with_one_live_token(signing_in: SigningIn, data: Data) -> None:
    first = await signed_in(signing_in, data)
    session = (await signing_in.actor(first.header)).session_id
    payloads = await asyncio.gather(*(signing_in.try_refresh(first.refresh) for _ in range(4)))
    tokens = {tokens_of(payload).refresh for payload in payloads}
    assert len(tokens) == 1
    rows = await signing_in.rows("SELECT used_at FROM refresh_tokens WHERE session_id = $1", session)
    assert sorted(row["used_at"] is None for row in rows) == [False, True]
    assert tokens_of(await signing_in.try_refresh(tokens.pop()))


async def test_a_refresh_token_ends_after_twelve_hours(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        first = await signed_in(signing_in, data)
    with clock.stopped(START + timedelta(hours=12)):
        assert await signing_in.try_refresh(first.refresh) == ENDED


async def test_a_session_ends_on_its_day_however_often_it_is_renewed(signing_in: SigningIn, data: Data) -> None:
    with clock.stopped(START):
        tokens = await signed_in(signing_in, data)
        session = (await signing_in.actor(tokens.header)).session_id
    (row,) = await signing_in.rows(
        # As though it had been opened almost thirty days ago.
        "UPDATE sessions SET expires_at = expires_at - interval '29 days 18 hours' WHERE id = $1 RETURNING expires_at",
        session,
    )
    assert row["expires_at"] == START + timedelta(hours=6)
    with clock.stopped(START + timedelta(hours=6, seconds=-1)):
        tokens = await renew(signing_in, tokens)
        assert tokens.raw["refreshTokenExpiresAt"] == "2026-03-02T15:00:00.000Z"
        assert (await signing_in.actor(tokens.header)).session_id == session
    with clock.stopped(START + timedelta(hours=6)):
        assert await signing_in.try_refresh(tokens.refresh) == ENDED
        with pytest.raises(Unauthenticated):
            await signing_in.actor(tokens.header)


@pytest.mark.parametrize(
    "token", ["", "rubbish", "cma_rt_", "cma_rt_unknown", "cma_rt_\ud800", "cma_rt_\x00", "cma_sk_x", "x" * 100_000]
)
async def test_what_is_no_token_of_ours_is_refused(signing_in: SigningIn, token: str) -> None:
    assert await signing_in.try_refresh(token) == ENDED


async def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(signing_in: SigningIn, data: Data) -> None:
    tokens = await signed_in(signing_in, data)
    assert await signing_in.try_refresh(tokens.access) == ENDED
    with pytest.raises(Unauthenticated):
        await signing_in.actor(f"Bearer {tokens.refresh}")


async def test_an_unknown_token_is_noted_at_the_platform(signing_in: SigningIn) -> None:
    await signing_in.try_refresh("cma_rt_unknown")
    assert await signing_in.security(PLATFORM_CENTRE) == [("session.unknown_token", {})]


async def test_a_deactivated_member_gets_no_new_tokens(signing_in: SigningIn, data: Data) -> None:
    tokens = await signed_in(signing_in, data)
    actor = await signing_in.actor(tokens.header)
    await signing_in.rows("UPDATE memberships SET status = 'DEACTIVATED' WHERE user_id = $1", actor.user_id)
    assert await signing_in.try_refresh(tokens.refresh) == ENDED


async def test_no_token_is_kept_in_clear(signing_in: SigningIn, data: Data) -> None:
    tokens = await signed_in(signing_in, data)
    later = await renew(signing_in, tokens)
    kept = str(await signing_in.rows("SELECT * FROM refresh_tokens")) + str(
        await signing_in.rows("SELECT * FROM security_log")
    )
    for secret in (tokens.refresh, later.refresh):
        assert secret.removeprefix("cma_rt_") not in kept
