"""Canonical JSON, salted digests and the chain."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.digests import (
    CHAIN_START,
    Value,
    canonical_json,
    chain_hash,
    digest,
    salted_digest,
)

SALT = bytes(range(16))

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (-5, "-5"),
        ("é\n", '"é\\n"'),
        ({"b": 1, "a": [1, "x"], "ä": {}}, '{"a":[1,"x"],"b":1,"ä":{}}'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (date(2026, 2, 1), '"2026-02-01"'),
        (datetime(2026, 2, 1, 9, tzinfo=UTC), '"2026-02-01T09:00:00.000000Z"'),
        (datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1))), '"2026-07-01T08:00:00.000000Z"'),
        (Decimal("10.50"), '"10.5"'),
        (Decimal("1E+2"), '"100"'),
        (Decimal(100), '"100"'),
        (Decimal("-0.00"), '"0"'),
        ((1, 2), "[1,2]"),
    ],
)
def test_the_one_form(value: Value, written: str) -> None:
    assert canonical_json(value).decode() == written


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1, 2}, object(), {1: "x"}, {"a": [1.5]}, timedelta(1)])
def test_other_types_have_none(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        datetime(2026, 1, 1),  # noqa: DTZ001 - what is refused
        "\ud800",
    ],
)
def test_unusable_values_have_none(value: Value) -> None:
    with pytest.raises(ValueError, match=r"canonical|surrogates"):
        canonical_json(value)


@given(JSON_VALUES)
def test_reading_undoes_writing(value: Value) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert canonical_json(json.loads(written)) == written


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(record: dict[str, int]) -> None:
    assert digest(record) == digest(dict(reversed(record.items())))


def test_known_digests() -> None:
    assert digest({"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()
    assert salted_digest("x", SALT) == hashlib.sha256(SALT + b'"x"').hexdigest()
    assert chain_hash(CHAIN_START, {"a": 1}) == hashlib.sha256(bytes(32) + b'{"a":1}').digest()


def test_salts_tell_equal_values_apart() -> None:
    assert salted_digest("x", SALT) != salted_digest("x", bytes(16))


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_has_its_length(salt: bytes) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        salted_digest("x", salt)


@pytest.mark.parametrize("previous", [b"", bytes(31), bytes(33)])
def test_a_link_has_its_length(previous: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        chain_hash(previous, {})


@given(st.lists(st.dictionaries(st.text(), st.integers()), min_size=1, max_size=5), st.data())
def test_a_change_of_any_record_changes_the_end_of_the_chain(
    records: list[dict[str, int]], data: st.DataObject
) -> None:
    def end(chain: list[dict[str, int]]) -> bytes:
        link = CHAIN_START
        for record in chain:
            link = chain_hash(link, record)
        return link

    position = data.draw(st.integers(0, len(records) - 1))
    altered = [*records]
    altered[position] = {**altered[position], "altered": 2**70}
    assert end(records) == end([*records])
    assert end(altered) != end(records)
    assert end(records[:-1]) != end(records)
