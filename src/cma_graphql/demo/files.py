"""Small files that are what they say they are: a page of text as PDF, a statement as CSV, a scan as PNG."""

import csv
import io
import struct
import zlib
from collections.abc import Sequence
from random import Random

_LINE_HEIGHT = 18
_TOP = 780
_LEFT = 60
_LINE_PIXELS = 10


def pdf_page(title: str, lines: Sequence[str]) -> bytes:
    """Write one A4 page: a title and lines of text, in Latin letters."""
    shown = [f"BT /F1 16 Tf {_LEFT} {_TOP} Td ({_escaped(title)}) Tj ET"]
    shown += [
        f"BT /F1 11 Tf {_LEFT} {_TOP - _LINE_HEIGHT * number} Td ({_escaped(line)}) Tj ET"
        for number, line in enumerate(lines, start=2)
    ]
    text = "\n".join(shown).encode("cp1252")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    made, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def bank_statement(random: Random, *, year: int, month: int) -> bytes:
    """Write a month of an account as CSV, its balance carried from line to line."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(("Date", "Description", "Amount", "Balance"))
    balance = random.randint(-90_000, 40_000)
    for day in sorted(random.sample(range(1, 29), 9)):
        text, least, most = random.choice(_MOVEMENTS)
        amount = random.randint(least, most)
        balance += amount
        lines.writerow((f"{year}-{month:02d}-{day:02d}", text, f"{amount / 100:.2f}", f"{balance / 100:.2f}"))
    return made.getvalue().encode()


_MOVEMENTS = (
    ("WAGES", 70_000, 170_000),
    ("UNIVERSAL CREDIT", 30_000, 80_000),
    ("SUPERMARKET", -9_000, -800),
    ("RENT", -70_000, -40_000),
    ("ENERGY DIRECT DEBIT", -18_000, -6_000),
    ("CARD PAYMENT", -6_000, -500),
    ("UNPAID ITEM CHARGE", -1_500, -500),
)
"""What moves on an account, with the least and the most, in pence."""


def caseload_csv(names: Sequence[str]) -> bytes:
    """Write a caseload as another system hands it over."""
    made = io.StringIO()
    lines = csv.writer(made, lineterminator="\r\n")
    lines.writerow(("Reference", "Name", "Opened"))
    for number, name in enumerate(names, start=1):
        lines.writerow((f"OLD-{number:04d}", name, "2024-05-01"))
    return made.getvalue().encode()


def png_scan(random: Random, *, width: int = 120, height: int = 80) -> bytes:
    """Write a picture in shades of grey: a card with a photograph's place and lines of text."""
    rows = bytearray()
    tone = random.randint(140, 200)
    for y in range(height):
        line = y % _LINE_PIXELS < _LINE_PIXELS // 2 and y > height // 4
        rows += b"\0" + bytes(_shade(x, width, tone, line=line) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(bytes(rows))), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _shade(x: int, width: int, tone: int, *, line: bool) -> int:
    if x < width // 3:
        return tone
    return 60 if line and x < width - 10 else 240


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
