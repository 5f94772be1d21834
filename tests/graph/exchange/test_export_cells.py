"""No cell of an export runs as a formula, and every file reads back as what was written."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.graph.exchange.export_cells import write_cell, write_lines

SIGNS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the full-width signs are the point


@pytest.mark.parametrize("sign", SIGNS)
def test_a_text_like_a_formula_gets_an_apostrophe(sign: str) -> None:
    assert write_cell(f"{sign}cmd|' /C calc'!A0", typed=False) == f"'{sign}cmd|' /C calc'!A0"


@pytest.mark.parametrize(
    ("value", "typed", "cell"),
    [
        (None, False, ""),
        (None, True, ""),
        ("", False, ""),
        ("a = b", False, "a = b"),
        ("-12.50", True, "-12.50"),
        ("-12.50", False, "'-12.50"),
        ("'=1", False, "'=1"),
        (-3, True, "-3"),
        (1.5, True, "1.5"),
        (True, True, "true"),
        (False, True, "false"),
        (["A", "B"], True, "A; B"),
        (["=A", "B", "@C"], False, "'=A; B; '@C"),
        ([None, "x"], False, "; x"),
        ([], False, ""),
        ("a\x00b\x1bc\x7fd\x85e\ud800f", False, "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"),
        ("two\nlines\tand a tab\r\n", False, "two\nlines\tand a tab\r\n"),
        ("\x00=1", False, "\ufffd=1"),
    ],
)
def test_cells(value: object, typed: bool, cell: str) -> None:  # noqa: FBT001 - a table
    assert write_cell(value, typed=typed) == cell  # type: ignore[arg-type]


def test_anything_else_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError, match="dict"):
        write_cell({"a": 1}, typed=True)  # type: ignore[arg-type]


def test_the_form_of_a_line() -> None:
    lines = [["name", "note"], ['say "yes"', "a,b"], ["two\r\nlines", "é€"], ["", ""]]
    assert write_lines(lines) == ('name,note\r\n"say ""yes""","a,b"\r\n"two\r\nlines",é€\r\n,\r\n'.encode())


def test_a_line_of_one_empty_cell_is_a_line() -> None:
    assert write_lines([["name"], [""]]) == b'name\r\n""\r\n'


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=5))
def test_whatever_is_written_reads_back(rows: list[list[str]]) -> None:
    cells = [[write_cell(value, typed=False) for value in row] for row in rows]
    assert list(csv.reader(io.StringIO(write_lines(cells).decode(), newline=""), strict=True)) == cells


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    cell = write_cell(text, typed=False)
    assert not cell.startswith(tuple(SIGNS))
    assert "\x00" not in cell
    if text.isprintable():
        assert cell in {text, f"'{text}"}
