"""Sealing whole files: round trips of every size, and everything that must not open."""

import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.sealed_files import SEGMENT_BYTES, FileSealer, key_id_of_file, opened_size, read_sealed
from cma_graphql.core.vault import Break, DataKey, SealBroken, Vault

CENTRE = UUID("01900000-0000-7000-8000-00000000000a")
OTHER_CENTRE = UUID("01900000-0000-7000-8000-00000000000b")
PLACE = "a/b/c"
HEAD = 1 + 16 + 32
SEALED_SEGMENT = SEGMENT_BYTES + 16
VAULT = Vault({"m": bytes(range(32))}, current="m", index_key=bytes(range(32)))
KEY = VAULT.open_data_key(CENTRE, VAULT.new_data_key(CENTRE))
OTHER_KEY = VAULT.open_data_key(CENTRE, VAULT.new_data_key(CENTRE))


def sealed(content: bytes, *, key: DataKey = KEY, place: str = PLACE, piece: int = 100_000) -> bytes:
    sealer = FileSealer(key, place=place)
    made = bytearray(sealer.head)
    for start in range(0, len(content), piece):
        made += sealer.feed(content[start : start + piece])
    return bytes(made + sealer.finish())


def only(key: DataKey, key_id: UUID) -> DataKey:
    if key_id != key.key_id:
        raise LookupError(key_id)
    return key


def opened(file: bytes, *, key: DataKey = KEY, place: str = PLACE) -> bytes:
    return b"".join(read_sealed(io.BytesIO(file), lambda key_id: only(key, key_id), place=place))


def broken(file: bytes, *, key: DataKey = KEY, place: str = PLACE) -> Break:
    with pytest.raises(SealBroken) as refused:
        opened(file, key=key, place=place)
    return refused.value.reason


def content_of(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


@pytest.mark.parametrize(
    "size",
    [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 2 * SEGMENT_BYTES, 3 * SEGMENT_BYTES + 7],
)
@pytest.mark.parametrize("piece", [SEGMENT_BYTES, 100_000, 3 * SEGMENT_BYTES])
def test_a_file_opens_as_it_was_and_its_size_is_known_before(size: int, piece: int) -> None:
    content = content_of(size)
    file = sealed(content, piece=piece)
    assert opened(file) == content
    assert opened_size(len(file)) == size
    assert len(content) < 16 or content not in file


@given(size=st.integers(0, 3 * SEGMENT_BYTES), piece=st.integers(1_000, 2 * SEGMENT_BYTES))
def test_any_size_in_any_pieces(size: int, piece: int) -> None:
    content = content_of(size)
    file = sealed(content, piece=piece)
    assert opened(file) == content
    assert opened_size(len(file)) == size


def test_twice_the_same_file_is_sealed_otherwise() -> None:
    assert sealed(b"letter")[HEAD:] != sealed(b"letter")[HEAD:]


def test_memory_is_bounded_by_a_segment() -> None:
    sealer = FileSealer(KEY, place=PLACE)
    for _ in range(200):
        assert len(sealer.feed(bytes(64 * 1024))) in {0, SEALED_SEGMENT}
        assert len(sealer._waiting) <= SEGMENT_BYTES
    pieces = [len(piece) for piece in read_sealed(io.BytesIO(sealed(content_of(600_000))), lambda _: KEY, place=PLACE)]
    assert pieces == [SEGMENT_BYTES, SEGMENT_BYTES, 600_000 - 2 * SEGMENT_BYTES]


def test_a_file_that_was_cut_off_does_not_open() -> None:
    file = sealed(content_of(2 * SEGMENT_BYTES + 100))
    assert broken(file[:-1]) is Break.ALTERED
    assert broken(file[: HEAD + 2 * SEALED_SEGMENT]) is Break.ALTERED  # at the very end of a segment
    assert broken(file[: HEAD + SEALED_SEGMENT]) is Break.ALTERED
    assert broken(file[:HEAD]) is Break.ALTERED
    assert broken(file[: HEAD - 1]) is Break.TRUNCATED
    assert broken(b"") is Break.TRUNCATED


def test_segments_cannot_be_swapped_doubled_left_out_or_added() -> None:
    file = sealed(content_of(3 * SEGMENT_BYTES + 1))
    head, body = file[:HEAD], file[HEAD:]
    first, second, third, last = (body[start : start + SEALED_SEGMENT] for start in range(0, len(body), SEALED_SEGMENT))
    assert opened(head + first + second + third + last) == content_of(3 * SEGMENT_BYTES + 1)
    for others in (
        (second, first, third, last),
        (first, first, second, third, last),
        (first, third, last),
        (first, second, third, last, last),
        (first, second, third),
    ):
        assert broken(head + b"".join(others)) is Break.ALTERED


def test_what_begins_with_a_sound_segment_gives_that_and_then_breaks() -> None:
    file = bytearray(sealed(content_of(2 * SEGMENT_BYTES)))
    file[-1] ^= 1
    pieces = read_sealed(io.BytesIO(bytes(file)), lambda _: KEY, place=PLACE)
    assert next(pieces) == content_of(SEGMENT_BYTES)
    with pytest.raises(SealBroken):
        next(pieces)


@given(at=st.integers(1 + 16, HEAD + 200 + 16 - 1), bit=st.integers(0, 7))
def test_no_bit_can_be_turned(at: int, bit: int) -> None:
    file = bytearray(sealed(content_of(200)))
    file[at] ^= 1 << bit
    assert broken(bytes(file)) is Break.ALTERED


def test_another_key_another_place_and_another_centre_do_not_open_it() -> None:
    file = sealed(b"letter")
    assert broken(file, key=OTHER_KEY) is Break.DATA_KEY
    renamed = file[:1] + OTHER_KEY.key_id.bytes + file[17:]
    assert broken(renamed, key=OTHER_KEY) is Break.ALTERED
    assert broken(file, place="a/b/d") is Break.ALTERED
    wrapped = VAULT.new_data_key(CENTRE)
    ours = VAULT.open_data_key(CENTRE, wrapped)
    theirs = DataKey(centre_id=OTHER_CENTRE, key_id=ours.key_id, key=ours._key, randomness=bytes)
    assert broken(sealed(b"letter", key=ours), key=theirs) is Break.ALTERED


def test_what_is_no_sealed_file_is_told_so() -> None:
    assert broken(b"\x02" + sealed(b"letter")[1:]) is Break.VERSION
    with pytest.raises(SealBroken) as refused:
        key_id_of_file(io.BytesIO(b"%PDF-1.7" + bytes(60)), place=PLACE)
    assert refused.value.reason is Break.VERSION
    assert opened_size(HEAD) < 0


def test_the_key_is_named_at_the_beginning() -> None:
    assert key_id_of_file(io.BytesIO(sealed(b"letter")), place=PLACE) == KEY.key_id
