"""Files that come in are what they were said to be, or the first rule that they break is named."""

import hashlib
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cma_graphql.domain.documents.examination import Examination, Findings
from cma_graphql.domain.documents.media_types import read_media_type
from cma_graphql.domain.documents.models import UploadState
from support.documents import ODT, PDF, SAMPLES, archive

AVAILABLE, FAILED, QUARANTINED = UploadState.AVAILABLE, UploadState.FAILED, UploadState.QUARANTINED
DOCX = next(name for name in SAMPLES if name.endswith("wordprocessingml.document"))
XLSX = next(name for name in SAMPLES if name.endswith("spreadsheetml.sheet"))
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
ZIP = archive("a.txt", "b.txt")
MIB = 1024 * 1024


def examined(content: bytes, media_type: str, *, size: int | None = None, sha256: str = "", piece: int = 0) -> Findings:
    """Examine a file of which everything is so, unless said."""
    examination = Examination(
        read_media_type(media_type),
        size=len(content) if size is None else size,
        sha256=sha256 or hashlib.sha256(content).hexdigest(),
    )
    step = piece or len(content) or 1
    for start in range(0, len(content), step):
        examination.feed(content[start : start + step])
    return examination.finish()


def refusal(findings: Findings) -> tuple[str, str, UploadState]:
    """Answer the field and rule of a refusal, and the state it leaves."""
    assert findings.fault is not None
    return findings.fault.field, findings.fault.rule, findings.state


MISMATCH = ("media_type", "media-type-mismatch", QUARANTINED)


@pytest.mark.parametrize("media_type", SAMPLES)
@given(piece=st.integers(1, 2_000))
def test_every_kind_is_taken_in_whatever_the_pieces(media_type: str, piece: int) -> None:
    assert examined(SAMPLES[media_type][1], media_type, piece=piece) == Findings(None, AVAILABLE)


@pytest.mark.parametrize("claimed", SAMPLES)
@pytest.mark.parametrize("real", [*SAMPLES, "exe", "zip"])
def test_no_kind_passes_for_another(claimed: str, real: str) -> None:
    content = {"exe": EXE, "zip": ZIP}.get(real) or SAMPLES[real][1]
    findings = examined(content, claimed)
    texts = {"text/csv; charset=utf-8", "text/plain; charset=utf-8", "message/rfc822"}
    if claimed == real or (claimed in texts and real in texts and claimed != "message/rfc822"):
        assert findings.fault is None  # all text is text
        return
    assert refusal(findings) == MISMATCH
    assert findings.fault is not None
    assert findings.fault.params["declared"] == claimed.partition(";")[0]
    signed = real.startswith(("image/", "application/pdf")) and not claimed.startswith("application/vnd")
    if signed and claimed != "message/rfc822":
        assert findings.fault.params["found"] == real


@pytest.mark.parametrize(
    ("content", "claimed"),
    [
        (b"Not a PDF.", "application/pdf"),
        (b"\x89PNG\r\n", "image/png"),
        (b"PK\x03\x04" + bytes(100), DOCX),
        (archive("[Content_Types].xml", "xl/workbook.xml"), DOCX),
        (archive("[Content_Types].xml"), DOCX),
        (archive("word/document.xml"), DOCX),
        (archive("content.xml", "META-INF/manifest.xml", first=ODT.replace("text", "spreadsheet")), ODT),
        (archive("content.xml", "META-INF/manifest.xml", first=f"{ODT}-template"), ODT),
        (archive("content.xml", "META-INF/manifest.xml", "mimetype"), ODT),
        (archive("content.xml", "META-INF/manifest.xml"), ODT),
        (SAMPLES[DOCX][1][:-30], DOCX),  # the list of its members is cut off
        (b"#!/bin/sh\n" + archive("[Content_Types].xml", "word/document.xml"), DOCX),
        (b"name,balance\n\x00\x01\x02", "text/csv"),
        (b"\x1b[2J", "text/plain"),
        (b"%PDF-1.7\n", "text/plain"),
        (b"Hello\r\n\r\nNo header.", "message/rfc822"),
        (b"From: a@example.org\r\n\r\nNo date.", "message/rfc822"),
        (b"From: a@example.org\r\nDate: now\r\nX: \x00\r\n\r\n", "message/rfc822"),
        (b"hello\r\nFrom: a@example.org\r\nDate: now\r\n\r\n", "message/rfc822"),
    ],
)
def test_what_only_looks_like_it_is_quarantined(content: bytes, claimed: str) -> None:
    assert refusal(examined(content, claimed)) == MISMATCH


