"""National Insurance numbers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.nino import mask_nino, nino_caution, nino_suffix_known, normalise_nino

PATTERN = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?"


@pytest.mark.parametrize("nino", ["AB123456C", "MZ006526C", "OA123456B", "AB123456"])
def test_accepts(nino: str) -> None:
    assert normalise_nino(nino) == nino


@pytest.mark.parametrize(
    "text",
    [
        "QQ123456A",
        "QQ123456C",
        "BG123456A",
        "AO123456A",
        "ZZ123456A",
        "DA123456A",
        "AB123456E",
        "PP999999P",
        "AB12345C",
        "AB1234567",
        "AB123456CC",
        "",
        "AB123456C\x00",
        "\u017fa123456a",  # a long s, whose capital is S
        "AB１２3456C",  # noqa: RUF001 - full-width digits
        "\ud800",
        pytest.param("AB123456C" + " " * 100, id="spaces"),
        pytest.param("A" * 1_000_000, id="megabyte"),
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_nino(text)
    assert refused.value.rule == "national-insurance-number"
    assert refused.value.params == {}


@pytest.mark.parametrize("text", [" ab 12 34 56 c ", "AB\u00a0123456\tC", "ab123456c\n"])
def test_writes_capitals_without_spaces(text: str) -> None:
    assert normalise_nino(text) == "AB123456C"


def test_the_message_does_not_repeat_the_value() -> None:
    with pytest.raises(FormatError) as refused:
        normalise_nino("QQ998877C")
    assert "998877" not in str(refused.value)


@pytest.mark.parametrize(("nino", "masked"), [("AB123456C", "******56C"), ("AB123456", "******56")])
def test_masks_all_but_the_end(nino: str, masked: str) -> None:
    assert mask_nino(nino) == masked


def test_knows_whether_the_suffix_is_known() -> None:
    assert nino_suffix_known("AB123456C")
    assert not nino_suffix_known("AB123456")


@pytest.mark.parametrize("prefix", ["CR", "MW", "NC", "PP", "PY", "PZ"])
def test_warns_of_an_administrative_prefix(prefix: str) -> None:
    caution = nino_caution(normalise_nino(f"{prefix}123456A"))
    assert caution is not None
    assert (caution.rule, caution.params) == ("administrative-prefix", {"prefix": prefix})


def test_does_not_warn_of_a_persons_number() -> None:
    assert nino_caution("AB123456C") is None


@given(st.from_regex(PATTERN, fullmatch=True))
def test_every_number_of_the_pattern_is_accepted_as_it_is(nino: str) -> None:
    assert normalise_nino(nino) == nino


@given(st.text() | st.from_regex(r"\s*[A-Za-z]{2}(\s?[0-9]{2}){3}\s?[A-Da-d]?\s*", fullmatch=True))
def test_what_is_accepted_has_the_pattern_and_stays(text: str) -> None:
    try:
        nino = normalise_nino(text)
    except FormatError:
        return
    assert re.fullmatch(PATTERN, nino)
    assert normalise_nino(nino) == nino
