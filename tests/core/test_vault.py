"""Sealing: round trips, known answers, and everything that must not open."""

import itertools
import pickle
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.vault import Break, DataKey, SealBroken, Vault, WrappedKey, sealed_key_id

CENTRE = UUID("01900000-0000-7000-8000-00000000000a")
OTHER_CENTRE = UUID("01900000-0000-7000-8000-00000000000b")
ROW = UUID("01900000-0000-7000-8000-000000000001")
OTHER_ROW = UUID("01900000-0000-7000-8000-000000000002")
MASTER = bytes(range(32))
NEW_MASTER = bytes(range(32, 64))
INDEX = bytes(range(64, 96))
SECRET = "AB123456C"

WRAPPED = (
    "01030303030303030303030303ec493ed409905014dc5f047ccfa8560518"
    "54f4f2d8fa3eb380bf441f0620ab50aa2456cdae22a8f345bee9debaeb77"
    "ab"
)
SEALED = "0101010101010141018101010101010101040404040404040404040404450ee03ccd7fa56cde9cb7d1aec51f7245b23fbace2381c4f4"
INDEXED = "bc2bbe404fcaa2e9b871d09721130e1a60eb1ca5f768e201931da14dcf8a5858"


def counting() -> Callable[[int], bytes]:
    """Make a source of bytes that are as random as a counter, for known answers."""
    counter = itertools.count(1)
    return lambda size: bytes([next(counter) % 256]) * size


def a_vault(**masters: bytes) -> Vault:
    masters = masters or {"m1": MASTER}
    return Vault(masters, current=next(iter(masters)), index_key=INDEX)


def a_data_key(vault: Vault, centre: UUID = CENTRE) -> DataKey:
    return vault.open_data_key(centre, vault.new_data_key(centre))


def sealed_by(key: DataKey, text: str = SECRET) -> bytes:
    return key.seal(text, table="clients", column="nino", row_id=ROW)


def broken(open_it: Callable[[], object]) -> Break:
    with pytest.raises(SealBroken) as refused:
        open_it()
    assert SECRET not in str(refused.value)
    return refused.value.reason


def test_known_answers() -> None:
    """The form on disk: changing it makes every value of every centre unreadable."""
    vault = Vault({"m1": MASTER}, current="m1", index_key=INDEX, randomness=counting())
    wrapped = vault.new_data_key(CENTRE)
    sealed = sealed_by(vault.open_data_key(CENTRE, wrapped))
    assert str(wrapped.key_id) == "01010101-0101-4101-8101-010101010101"
    assert wrapped.wrapped.hex() == WRAPPED
    assert sealed.hex() == SEALED
    assert vault.blind_index(CENTRE, "clients.nino", SECRET).hex() == INDEXED


def test_kept_bytes_open() -> None:
    wrapped = WrappedKey(UUID("01010101-0101-4101-8101-010101010101"), "m1", bytes.fromhex(WRAPPED))
    key = a_vault().open_data_key(CENTRE, wrapped)
    opened = key.unseal(bytes.fromhex(SEALED), table="clients", column="nino", row_id=ROW)
    assert opened == SECRET


@given(st.text())
def test_what_is_sealed_opens(text: str) -> None:
    key = a_data_key(a_vault())
    sealed = sealed_by(key, text)
    assert key.unseal(sealed, table="clients", column="nino", row_id=ROW) == text
    assert len(sealed) == len(text.encode()) + 45
    assert sealed_key_id(sealed) == key.key_id


def test_the_same_text_is_sealed_differently_each_time() -> None:
    key = a_data_key(a_vault())
    assert len({sealed_by(key) for _ in range(50)}) == 50


@pytest.mark.parametrize(
    ("table", "column", "row"),
    [
        ("clients", "nino", OTHER_ROW),
        ("clients", "date_of_birth", ROW),
        ("debts", "nino", ROW),
        ("client", "snino", ROW),
    ],
)
def test_a_moved_value_does_not_open(table: str, column: str, row: UUID) -> None:
    key = a_data_key(a_vault())
    sealed = sealed_by(key)
    assert broken(lambda: key.unseal(sealed, table=table, column=column, row_id=row)) is Break.ALTERED


def test_a_value_moved_to_another_centre_does_not_open() -> None:
    vault = a_vault()
    wrapped = vault.new_data_key(CENTRE)
    sealed = sealed_by(vault.open_data_key(CENTRE, wrapped))
    other = a_data_key(vault, OTHER_CENTRE)
    assert broken(lambda: other.unseal(sealed, table="clients", column="nino", row_id=ROW)) is Break.DATA_KEY
    assert broken(lambda: vault.open_data_key(OTHER_CENTRE, wrapped)) is Break.ALTERED


def test_a_key_of_the_same_name_does_not_open() -> None:
    key = a_data_key(a_vault())
    sealed = sealed_by(key)
    twin = DataKey(centre_id=CENTRE, key_id=key.key_id, key=bytes(32), randomness=bytes)
    assert broken(lambda: twin.unseal(sealed, table="clients", column="nino", row_id=ROW)) is Break.ALTERED
    elsewhere = DataKey(centre_id=OTHER_CENTRE, key_id=key.key_id, key=bytes(32), randomness=bytes)
    moved = sealed_by(twin)
    assert broken(lambda: elsewhere.unseal(moved, table="clients", column="nino", row_id=ROW)) is Break.ALTERED


