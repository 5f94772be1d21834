"""Keys as settings carry them."""

import base64

import pytest

from cma_graphql.core.keyring import new_key, parse_key, parse_keyring

KEY = bytes(range(224, 256))
STANDARD = base64.b64encode(KEY).decode()
URL_SAFE = base64.urlsafe_b64encode(KEY).decode()


def test_reads_keys_in_their_order() -> None:
    keys = parse_keyring(f"k2026:{STANDARD}, k2025.1:{URL_SAFE.rstrip('=')}")
    assert list(keys.items()) == [("k2026", KEY), ("k2025.1", KEY)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "are written"),
        (STANDARD, "are written"),
        (f":{STANDARD}", "are written"),
        (f"a b:{STANDARD}", "are written"),
        (f"k:{STANDARD},", "are written"),
        (f"k:{STANDARD},k:{STANDARD}", "k is there twice"),
        ("k:", "k has 0 bytes"),
        ("k:AAAA", "k has 3 bytes"),
        ("k:AAAAA", "k is not base64"),
        (f"k:{STANDARD[:-3]}!!!", "k is not base64"),
        ("k:é", "k is not base64"),
    ],
)
def test_refuses_without_showing_a_key(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        parse_keyring(text)
    assert STANDARD[:10] not in str(refused.value)


def test_a_new_key_can_be_read_and_is_new() -> None:
    keys = {parse_key(new_key()) for _ in range(20)}
    assert len(keys) == 20
    assert {len(key) for key in keys} == {32}
