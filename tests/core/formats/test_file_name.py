"""Names of files: what is left can be saved anywhere and shows what it is."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cma_graphql.core.formats import FormatError
from cma_graphql.core.formats.file_name import LONGEST_FILE_NAME, extension, normalise_file_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("  Zoës Brief € März.PDF ", "Zoës Brief € März.PDF"),
        ("Jose\u0301.pdf", "Jos\u00e9.pdf"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("../../letter.pdf", "letter.pdf"),
        ("C:\\Users\\me\\letter.pdf", "letter.pdf"),
        ("..\\letter.pdf", "letter.pdf"),
        ('a<b>c:d"e|f?g*.pdf', "a_b_c_d_e_f_g_.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),  # shown as gnp.exe.pdf before
        ("letter\u200b.pdf", "letter.pdf"),
        (".htaccess", "htaccess"),
        ("letter.pdf. . ", "letter.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("nul", "_nul"),
        ("lpt1 .txt", "_lpt1 .txt"),
        ("COM¹.txt", "_COM¹.txt"),
        ("console.pdf", "console.pdf"),
        ("x" * 196 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_what_is_left_of_a_name(given_name: str, kept: str) -> None:
    assert normalise_file_name(given_name) == kept


@pytest.mark.parametrize(
    ("given_name", "rule"),
    [
        ("", "blank"),
        (" ", "blank"),
        ("folder/", "blank"),
        ("...", "blank"),
        ("\u202e\u200b", "blank"),
        ("x" * 197 + ".pdf", "too-long"),
        ("x" * 10_000, "too-long"),
        ("a\x00.pdf", "control-character"),
        ("a\nb.pdf", "control-character"),
        ("a\r\nContent-Type: text/html.pdf", "control-character"),
        ("a\ud800.pdf", "lone-surrogate"),
        ("a" + "\u0301" * 40 + ".pdf", "combining-marks"),
    ],
)
def test_what_is_no_name(given_name: str, rule: str) -> None:
    with pytest.raises(FormatError) as refused:
        normalise_file_name(given_name)
    assert refused.value.rule == rule


@given(st.text(max_size=60))
@example("/\U00018cd6")
def test_a_name_that_is_kept_is_safe_and_stays_as_it_is(text: str) -> None:
    try:
        name = normalise_file_name(text)
    except FormatError:
        return
    assert 1 <= len(name) <= LONGEST_FILE_NAME
    assert not set(name) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in name)
    assert name == name.strip(" .")
    assert normalise_file_name(name) == name


@pytest.mark.parametrize(
    ("name", "ending"),
    [("letter.PDF", "pdf"), ("a.tar.gz", "gz"), ("letter", ""), (".pdf", ""), ("letter.", ""), ("a.b.c.docx", "docx")],
)
def test_extensions(name: str, ending: str) -> None:
    assert extension(name) == ending