@pytest.mark.parametrize(
    ("member", "claimed"),
    [
        ("word/vbaProject.bin", DOCX),
        ("xl/VBAPROJECT.BIN", XLSX),
        ("Basic/Standard/Module1.xml", ODT),
        ("Scripts/python/evil.py", ODT),
    ],
)
def test_programs_inside_are_quarantined(member: str, claimed: str) -> None:
    inside = {
        DOCX: archive("[Content_Types].xml", "word/document.xml", member),
        XLSX: archive("[Content_Types].xml", "xl/workbook.xml", member),
        ODT: archive("content.xml", "META-INF/manifest.xml", member, first=ODT),
    }
    assert refusal(examined(inside[claimed], claimed)) == ("media_type", "file-macros", QUARANTINED)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("£12 € Zoë".encode(), "text/plain"),
        ("£12 € Zoë".encode("cp1252"), "text/csv; charset=windows-1252"),
        ("£12 Zoë".encode("latin-1"), "text/csv; charset=ISO-8859-1"),
        (b"12 GBP", "text/csv; charset=us-ascii"),
        (b"\xef\xbb\xbfname\tbalance\r\n\f", "text/plain; charset=UTF-8"),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 1000])
def test_text_is_read_in_its_encoding_wherever_it_is_cut(content: bytes, media_type: str, piece: int) -> None:
    assert examined(content, media_type, piece=piece) == Findings(None, AVAILABLE)


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("£12".encode("cp1252"), "utf-8"),
        ("£12".encode()[:1], "utf-8"),  # ends inside a character
        ("£12".encode(), "us-ascii"),
        (b"\x81", "windows-1252"),
    ],
)
@pytest.mark.parametrize("piece", [1, 1000])
def test_text_in_another_encoding_is_quarantined(content: bytes, charset: str, piece: int) -> None:
    findings = examined(content, f"text/csv; charset={charset}", piece=piece)
    assert refusal(findings) == ("media_type", "text-encoding", QUARANTINED)
    assert findings.fault is not None
    assert findings.fault.params == {"charset": charset}


def test_another_file_than_the_one_announced_has_failed() -> None:
    shorter = examined(PDF[:-1], "application/pdf", size=len(PDF))
    assert refusal(shorter) == ("size", "size-mismatch", FAILED)
    assert shorter.fault is not None
    assert shorter.fault.params == {"expected": len(PDF), "found": len(PDF) - 1}
    assert refusal(examined(PDF + b"\n", "application/pdf", size=len(PDF))) == ("size", "size-mismatch", FAILED)
    changed = examined(PDF, "application/pdf", sha256="0" * 64)
    assert refusal(changed) == ("sha256", "sha256-mismatch", FAILED)
    assert changed.fault is not None
    assert changed.fault.params == {"expected": "0" * 64, "found": hashlib.sha256(PDF).hexdigest()}


def test_what_was_announced_is_asked_before_what_it_claims_to_be() -> None:
    assert refusal(examined(EXE, "application/pdf", size=1, sha256="0" * 64))[1] == "size-mismatch"
    assert refusal(examined(EXE, "application/pdf", sha256="0" * 64))[1] == "sha256-mismatch"


def test_nothing_at_all() -> None:
    assert refusal(examined(b"", "application/pdf")) == MISMATCH
    assert refusal(examined(b"", "application/pdf", size=1)) == ("size", "size-mismatch", FAILED)


def test_a_letter_that_passed_many_servers() -> None:
    received = b"".join(b"Received: from a by b with ESMTPS id %d; \r\n" % number for number in range(700))
    letter = b"%sFrom: a@example.org\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n\r\n%s" % (received, b"x" * MIB)
    assert examined(letter, "message/rfc822", piece=70_000) == Findings(None, AVAILABLE)


def a_long_archive(members: int, mebibytes: int) -> bytes:
    """Make a text document with so many members and a picture of so many MiB in front of the list of them."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr("[Content_Types].xml", "<x/>")
        zipped.writestr("word/media/image1.png", bytes(mebibytes * MIB))
        for number in range(members):
            zipped.writestr(f"word/{number}.xml", "")
        zipped.writestr("word/document.xml", "<x/>")
    return made.getvalue()


def test_an_archive_longer_than_what_is_kept_of_it() -> None:
    assert examined(a_long_archive(100, 3), DOCX, piece=256 * 1024) == Findings(None, AVAILABLE)
    assert refusal(examined(a_long_archive(5_000, 0), DOCX)) == MISMATCH  # too many for a document of ours


def pieces_of(size: int, first: bytes) -> Iterator[bytes]:
    piece = bytes(256 * 1024)
    yield first + piece[len(first) :]
    for _ in range(size // len(piece) - 1):
        yield piece


@pytest.mark.parametrize("media_type", ["application/pdf", DOCX, "text/plain", "message/rfc822"])
def test_memory_is_bounded_however_long_the_file(media_type: str) -> None:
    size = 64 * MIB
    examination = Examination(read_media_type(media_type), size=size, sha256="0" * 64)
    tracemalloc.start()
    try:
        for piece in pieces_of(size, b"%PDF-1.7"):
            examination.feed(piece)
        assert examination.finish().state is FAILED
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * MIB