def test_every_altered_bit_is_noticed() -> None:
    key = a_data_key(a_vault())
    sealed = sealed_by(key)
    for position in range(len(sealed)):
        for bit in range(8):
            altered = bytearray(sealed)
            altered[position] ^= 1 << bit
            reason = broken(lambda: key.unseal(bytes(altered), table="clients", column="nino", row_id=ROW))  # noqa: B023
            expected = Break.VERSION if position == 0 else Break.DATA_KEY if position <= 16 else Break.ALTERED
            assert reason is expected


def test_every_truncation_is_noticed() -> None:
    key = a_data_key(a_vault())
    sealed = sealed_by(key)
    for length in range(len(sealed)):
        reason = broken(lambda: key.unseal(sealed[:length], table="clients", column="nino", row_id=ROW))  # noqa: B023
        assert reason is (Break.TRUNCATED if length < 45 else Break.ALTERED)


@given(st.binary(max_size=80) | st.binary(max_size=80).map(lambda tail: b"\x01" + tail))
def test_arbitrary_bytes_do_not_open(sealed: bytes) -> None:
    key = DataKey(centre_id=CENTRE, key_id=UUID(int=0), key=MASTER, randomness=bytes)
    with pytest.raises(SealBroken):
        key.unseal(sealed, table="clients", column="nino", row_id=ROW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda wrapped: replace(wrapped, master_key_id="m9"), Break.MASTER_KEY),
        (lambda wrapped: replace(wrapped, master_key_id="m2"), Break.ALTERED),
        (lambda wrapped: replace(wrapped, key_id=ROW), Break.ALTERED),
        (lambda wrapped: replace(wrapped, wrapped=wrapped.wrapped[:-1]), Break.TRUNCATED),
        (lambda wrapped: replace(wrapped, wrapped=wrapped.wrapped + b"\x00"), Break.ALTERED),
        (lambda wrapped: replace(wrapped, wrapped=b"\x02" + wrapped.wrapped[1:]), Break.VERSION),
        (lambda wrapped: replace(wrapped, wrapped=b"\x01" + bytes(60)), Break.ALTERED),
        (lambda wrapped: replace(wrapped, wrapped=b""), Break.TRUNCATED),
    ],
)
def test_an_altered_data_key_does_not_open(change: Callable[[WrappedKey], WrappedKey], reason: Break) -> None:
    vault = a_vault(m1=MASTER, m2=NEW_MASTER)
    wrapped = change(vault.new_data_key(CENTRE))
    assert broken(lambda: vault.open_data_key(CENTRE, wrapped)) is reason


def test_master_keys_rotate_without_sealing_anew() -> None:
    old = a_vault(m1=MASTER)
    wrapped = old.new_data_key(CENTRE)
    sealed = sealed_by(old.open_data_key(CENTRE, wrapped))

    both = a_vault(m2=NEW_MASTER, m1=MASTER)
    rewrapped = both.rewrap(CENTRE, wrapped)
    assert (rewrapped.key_id, rewrapped.master_key_id) == (wrapped.key_id, "m2")
    assert both.rewrap(CENTRE, rewrapped) == rewrapped

    new = a_vault(m2=NEW_MASTER)
    key = new.open_data_key(CENTRE, rewrapped)
    assert key.unseal(sealed, table="clients", column="nino", row_id=ROW) == SECRET
    assert broken(lambda: new.rewrap(CENTRE, wrapped)) is Break.MASTER_KEY


def test_data_keys_differ() -> None:
    vault = a_vault()
    keys = [vault.new_data_key(CENTRE) for _ in range(20)]
    assert len({key.key_id for key in keys}) == len({key.wrapped for key in keys}) == 20


def test_the_blind_index_tells_values_centres_and_purposes_apart() -> None:
    vault = a_vault()
    index = vault.blind_index(CENTRE, "clients.nino", SECRET)
    assert len(index) == 32
    assert index == a_vault(m2=NEW_MASTER).blind_index(CENTRE, "clients.nino", SECRET)
    others = {
        vault.blind_index(OTHER_CENTRE, "clients.nino", SECRET),
        vault.blind_index(CENTRE, "clients.trn", SECRET),
        vault.blind_index(CENTRE, "clients.nino", "AB123456D"),
        Vault({"m1": MASTER}, current="m1", index_key=MASTER).blind_index(CENTRE, "clients.nino", SECRET),
    }
    assert len(others | {index}) == 5


def test_nothing_secret_is_shown_or_written_down() -> None:
    vault = a_vault()
    wrapped = vault.new_data_key(CENTRE)
    key = vault.open_data_key(CENTRE, wrapped)
    shown = f"{vault!r} {vault} {key!r} {key} {wrapped!r}"
    assert "m1" in shown
    assert str(key.key_id) in shown
    for secret in (MASTER, INDEX, wrapped.wrapped):
        assert repr(secret)[2:-1] not in shown
        assert secret.hex() not in shown
    for holder in (vault, key):
        with pytest.raises(TypeError, match="not written down"):
            pickle.dumps(holder)
        assert not hasattr(holder, "__dict__")


@pytest.mark.parametrize(
    ("masters", "current", "index", "message"),
    [
        ({"m1": MASTER}, "m2", INDEX, "'m2' is not among"),
        ({}, "m1", INDEX, "'m1' is not among"),
        ({"m1": MASTER, "m2": MASTER[:16]}, "m1", INDEX, "m2 has 16 bytes"),
        ({"m1": MASTER}, "m1", b"", "of the index has 0 bytes"),
    ],
)
def test_refuses_unusable_keys(masters: dict[str, bytes], current: str, index: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Vault(masters, current=current, index_key=index)
