"""Looks at a file that came in, a piece at a time: is it what it was said to be? Memory stays bounded."""

import codecs
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser

import puremagic

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.documents.media_types import CHARSETS, MEDIA_TYPES, DeclaredType, Family, MediaType
from cma_graphql.domain.documents.models import UploadState

_HEAD_BYTES = 64 * 1024
"""What a file begins with; the headers of a letter that passed many servers take in a good part of it."""
_TAIL_BYTES = 1024 * 1024
"""Where the list of an archive's members stands: at its end. One with a longer list is none of ours."""
_MOST_MEMBERS = 5_000
_LOCAL_FILE = b"PK\x03\x04"
_FIRST_NAME = 30
"""Where the name of an archive's first member stands."""
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")
_CONTROLS = re.compile(b"[" + re.escape(bytes(byte for byte in range(32) if byte not in _TEXT_CONTROLS)) + b"]")
_MACROS = re.compile(r"(^|/)(vbaProject\.bin|Basic/|Scripts/)", re.IGNORECASE)
_HEADERS_OF_A_LETTER = ("From", "Date")


@dataclass(frozen=True, slots=True)
class Findings:
    """What an examination came to."""

    fault: Invalid | None
    state: UploadState
    """AVAILABLE; FAILED for another file than the one announced; QUARANTINED for one that is not what it claims."""


class Examination:
    """One file's examination: feed it everything, then ask."""

    def __init__(self, declared: DeclaredType, *, size: int, sha256: str) -> None:
        self._declared = declared
        self._expected_size = size
        self._expected_sha256 = sha256
        self._size = 0
        self._digest = hashlib.sha256()
        self._head = bytearray()
        self._tail = bytearray()
        self._text_fault: Invalid | None = None
        charset = CHARSETS[declared.charset] if declared.charset is not None else None
        self._decoder = codecs.getincrementaldecoder(charset)() if charset is not None else None

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        self._size += len(piece)
        self._digest.update(piece)
        if len(self._head) < _HEAD_BYTES:
            self._head += piece[: _HEAD_BYTES - len(self._head)]
        if self._declared.kind.family is Family.ARCHIVE:
            self._tail += piece
            del self._tail[:-_TAIL_BYTES]
        if self._decoder is not None:
            self._look_at_text(piece)

    def finish(self) -> Findings:
        """Answer what was found: the file as announced, or the first rule that it breaks."""
        if (fault := self._as_announced()) is not None:
            return Findings(fault, UploadState.FAILED)
        if (fault := self._as_declared()) is not None:
            return Findings(fault, UploadState.QUARANTINED)
        return Findings(None, UploadState.AVAILABLE)

    def _as_announced(self) -> Invalid | None:
        if self._size != self._expected_size:
            return wrong_size(expected=self._expected_size, found=self._size)
        found = self._digest.hexdigest()
        if found != self._expected_sha256:
            return Invalid(
                "sha256",
                "sha256-mismatch",
                "The file's SHA-256 is not the one announced: it was changed on its way, or is another file.",
                expected=self._expected_sha256,
                found=found,
            )
        return None

    def _as_declared(self) -> Invalid | None:
        signed = _by_signature(bytes(self._head))
        match self._declared.kind.family:
            case Family.SIGNATURE:
                return None if signed is self._declared.kind else self._mismatch(signed)
            case Family.ARCHIVE:
                return self._look_at_archive()
            case Family.TEXT:
                return self._mismatch(signed) if signed is not None else self._end_of_text()
            case Family.LETTER:
                return self._mismatch(signed) if signed is not None else self._look_at_letter()

    def _mismatch(self, found: MediaType | None) -> Invalid:
        named = {} if found is None else {"found": found.name}
        return Invalid(
            "media_type",
            "media-type-mismatch",
            f"The file says that it is {self._declared.kind.name}, and is not.",
            declared=self._declared.kind.name,
            **named,
        )

    def _look_at_archive(self) -> Invalid | None:
        if not self._head.startswith(_LOCAL_FILE) or not _begins_as(self._declared.kind, bytes(self._head)):
            return self._mismatch(None)
        try:
            with zipfile.ZipFile(io.BytesIO(bytes(self._tail))) as archive:
                members = set(archive.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return self._mismatch(None)
        if len(members) > _MOST_MEMBERS or not members.issuperset(self._declared.kind.members):
            found = (
                it for it in MEDIA_TYPES.values() if it.family is Family.ARCHIVE and members.issuperset(it.members)
            )
            return self._mismatch(next(found, None))
        if any(_MACROS.search(member) for member in members):
            return Invalid("media_type", "file-macros", "The file contains programs. Save it without macros.")
        return None

    def _look_at_text(self, piece: bytes) -> None:
        if self._text_fault is not None or self._decoder is None:
            return
        if _CONTROLS.search(piece):
            self._text_fault = self._mismatch(None)
            return
        try:
            self._decoder.decode(piece)
        except UnicodeDecodeError:
            self._text_fault = self._not_encoded()

    def _end_of_text(self) -> Invalid | None:
        if self._text_fault is None and self._decoder is not None:
            try:
                self._decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                self._text_fault = self._not_encoded()
        return self._text_fault

    def _not_encoded(self) -> Invalid:
        charset = str(self._declared.charset)
        return Invalid("media_type", "text-encoding", f"The text is not encoded as {charset}.", charset=charset)

    def _look_at_letter(self) -> Invalid | None:
        headers = BytesHeaderParser().parsebytes(bytes(self._head))
        whole = b"\x00" not in self._head and all(headers.get(name) for name in _HEADERS_OF_A_LETTER)
        return None if whole and not headers.defects else self._mismatch(None)


def wrong_size(*, expected: int, found: int) -> Invalid:
    """Answer the fault of a file of another size than announced."""
    return Invalid(
        "size", "size-mismatch", f"The file has {found} bytes, not {expected}.", expected=expected, found=found
    )


def _begins_as(kind: MediaType, head: bytes) -> bool:
    """Tell whether an archive's first member says of it what it has to: an OpenDocument names its own type there."""
    if not kind.named_inside:
        return True
    name = b"mimetype" + kind.name.encode()
    end = _FIRST_NAME + len(name)
    return head[_FIRST_NAME:end] == name and head[end : end + 2] == _LOCAL_FILE[:2]  # no longer name begins with it


def _by_signature(head: bytes) -> MediaType | None:
    """Answer which kind with a signature a file begins like; None for none of ours."""
    try:
        names = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return None
    for kind in MEDIA_TYPES.values():
        if kind.family is Family.SIGNATURE and not names.isdisjoint({kind.name, *kind.known_as}):
            return kind
    return None
