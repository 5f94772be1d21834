"""What signing in kept is deleted a month after its end, and nothing before."""

from datetime import timedelta

import pytest

from cma_graphql.core import clock
from cma_graphql.domain.auth.sessions import forget_expired
from support.data import Data
from support.signing_in import SigningIn


@pytest.mark.parametrize(("days", "left"), [(59, 1), (61, 0)])
async def test_sessions_and_their_tokens_go_a_month_after_their_end(
    signing_in: SigningIn, data: Data, days: int, left: int
) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(clock.now() - timedelta(days=days)):
        await signing_in.log_in(person)
    await forget_expired(signing_in.sign_in)
    sessions = await signing_in.rows("SELECT id FROM sessions WHERE user_id = $1", person.user_id)
    assert len(sessions) == left
    tokens = await signing_in.rows(
        "SELECT FROM refresh_tokens JOIN sessions ON id = session_id WHERE user_id = $1", person.user_id
    )
    assert len(tokens) == left
