"""Passwords: the policy, the hashes, and how few are made at once."""

import asyncio
import threading
import unicodedata

import argon2
import pytest
from argon2.exceptions import VerificationError
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core import passwords
from cma_graphql.core.common_passwords import COMMON_PASSWORDS
from cma_graphql.core.formats import FormatError
from cma_graphql.core.passwords import check_password, hash_password, needs_rehash, verify_password

GOOD = "violet trombone 7 kettles"
EMAIL = "margaret.jones@leeds-advice.example"
NAMES = ("Margaret", "Jones-Łukasiewicz")
CHEAP = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def refused(password: str) -> tuple[str, dict[str, int | str]]:
    with pytest.raises(FormatError) as error:
        check_password(password, email=EMAIL, names=NAMES)
    assert password not in str(error.value) or not password
    return error.value.rule, dict(error.value.params)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "abcde-12-xyz",
        "ein schönes Paßwort",
        "ключ от квартиры",
        "😀🚲🌧️📎 and so on",
        "jonesbeachumbrella",
        "x1y2z3" * 21,
    ],
)
def test_accepts(password: str) -> None:
    check_password(password, email=EMAIL, names=NAMES)


@pytest.mark.parametrize(
    ("password", "rule", "params"),
    [
        ("", "too-short", {"minimum": 12}),
        ("abcde-12-xy", "too-short", {"minimum": 12}),
        ("e\u0301" * 11, "too-short", {"minimum": 12}),
        ("abcde" * 26, "too-long", {"maximum": 128}),
        pytest.param("abcde" * 1_000_000, "too-long", {"maximum": 128}, id="megabytes"),
        ("\ufdfa" * 20, "too-long", {"maximum": 128}),
        ("abcdefghijk\x00lm", "control-character", {"position": 12, "character": "U+0000"}),
        ("abcdefghijk\t", "control-character", {"position": 12, "character": "U+0009"}),
        ("abcdefghijk\ud800", "lone-surrogate", {"position": 12}),
        ("aaaaAAAAaaaa", "password-repetitive", {"minimum": 5}),
        ("121212121212", "password-repetitive", {"minimum": 5}),
        ("passwordpassword", "password-common", {}),
        ("Password1234", "password-common", {}),
        ("ＰＡＳＳＷＯＲＤ１２３４", "password-common", {}),  # noqa: RUF001 - full-width letters
        ("margaret.jones@leeds-advice.example", "password-personal", {}),
        ("MargaretJones", "password-personal", {}),
        ("margaret-jones-26", "password-personal", {}),
        ("lukasiewicz!!", "password-personal", {}),
        ("debtadvice2026", "password-personal", {}),
    ],
)
def test_refuses(password: str, rule: str, params: dict[str, int | str]) -> None:
    assert refused(password) == (rule, params)


def test_the_common_ones_are_of_a_kind_that_only_the_list_refuses() -> None:
    assert 100 < len(COMMON_PASSWORDS) <= 200
    for password in COMMON_PASSWORDS:
        assert refused(password) == ("password-common", {})


@given(st.text(st.characters(), max_size=150), st.text(max_size=20), st.lists(st.text(max_size=10), max_size=2))
def test_arbitrary_text_is_refused_or_can_be_hashed(password: str, email: str, names: list[str]) -> None:
    try:
        check_password(password, email=email, names=names)
    except FormatError:
        return
    assert 12 <= len(unicodedata.normalize("NFKC", password)) <= 128
    assert password.encode()


async def test_the_password_itself_is_verified_and_nothing_else() -> None:
    kept = await hash_password(GOOD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await verify_password(kept, GOOD)
    assert not await verify_password(kept, GOOD.upper())
    assert not needs_rehash(kept)
    assert kept != await hash_password(GOOD)


async def test_the_way_a_character_is_typed_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    kept = await hash_password("ren\u00e9 am fluss \ufb01n")
    assert await verify_password(kept, "rene\u0301 am fluss fin")
    assert not await verify_password(kept, "rene am fluss fin")


@pytest.mark.parametrize("password", ["\ud800" * 12, "a\x00" * 6, pytest.param("ab" * 1_000_000, id="megabytes")])
async def test_what_cannot_be_a_password_never_matches(password: str) -> None:
    assert not await verify_password(CHEAP.hash("x"), password)
    with pytest.raises(FormatError):
        check_password(password, email=EMAIL)


async def test_hashing_refuses_what_is_too_long() -> None:
    with pytest.raises(FormatError):
        await hash_password("ab" * 100)


async def test_an_unknown_user_costs_what_a_known_one_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    hasher = passwords._HASHER

    class Watched(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            asked.append(str(hash))
            return hasher.verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Watched())
    assert not await verify_password(None, GOOD)
    assert not await verify_password(None, "")
    assert asked == [passwords._NOBODYS_HASH] * 2
    assert argon2.extract_parameters(asked[0]) == argon2.extract_parameters(hasher.hash(GOOD))
    assert not needs_rehash(passwords._NOBODYS_HASH)


def test_other_costs_need_a_new_hash() -> None:
    assert needs_rehash(CHEAP.hash(GOOD))


async def test_a_spoilt_hash_is_a_fault_not_a_wrong_password() -> None:
    with pytest.raises(VerificationError):
        await verify_password("$argon2id$spoilt", GOOD)


async def test_few_at_once_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()
    let_go = threading.Event()
    full = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(argon2.PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            with lock:
                running.append(1)
                most.append(len(running))
                if len(running) == passwords.AT_ONCE:
                    loop.call_soon_threadsafe(full.set)
            assert let_go.wait(timeout=30)
            with lock:
                running.pop()
            return f"{password!r}{salt!r}"

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    hashes = [asyncio.create_task(hash_password(GOOD)) for _ in range(3 * passwords.AT_ONCE)]
    try:
        async with asyncio.timeout(30):
            await full.wait()
        hashes[-1].cancel()
        await asyncio.wait(hashes[-1:], timeout=30)
    finally:
        let_go.set()
    results = await asyncio.gather(*hashes, return_exceptions=True)
    assert max(most) == passwords.AT_ONCE
    assert isinstance(results[-1], asyncio.CancelledError)
    assert len(most) == len(hashes) - 1
