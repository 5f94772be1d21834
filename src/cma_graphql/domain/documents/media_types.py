"""Which kinds of files are taken in, by media type, and how one is declared."""

import re
from dataclasses import dataclass
from enum import StrEnum

from cma_graphql.core.errors import Invalid
from cma_graphql.core.formats.file_name import extension


class Family(StrEnum):
    """How one tells whether bytes are of a kind."""

    SIGNATURE = "SIGNATURE"
    """By what the file begins with."""
    ARCHIVE = "ARCHIVE"
    """A ZIP archive with certain members."""
    TEXT = "TEXT"
    """Text in its declared encoding."""
    LETTER = "LETTER"
    """An e-mail as it was sent (RFC 5322)."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One kind of files."""

    name: str
    family: Family
    extensions: tuple[str, ...]
    known_as: tuple[str, ...] = ()
    """What a library of signatures may call it besides."""
    members: tuple[str, ...] = ()
    """What an archive of this kind contains."""
    named_inside: bool = False
    """Whether an archive's first member is called `mimetype` and holds the kind's name, as OpenDocument has it."""


_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    kind.name: kind
    for kind in (
        MediaType("application/pdf", Family.SIGNATURE, ("pdf",)),
        MediaType("image/png", Family.SIGNATURE, ("png",)),
        MediaType("image/jpeg", Family.SIGNATURE, ("jpg", "jpeg", "jpe")),
        MediaType("image/tiff", Family.SIGNATURE, ("tif", "tiff")),
        MediaType("image/heic", Family.SIGNATURE, ("heic", "heif"), known_as=("image/heif",)),
        MediaType(
            f"{_OFFICE}.wordprocessingml.document",
            Family.ARCHIVE,
            ("docx",),
            members=("[Content_Types].xml", "word/document.xml"),
        ),
        MediaType(
            f"{_OFFICE}.spreadsheetml.sheet",
            Family.ARCHIVE,
            ("xlsx",),
            members=("[Content_Types].xml", "xl/workbook.xml"),
        ),
        MediaType(
            "application/vnd.oasis.opendocument.text",
            Family.ARCHIVE,
            ("odt",),
            members=("mimetype", "content.xml", "META-INF/manifest.xml"),
            named_inside=True,
        ),
        MediaType("text/csv", Family.TEXT, ("csv",)),
        MediaType("text/plain", Family.TEXT, ("txt",)),
        MediaType("message/rfc822", Family.LETTER, ("eml",)),
    )
}
"""Every kind that is taken in."""

CHARSETS = {"utf-8": "utf-8", "us-ascii": "ascii", "windows-1252": "cp1252", "iso-8859-1": "latin-1"}
"""The encodings that text may be declared in, and Python's names of them."""

_DECLARED = re.compile(r"([a-z0-9.+/-]+)(?:\s*;\s*charset=\"?([a-z0-9-]+)\"?)?", re.IGNORECASE)
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """What a file is said to be."""

    kind: MediaType
    charset: str | None
    """The encoding of text; UTF-8 unless said."""

    @property
    def text(self) -> str:
        """Write it as it is kept and sent: `text/csv; charset=utf-8`."""
        return self.kind.name if self.charset is None else f"{self.kind.name}; charset={self.charset}"


def read_media_type(text: str, *, field: str = "media_type") -> DeclaredType:
    """Read a declared media type. Raises Invalid (rules `media-type`, `charset`) for one that is not taken in."""
    match = _DECLARED.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    kind = MEDIA_TYPES.get(match[1].lower()) if match is not None else None
    if match is None or kind is None:
        raise Invalid(
            field, "media-type", "Files of this kind are not taken in.", allowed=sorted(MEDIA_TYPES), given=text[:100]
        )
    if kind.family is not Family.TEXT:
        return DeclaredType(kind, None)
    charset = (match[2] or "utf-8").lower()
    if charset not in CHARSETS:
        raise Invalid(field, "charset", "Text in this encoding is not taken in.", allowed=sorted(CHARSETS))
    return DeclaredType(kind, charset)


def check_file_name(name: str, declared: DeclaredType, *, field: str = "file_name") -> None:
    """Raise Invalid (rule `file-extension`) for a name under which a computer would take the file for another kind."""
    if extension(name) not in declared.kind.extensions:
        raise Invalid(
            field,
            "file-extension",
            f"The name of such a file ends in .{declared.kind.extensions[0]}.",
            allowed=list(declared.kind.extensions),
        )
