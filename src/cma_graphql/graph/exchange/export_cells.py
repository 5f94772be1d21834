"""Writes the cells and lines of a CSV file (RFC 4180) that a spreadsheet may open without running anything.

Who opens a file in a spreadsheet has it read as formulas whatever begins like one (CSV injection, as OWASP has it);
and what is in a client's name, clients may have written. So a text that begins like a formula is given an apostrophe,
by which spreadsheets know text. What the schema types as a number, money, a rate, a day or an instant never is.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

LINE_END = "\r\n"
BYTE_ORDER_MARK = "\ufeff"
_BETWEEN = "; "
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - spreadsheets take the full-width signs for the others
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACEMENT = "\ufffd"

Leaf = str | int | float | bool | None


def write_cell(value: Leaf | list[Leaf], *, typed: bool) -> str:
    """Write one value. `typed` are those whose type leaves no room for a formula: numbers, money, days.

    Null is the empty cell. Several values are parted by `; `, each written like one. Characters that are no text,
    NUL among them, are replaced. Raises TypeError for anything else.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return value if typed else _guarded(_NO_TEXT.sub(_REPLACEMENT, value))
        case list():
            return _BETWEEN.join(write_cell(each, typed=typed) for each in value)
    raise TypeError(f"{type(value).__name__} is no value of a cell.")


def write_lines(lines: Iterable[Iterable[str]]) -> bytes:
    """Write lines of cells, quoted where they have to be, in UTF-8."""
    text = StringIO(newline="")
    csv.writer(text, lineterminator=LINE_END).writerows(lines)
    return text.getvalue().encode()


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
