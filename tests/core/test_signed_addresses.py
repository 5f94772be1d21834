"""Signed addresses: good for their purpose and their time, and nothing else."""

import base64
import pickle
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core import clock
from cma_graphql.core.signed_addresses import AddressFault, AddressRefused, SignedAddresses

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))
SAYS = {"key": "a/b/c", "size": 12, "name": "Zoë € letter.pdf"}
ADDRESSES = SignedAddresses({"k1": OLD}, current="k1", now=lambda: NOW)
TOKEN = ADDRESSES.sign("upload", SAYS, expires_at=LATER)


def fault(token: str, purpose: str = "upload", addresses: SignedAddresses = ADDRESSES) -> AddressFault:
    with pytest.raises(AddressRefused) as refused:
        addresses.read(purpose, token)
    return refused.value.reason


def test_a_token_says_what_was_signed() -> None:
    assert ADDRESSES.read("upload", TOKEN) == {**SAYS, "exp": int(LATER.timestamp())}
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_it_is_good_until_its_time() -> None:
    at = [LATER - timedelta(seconds=1), LATER]
    addresses = SignedAddresses({"k1": OLD}, current="k1", now=lambda: at[0])
    assert addresses.read("upload", TOKEN)["size"] == 12
    at.pop(0)
    assert fault(TOKEN, addresses=addresses) is AddressFault.EXPIRED


def test_by_default_the_time_is_the_clocks() -> None:
    addresses = SignedAddresses({"k1": OLD}, current="k1")
    with clock.stopped(NOW):
        assert addresses.read("upload", TOKEN)["size"] == 12
    with clock.stopped(LATER):
        assert fault(TOKEN, addresses=addresses) is AddressFault.EXPIRED


def test_another_purpose_does_not_open() -> None:
    assert fault(TOKEN, "download") is AddressFault.FORGED
    assert fault(TOKEN, "") is AddressFault.FORGED


@given(at=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from("ABCxyz019-_.="))
def test_no_letter_can_be_changed(at: int, letter: str) -> None:
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    if changed != TOKEN:
        assert fault(changed) is AddressFault.FORGED


@given(st.text(max_size=300))
def test_no_text_opens(text: str) -> None:
    assert fault(text) is AddressFault.FORGED


def test_what_it_says_cannot_be_rewritten() -> None:
    name, _, signature = TOKEN.split(".")
    other = base64.urlsafe_b64encode(orjson.dumps({**SAYS, "size": 99, "exp": 9_999_999_999})).rstrip(b"=").decode()
    assert fault(f"{name}.{other}.{signature}") is AddressFault.FORGED
    assert fault(f"{TOKEN}.") is AddressFault.FORGED
    assert fault(TOKEN.rpartition(".")[0]) is AddressFault.FORGED
    assert fault(f"{TOKEN}==") is AddressFault.FORGED
    assert fault(TOKEN + "A" * 5000) is AddressFault.FORGED


def test_keys_rotate_without_a_broken_address() -> None:
    both = SignedAddresses({"k2": NEW, "k1": OLD}, current="k2", now=lambda: NOW)
    assert both.read("upload", TOKEN)["size"] == 12
    newer = both.sign("upload", SAYS, expires_at=LATER)
    assert both.read("upload", newer)["size"] == 12
    assert fault(newer) is AddressFault.FORGED  # the older process does not know the newer key
    assert fault(TOKEN, addresses=SignedAddresses({"k2": NEW}, current="k2", now=lambda: NOW)) is AddressFault.FORGED


def test_another_secret_of_the_same_name_does_not_open() -> None:
    assert fault(TOKEN, addresses=SignedAddresses({"k1": NEW}, current="k1", now=lambda: NOW)) is AddressFault.FORGED


def test_the_keys_are_shown_nowhere() -> None:
    assert repr(ADDRESSES) == "<SignedAddresses, 1 keys, current 'k1'>"
    with pytest.raises(TypeError):
        pickle.dumps(ADDRESSES)
    with pytest.raises(ValueError, match="k3"):
        SignedAddresses({"k1": OLD}, current="k3")
