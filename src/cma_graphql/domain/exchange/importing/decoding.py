"""The text of a file, a line at a time: decoded as declared, bounded whatever comes."""

import codecs
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cma_graphql.core.errors import Invalid

ENCODINGS = {
    "utf-8": "utf-8-sig",
    "us-ascii": "ascii",
    "windows-1252": "cp1252",
    "iso-8859-1": "latin-1",
    "utf-16": "utf-16",
}
"""The encodings that a file may be declared in, and Python's names of them; UTF-8 with a byte-order mark or without."""
LONGEST_RECORD = 256 * 1024
"""How many characters one record has at most, over all of its lines: the longest that is valid has some 60,000."""
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class CaseloadFile:
    """A file to take over, which can be read as often as it has to be."""

    name: str
    open: Callable[[], BinaryIO]
    encoding: str = "utf-8"
    """One of ENCODINGS."""


class Unreadable(Exception):
    """A file cannot be read beyond a line."""

    def __init__(self, line: int, fault: Invalid) -> None:
        super().__init__(fault.message)
        self.line = line
        self.fault = fault


class TextLines:
    """The lines of a file, each with its end; what follows a line that cannot be read is not looked at."""

    def __init__(self, file: CaseloadFile) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._in_record = 0
        self._begins = 1
        self.number = 0
        """How many lines have been given out."""

    @property
    def sha256(self) -> str:
        """The file's SHA-256 in hexadecimal, once all of it has been read."""
        return self._digest.hexdigest()

    def begin_record(self) -> None:
        """Count a record's characters from here on."""
        self._in_record = 0
        self._begins = self.number + 1

    def __iter__(self) -> Iterator[str]:
        """Give out the lines; raise Unreadable for a wrong encoding, a NUL or a record without an end."""
        pending = ""
        for text in self._decoded():
            *whole, pending = (pending + text).split("\n")
            for line in whole:
                yield self._checked(f"{line}\n")
            self._bound(len(pending))
        if pending:
            yield self._checked(pending)

    def _checked(self, line: str) -> str:
        self._bound(len(line))
        if "\0" in line:
            raise Unreadable(
                self.number + 1,
                Invalid("", "nul-character", "A NUL character stands here: the file is not text in this encoding."),
            )
        self._in_record += len(line)
        self.number += 1
        return line

    def _bound(self, more: int) -> None:
        if self._in_record + more > LONGEST_RECORD:
            raise Unreadable(
                self._begins,
                Invalid(
                    "",
                    "record-too-long",
                    f"A record has at most {LONGEST_RECORD} characters. A quotation mark may lack its partner.",
                    maximum=LONGEST_RECORD,
                ),
            )

    def _decoded(self) -> Iterator[str]:
        codec = ENCODINGS[self._file.encoding]
        decoder = codecs.getincrementaldecoder(codec)()
        ends = 0
        with self._file.open() as source:
            while piece := source.read(_PIECE):
                self._digest.update(piece)
                text = self._decode(decoder, piece, ends, final=False)
                ends += text.count("\n")
                yield text
            yield self._decode(decoder, b"", ends, final=True)

    def _decode(self, decoder: codecs.IncrementalDecoder, piece: bytes, ends: int, *, final: bool) -> str:
        try:
            return decoder.decode(piece, final)
        except UnicodeError as error:
            good = error.object[: error.start] if isinstance(error, UnicodeDecodeError) else b""
            line = ends + good.count(b"\n") + 1
            raise Unreadable(
                line,
                Invalid(
                    "",
                    "text-encoding",
                    f"The file is not encoded as {self._file.encoding}: say which encoding it has.",
                    charset=self._file.encoding,
                ),
            ) from None
