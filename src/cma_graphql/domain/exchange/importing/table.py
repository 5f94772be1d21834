"""The records of a file: RFC 4180 with a header, each as the texts of its columns and the line it begins on."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.exchange.importing.columns import COLUMNS, NEEDED
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile, TextLines, Unreadable

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file."""

    line: int
    cells: Mapping[str, str]
    """What stands in its columns; those left empty are not there."""
    fault: Invalid | None = None
    """Why its cells cannot be told apart."""


class Table:
    """A file's records, read once from its start to its end."""

    def __init__(self, file: CaseloadFile) -> None:
        self._lines = TextLines(file)

    @property
    def sha256(self) -> str:
        """The file's SHA-256, once all of it has been read."""
        return self._lines.sha256

    def __iter__(self) -> Iterator[Row]:
        """Give out the records; raise Unreadable where the file cannot be read any further."""
        rows = self._rows()
        header = next(rows, None)
        if header is None:
            raise Unreadable(1, Invalid("", "empty-file", "The file is empty.", minimum=1))
        line, names = header
        columns = [name.strip() for name in names]
        faults = list(header_faults(columns))
        if faults:
            raise UnusableHeader(line, faults)
        for number, cells in rows:
            if len(cells) != len(columns):
                yield Row(number, {}, _miscounted(expected=len(columns), found=len(cells)))
            else:
                yield Row(number, {name: cell for name, cell in zip(columns, cells, strict=True) if cell.strip()})

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(iter(self._lines), strict=True)
        while True:
            line = self._lines.number + 1
            self._lines.begin_record()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise Unreadable(line, _misquoted(str(error))) from None
            if cells is None:
                return
            if cells:
                yield line, cells


class UnusableHeader(Unreadable):
    """A file's first line does not say what its columns are."""

    def __init__(self, line: int, faults: Sequence[Invalid]) -> None:
        super().__init__(line, faults[0])
        self.faults = tuple(faults)


def header_faults(names: Sequence[str]) -> Iterator[Invalid]:
    """Find what is wrong with a header. Where it is none, what stands there is a record, and is not repeated."""
    missing = [name for name in NEEDED if name not in names]
    if missing:
        for name in missing:
            yield Invalid(name, "missing-column", "The first line names the columns, and this one has to be there.")
        return
    for name in dict.fromkeys(names):
        shown = name[:_LONGEST_NAME]
        if name not in COLUMNS:
            yield Invalid(
                shown, "unknown-column", "There is no such column; docs/how-to/import-a-caseload.md lists all."
            )
        elif names.count(name) > 1:
            yield Invalid(shown, "doubled-column", "The column is there more than once.", count=names.count(name))


def _misquoted(error: str) -> Invalid:
    if error.startswith("field larger"):
        maximum = csv.field_size_limit()
        return Invalid(
            "",
            "field-too-long",
            f"A cell has at most {maximum} characters. A quotation mark may lack its partner.",
            maximum=maximum,
        )
    return Invalid(
        "",
        "csv-syntax",
        "A quotation mark is wrong here, or missing: texts with commas, quotation marks or line ends stand between "
        'quotation marks, which are doubled within ("").',
    )


def _miscounted(*, expected: int, found: int) -> Invalid:
    return Invalid(
        "",
        "cell-count",
        f"The line has {found} cells, and the header {expected} columns.",
        expected=expected,
        found=found,
    )
