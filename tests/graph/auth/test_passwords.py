"""Changing a password, and finding a lost one by a link."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cma_graphql.access.permissions import Permission
from cma_graphql.core import clock
from cma_graphql.core.errors import Unauthenticated
from cma_graphql.core.ids import PLATFORM_CENTRE
from support.data import Data
from support.signing_in import ERRORS, OTHER_PASSWORD, PASSWORD, SigningIn, Tokens, tokens_of

CHANGE = f"mutation ($input: PasswordChangeInput!) {{ passwordChange(input: $input) {{ {ERRORS} }} }}"
REQUEST = f"mutation ($input: PasswordResetRequestInput!) {{ passwordResetRequest(input: $input) {{ {ERRORS} }} }}"
RESET = f"mutation ($input: PasswordResetInput!) {{ passwordReset(input: $input) {{ {ERRORS} }} }}"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def change(signing_in: SigningIn, tokens: Tokens, current: str, new: str) -> Any:
    answer = await signing_in.run(CHANGE, tokens=tokens, input={"currentPassword": current, "newPassword": new})
    return answer.data["passwordChange"]["errors"]


async def request(signing_in: SigningIn, email: str) -> None:
    answer = await signing_in.run(REQUEST, input={"email": email})
    assert answer.data == {"passwordResetRequest": {"errors": []}}
    await signing_in.sign_in.settle()


async def reset(signing_in: SigningIn, token: str, new: str = OTHER_PASSWORD) -> Any:
    answer = await signing_in.run(RESET, input={"token": token, "newPassword": new})
    await signing_in.sign_in.settle()
    return answer.data["passwordReset"]["errors"]


def link_in(text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith("https://cma.example/password-reset#")]
    return line.partition("#")[2]


async def test_a_changed_password_ends_the_other_sessions(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    here, elsewhere = await signing_in.log_in(person), await signing_in.log_in(person)
    assert await change(signing_in, here, PASSWORD, OTHER_PASSWORD) == []
    await signing_in.sign_in.settle()
    assert (await signing_in.actor(here.header)).user_id == person.user_id
    assert tokens_of(await signing_in.try_refresh(here.refresh))
    with pytest.raises(Unauthenticated):
        await signing_in.actor(elsewhere.header)
    assert (await signing_in.try_refresh(elsewhere.refresh))["session"] is None
    assert (await signing_in.try_login(person.email, PASSWORD))["session"] is None
    assert tokens_of(await signing_in.try_login(person.email, OTHER_PASSWORD))
    (letter,) = signing_in.letters_to(person.email)
    assert letter.subject == "Your password was changed"
    kinds = [kind for kind, _ in await signing_in.security(centre)]
    assert kinds[2:4] == ["password.changed", "session.ended_all"]


async def test_a_changed_password_ends_a_link_that_somebody_else_may_have_asked_for(
    signing_in: SigningIn, data: Data
) -> None:
    person = await signing_in.a_person(await data.a_centre())
    tokens = await signing_in.log_in(person)
    await request(signing_in, person.email)
    (letter,) = signing_in.letters_to(person.email)
    assert await change(signing_in, tokens, PASSWORD, OTHER_PASSWORD) == []
    (error,) = await reset(signing_in, link_in(letter.text), "a third one altogether")
    assert (error["path"], error["rule"]) == (["input", "token"], "link")
    assert tokens_of(await signing_in.try_login(person.email, OTHER_PASSWORD))


async def test_a_wrong_present_password_changes_nothing(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    tokens = await signing_in.log_in(person)
    (error,) = await change(signing_in, tokens, OTHER_PASSWORD, "another one entirely")
    assert (error["path"], error["rule"]) == (["input", "currentPassword"], "password-wrong")
    assert tokens_of(await signing_in.try_login(person.email))


@pytest.mark.parametrize(
    ("new", "rule"),
    [
        ("short", "too-short"),
        ("a" * 20, "password-repetitive"),
        ("Okafor Okafor", "password-personal"),
        (PASSWORD, "password-unchanged"),
        ("\x00" * 14, "control-character"),
    ],
)
async def test_a_new_password_obeys_the_rules(signing_in: SigningIn, data: Data, new: str, rule: str) -> None:
    person = await signing_in.a_person(await data.a_centre(), last_name="Okafor")
    tokens = await signing_in.log_in(person)
    (error,) = await change(signing_in, tokens, PASSWORD, new)
    assert (error["__typename"], error["path"], error["rule"]) == ("ValidationError", ["input", "newPassword"], rule)


async def test_guessing_at_the_present_password_is_slowed_down(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(START):
        tokens = await signing_in.log_in(person)
        for _ in range(5):
            (error,) = await change(signing_in, tokens, OTHER_PASSWORD, "another one entirely")
            assert error["rule"] == "password-wrong"
        (error,) = await change(signing_in, tokens, PASSWORD, OTHER_PASSWORD)
    assert error["code"] == "LIMIT_REACHED"


async def test_a_program_has_no_password(signing_in: SigningIn, data: Data) -> None:
    service = await data.a_service(await data.a_centre(), Permission.CASE_READ)
    answer = await signing_in.graph.run(
        CHANGE, as_=service, input={"currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD}
    )
    assert answer.data["passwordChange"]["errors"][0]["__typename"] == "ForbiddenError"


async def test_a_lost_password_is_found_by_a_letter(signing_in: SigningIn, data: Data) -> None:
    centre = await data.a_centre()
    person = await signing_in.a_person(centre)
    tokens = await signing_in.log_in(person)
    await request(signing_in, person.email.upper())
    (letter,) = signing_in.letters_to(person.email)
    assert letter.subject == "Choose a new password"
    token = link_in(letter.text)
    assert await reset(signing_in, token) == []
    with pytest.raises(Unauthenticated):
        await signing_in.actor(tokens.header)
    assert (await signing_in.try_login(person.email, PASSWORD))["session"] is None
    assert tokens_of(await signing_in.try_login(person.email, OTHER_PASSWORD))
    (error,) = await reset(signing_in, token, "a third one altogether")
    assert (error["path"], error["rule"]) == (["input", "token"], "link")
    assert tokens_of(await signing_in.try_login(person.email, OTHER_PASSWORD))
    kinds = [kind for kind, _ in await signing_in.security(centre)]
    assert kinds[1:4] == ["password.reset_requested", "password.reset", "session.ended_all"]


async def test_strangers_and_people_without_access_get_the_same_answer_and_no_letter(
    signing_in: SigningIn, data: Data
) -> None:
    gone = await signing_in.a_person(await data.a_centre(), status="DEACTIVATED")
    invited = await data.a_member(await data.a_centre(), email="no-password-yet@example.org")
    for email in (gone.email, "nobody-here@example.org", "no-password-yet@example.org", "rubbish", "\x00", "\ud800"):
        await request(signing_in, email)
        assert signing_in.letters_to(email) == []
    assert (
        await signing_in.rows("SELECT FROM one_time_links WHERE user_id = ANY($1)", [gone.user_id, invited.user_id])
        == []
    )
    refused = [details["known"] for kind, details in await signing_in.security(PLATFORM_CENTRE)]
    assert refused == [True, False, True]


async def test_a_link_is_good_for_an_hour(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(START):
        await request(signing_in, person.email)
    token = link_in(signing_in.letters_to(person.email)[0].text)
    with clock.stopped(START + timedelta(hours=1)):
        (error,) = await reset(signing_in, token)
        assert error["rule"] == "link"
    with clock.stopped(START + timedelta(minutes=59)):
        assert await reset(signing_in, token) == []


async def test_a_second_link_ends_the_first(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    await request(signing_in, person.email)
    await request(signing_in, person.email)
    first, second = (link_in(letter.text) for letter in signing_in.letters_to(person.email))
    (error,) = await reset(signing_in, first)
    assert error["rule"] == "link"
    assert await reset(signing_in, second) == []


async def test_a_refused_password_leaves_the_link_good(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    await request(signing_in, person.email)
    token = link_in(signing_in.letters_to(person.email)[0].text)
    (error,) = await reset(signing_in, token, "short")
    assert (error["path"], error["rule"]) == (["input", "newPassword"], "too-short")
    assert await reset(signing_in, token) == []


async def test_letters_about_one_account_are_few(signing_in: SigningIn, data: Data) -> None:
    person = await signing_in.a_person(await data.a_centre())
    with clock.stopped(START):
        for _ in range(6):
            await request(signing_in, person.email)
    assert len(signing_in.letters_to(person.email)) == 3


@pytest.mark.parametrize("token", ["", "rubbish", "cma_rst_unknown", "cma_inv_unknown", "cma_rst_\ud800"])
async def test_what_is_no_link_of_ours_is_refused(signing_in: SigningIn, token: str) -> None:
    (error,) = await reset(signing_in, token)
    assert (error["path"], error["rule"]) == (["input", "token"], "link")
