"""Signing in: whatever is wrong, the answer and the work are the same."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from cma_graphql.access.permissions import Role
from cma_graphql.core import clock, passwords
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.signing_in import ME, OTHER_PASSWORD, PASSWORD, SigningIn, centre_id, tokens_of

REFUSED = {
    "session": None,
    "errors": [
        {
            "__typename": "AuthenticationError",
            "code": "INVALID_CREDENTIALS",
            "message": "This e-mail address and this password do not open anything here.",
            "path": [],
        }
    ],
}


class Verifications:
    """Counts Argon2 verifications, which are what takes time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        real = passwords._matches

        def counted(kept_hash: str, password: str) -> bool:
            self.number += 1
            return real(kept_hash, password)

        monkeypatch.setattr(passwords, "_matches", counted)


@pytest.fixture
def verifications(monkeypatch: pytest.MonkeyPatch) -> Verifications:
    return Verifications(monkeypatch)


async def test_signing_in_shows_who_one_is_and_where(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre(name="Harbour Advice")
    person = await signing_in.a_person(centre, Role.ADVISOR, first_name="Ama", last_name="Okafor")
    tokens = await signing_in.log_in(person)
    me = (await signing_in.run(ME, tokens=tokens)).data["me"]
    summary = {"id": centre_id(centre), "code": me["centre"]["code"], "name": "Harbour Advice"}
    assert me["user"] == {
        "id": f"user_{person.user_id.hex}",
        "email": person.email,
        "firstName": "Ama",
        "lastName": "Okafor",
    }
    assert me["centre"] == summary
    assert me["roles"] == ["ADVISOR"]
    assert "CASE_READ" in me["permissions"]
    assert "USER_MANAGE" not in me["permissions"]
    assert me["centres"] == [{"centre": summary, "roles": ["ADVISOR"]}]
    ((kind, details),) = await signing_in.security(centre)
    assert kind == "session.opened"
    assert details["method"] == "PASSWORD"


async def test_tokens_last_as_long_as_they_should(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        tokens = await signing_in.log_in(person)
    assert tokens.raw["accessTokenExpiresAt"] == "2026-03-02T09:15:00.000Z"
    assert tokens.raw["refreshTokenExpiresAt"] == "2026-03-02T21:00:00.000Z"
    assert person.email not in tokens.access
    (row,) = await signing_in.rows("SELECT * FROM sessions WHERE user_id = $1", person.user_id)
    assert row["expires_at"] == datetime(2026, 4, 1, 9, tzinfo=UTC)
    (user,) = await signing_in.rows("SELECT last_login_at FROM users WHERE id = $1", person.user_id)
    assert user["last_login_at"] == datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_an_address_is_known_in_whatever_case_it_is_written(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    assert tokens_of(await signing_in.try_login(f"  {person.email.upper()} "))


async def test_a_wrong_password_an_unknown_person_and_rubbish_are_answered_alike(
    signing_in: SigningIn, data: Data, verifications: Verifications
) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    for number, (email, password) in enumerate(
        [
            (person.email, OTHER_PASSWORD),
            ("nobody-at-all@example.org", PASSWORD),
            ("rubbish", PASSWORD),
            ("\x00@example.org", "\x00"),
            ("\ud800@example.org", "\ud800"),
            (f"{'a' * 100_000}@example.org", "b" * 100_000),
        ],
        start=1,
    ):
        assert await signing_in.try_login(email, password) == REFUSED
        assert verifications.number == number
    assert [kind for kind, _ in await signing_in.security(centre)] == ["sign_in.failed"]
    assert [kind for kind, _ in await signing_in.security(PLATFORM_CENTRE)] == ["sign_in.failed"] * 5


async def test_nothing_personal_stands_in_the_security_log(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    await signing_in.try_login(person.email, OTHER_PASSWORD)
    await signing_in.try_login("stranger@example.org", OTHER_PASSWORD)
    told = str(await signing_in.security(centre)) + str(await signing_in.security(PLATFORM_CENTRE))
    assert person.email not in told
    assert "stranger" not in told
    assert OTHER_PASSWORD not in told


@pytest.mark.parametrize("status", ["DEACTIVATED", "INVITED"])
async def test_the_right_password_opens_nothing_without_an_active_membership(
    signing_in: SigningIn, data: Data, verifications: Verifications, status: str
) -> None:
    person = await signing_in.a_person(await data.a_centre(), status=status)
    assert await signing_in.try_login(person.email) == REFUSED
    assert verifications.number == 1
    assert await signing_in.rows("SELECT FROM sessions WHERE user_id = $1", person.user_id) == []


@pytest.mark.parametrize("status", ["SUSPENDED", "CLOSED"])
async def test_nobody_signs_in_to_a_centre_that_is_not_at_work(
    signing_in: SigningIn, data: Data, verifications: Verifications, status: str
) -> None:
    person = await signing_in.a_person(await data.a_centre(status=status))
    assert await signing_in.try_login(person.email) == REFUSED
    assert verifications.number == 1


async def test_somebody_of_two_centres_names_one_or_comes_back_to_the_last(signing_in: SigningIn, data: Data) -> None:
    first, second = await data.a_centre(name="A first"), await data.a_centre(name="B second")
    person = await signing_in.a_person(first, Role.ADVISOR)
    await signing_in.a_person(second, Role.CENTRE_MANAGER, person=person)
    unsaid = await signing_in.log_in(person)
    assert (await signing_in.actor(unsaid.header)).centre_id == first
    named = await signing_in.log_in(person, centreId=centre_id(second))
    actor = await signing_in.actor(named.header)
    assert (actor.centre_id, actor.roles) == (second, frozenset({Role.CENTRE_MANAGER}))
    again = await signing_in.log_in(person)
    assert (await signing_in.actor(again.header)).centre_id == second


async def test_another_centre_is_refused_like_a_wrong_password(
    signing_in: SigningIn, data: Data, verifications: Verifications
) -> None:
    person = await signing_in.a_person(await data.a_centre())
    elsewhere = await data.a_centre()
    assert await signing_in.try_login(person.email, centreId=centre_id(elsewhere)) == REFUSED
    assert await signing_in.try_login(person.email, centreId="centre_nonsense") == REFUSED
    assert verifications.number == 2


async def test_an_old_hash_is_made_anew(signing_in: SigningIn, data: Data) -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    actor = await data.a_member(
        await data.a_centre(), email=(email := "old-hash@example.org"), password_hash=hasher.hash(PASSWORD)
    )
    tokens_of(await signing_in.try_login(email))
    (user,) = await signing_in.rows("SELECT password_hash, password_changed_at FROM users WHERE id = $1", actor.user_id)
    assert not passwords.needs_rehash(user["password_hash"])
    assert user["password_changed_at"] is None
    tokens_of(await signing_in.try_login(email))


async def test_after_five_failures_even_the_right_password_waits(
    signing_in: SigningIn, data: Data, verifications: Verifications
) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with clock.stopped(start):
        for _ in range(5):
            assert await signing_in.try_login(person.email, OTHER_PASSWORD) == REFUSED
        payload = await signing_in.try_login(person.email)
        assert payload["errors"][0]["__typename"] == "LimitError"
        assert verifications.number == 5
    with clock.stopped(start + timedelta(seconds=1)):
        assert await signing_in.try_login(person.email, OTHER_PASSWORD) == REFUSED
    with clock.stopped(start + timedelta(seconds=2)):
        assert (await signing_in.try_login(person.email))["errors"][0]["code"] == "LIMIT_REACHED"
    with clock.stopped(start + timedelta(seconds=3)):
        tokens_of(await signing_in.try_login(person.email))
        assert await signing_in.try_login(person.email, OTHER_PASSWORD) == REFUSED
    assert [kind for kind, _ in await signing_in.security(PLATFORM_CENTRE)] == ["sign_in.slowed_down"] * 2


async def test_an_unknown_account_is_slowed_down_like_a_known_one(signing_in: SigningIn) -> None:
    with clock.stopped(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        for _ in range(5):
            assert await signing_in.try_login("never-was@example.org") == REFUSED
        payload = await signing_in.try_login("never-was@example.org")
    assert payload["errors"][0]["code"] == "LIMIT_REACHED"


async def test_who_administers_the_platform_signs_in_above_the_centres(signing_in: SigningIn) -> None:
    person = await signing_in.a_person(PLATFORM_CENTRE, Role.NETWORK_ADMIN)
    tokens = await signing_in.log_in(person)
    actor = await signing_in.actor(tokens.header)
    assert actor.at_platform
    assert (actor.centre_id, actor.roles) == (PLATFORM_CENTRE, frozenset({Role.NETWORK_ADMIN}))
    me = (await signing_in.run(ME, tokens=tokens)).data["me"]
    assert me["centre"] is None
    assert me["roles"] == ["NETWORK_ADMIN"]
    assert [entry["centre"]["code"] for entry in me["centres"]] == ["PLATFORM"]


async def test_a_client_of_the_portal_signs_in_to_their_own_record(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    client = await data.a_client(centre)
    person = await signing_in.a_person(centre, Role.CLIENT, client_id=client)
    tokens = await signing_in.log_in(person)
    actor = await signing_in.actor(tokens.header)
    assert (actor.kind, actor.client_id) == ("CLIENT", client)
    me = (await signing_in.run(ME, tokens=tokens)).data["me"]
    assert me["user"]["email"] == person.email
    assert me["roles"] == ["CLIENT"]
    assert me["centre"]["id"] == centre_id(centre)


async def test_nobody_has_no_me(signing_in: SigningIn) -> None:
    answer = await signing_in.run(ME)
    assert answer.codes == ["UNAUTHENTICATED"]
