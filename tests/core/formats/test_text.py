"""Free text and name keys."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.text import NAME_KEY_LENGTH, multiline, name_key, one_line


def rule_of_one_line(text: str, *, max_length: int = 20, min_length: int = 1) -> tuple[str, dict[str, int | str]]:
    with pytest.raises(FormatError) as refused:
        one_line(text, max_length=max_length, min_length=min_length)
    return refused.value.rule, dict(refused.value.params)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Nguyễn Văn A \n", "Nguyễn Văn A"),
        ("Jose\u0301", "Jos\u00e9"),
        ("\u0646\u0627\u0645\u200c\u0647", "\u0646\u0627\u0645\u200c\u0647"),  # a joiner inside Persian stays
        ("x" * 20, "x" * 20),
        ("e\u0301" * 20, "\u00e9" * 20),
    ],
)
def test_one_line_composes_and_strips(text: str, kept: str) -> None:
    assert one_line(text, max_length=20) == kept


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("a\x00b", "U+0000", 2),
        ("a\tb", "U+0009", 2),
        ("ab\nc", "U+000A", 3),
        ("\x7fa", "U+007F", 1),
        ("a\x85b", "U+0085", 2),
        ("a\u2028b", "U+2028", 2),
        ("a\u2029b", "U+2029", 2),
        ("a\x1bb", "U+001B", 2),
    ],
)
def test_one_line_names_the_control_character(text: str, character: str, position: int) -> None:
    assert rule_of_one_line(text) == ("control-character", {"character": character, "position": position})


def test_refuses_half_a_character() -> None:
    assert rule_of_one_line("ab\ud83d") == ("lone-surrogate", {"position": 3})


@pytest.mark.parametrize("text", ["", "   ", "\u00a0\u3000", "\u200b", "\ufeff \u2060"])
def test_text_without_a_visible_character_is_blank(text: str) -> None:
    assert rule_of_one_line(text) == ("blank", {"minimum": 1})


def test_blank_is_admitted_where_nothing_is_needed() -> None:
    assert one_line("  ", max_length=5, min_length=0) == ""
    assert multiline("", max_length=5, min_length=0) == ""


def test_lengths_are_counted_in_characters() -> None:
    assert rule_of_one_line("x" * 21) == ("too-long", {"maximum": 20})
    assert rule_of_one_line("x" * 10_000_000) == ("too-long", {"maximum": 20})
    assert rule_of_one_line("ab", min_length=3) == ("too-short", {"minimum": 3})
    assert one_line("\U0001f600" * 20, max_length=20) == "\U0001f600" * 20


def test_refuses_endless_accents_before_sorting_them() -> None:
    assert rule_of_one_line("a" + "\u0301\u0327" * 100_000, max_length=1_000_000) == (
        "combining-marks",
        {"maximum": 30},
    )
    assert one_line("a" + "\u0301" * 29, max_length=40).startswith("\u00e1")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029", "\n"])
def test_several_lines_end_with_line_feeds(end: str) -> None:
    assert multiline(f"  one\ttab{end}two{end}{end}", max_length=50) == "one\ttab\ntwo"


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\x7f", "\x9f"])
def test_several_lines_take_no_other_control_character(character: str) -> None:
    with pytest.raises(FormatError) as refused:
        multiline(f"one\n{character}two", max_length=50)
    assert refused.value.rule == "control-character"
    assert refused.value.params["position"] == 5


@given(st.text(st.characters(), max_size=60))
def test_what_one_line_accepts_can_be_stored_and_stays(text: str) -> None:
    try:
        kept = one_line(text, max_length=30)
    except FormatError:
        return
    assert 1 <= len(kept) <= 30
    assert kept == kept.strip()
    assert unicodedata.is_normalized("NFC", kept)
    assert not {unicodedata.category(letter) for letter in kept} & {"Cc", "Cs", "Zl", "Zp"}
    assert one_line(kept, max_length=30) == kept


@given(st.text(st.characters(), max_size=60))
def test_what_several_lines_accept_can_be_stored_and_stays(text: str) -> None:
    try:
        kept = multiline(text, max_length=30)
    except FormatError:
        return
    assert 1 <= len(kept) <= 30
    assert "\x00" not in kept
    assert "\r" not in kept
    assert kept.encode()
    assert multiline(kept, max_length=30) == kept


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("O'Brien-Łukasiewicz", "obrien lukasiewicz"),
        ("O\u2019Brien", "obrien"),
        ("O\u00b4Brien", "obrien"),
        ("Nguyễn", "nguyen"),
        ("NGUYỄN", "nguyen"),
        ("J.R.R.  Tolkien", "jrr tolkien"),
        ("Strauß", "strauss"),
        ("Þórðr Ægisson", "thordr aegisson"),
        ("Đặng", "dang"),
        ("Işık", "isik"),  # noqa: RUF001 - a dotless i
        ("İbrahim", "ibrahim"),
        ("Əliyev", "eliyev"),
        ("ＳＭＩＴＨ", "smith"),  # noqa: RUF001 - full-width letters
        ("Smith, Anna (née Jones)", "smith anna nee jones"),
        ("李 小龍", "李 小龍"),
        ("Иванов", "иванов"),
        ("한글", "한글"),
        ("राज", "राज"),
        ("", ""),
        ("-'.", ""),
        ("\ud800a", "a"),
        ("a\x00b", "a b"),
    ],
)
def test_name_key(name: str, key: str) -> None:
    assert name_key(name) == key


def test_name_keys_are_bounded() -> None:
    assert name_key("\ufdfa" * 1_000) == name_key("\ufdfa" * 100)
    assert len(name_key("ab" * 1_000_000)) == NAME_KEY_LENGTH
    assert name_key("a" + "\u0301\u0327" * 1_000_000) == "a"


@given(st.text(st.characters(), max_size=40))
def test_a_name_key_can_be_stored_and_stays(name: str) -> None:
    key = name_key(name)
    assert name_key(key) == key
    assert len(key) <= NAME_KEY_LENGTH
    assert len(key.encode()) <= 4 * NAME_KEY_LENGTH
    assert key == " ".join(key.split())
    assert name_key(f"  {name}  ") == key


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
def test_an_ascii_name_has_the_key_it_has_beside_other_letters(name: str) -> None:
    assert name_key(f"é {name}") == f"e {name_key(name)}".strip()


@given(st.text(st.characters(max_codepoint=0x24F, categories=["L"]), max_size=20))
def test_latin_letters_are_found_by_a_beginning_in_capitals(name: str) -> None:
    assert name_key(name).startswith(name_key(name.upper()[:3])) or "\u0130" in name.upper()
