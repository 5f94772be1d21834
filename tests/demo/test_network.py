"""The demonstration network is made once, through the services, and everything in it holds."""

import csv
import email
import io
import zlib
from decimal import Decimal
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Thread
from typing import ClassVar

import asyncpg
import pytest

from cma_graphql.access.actor import system_of
from cma_graphql.core.clock import now, today
from cma_graphql.core.passwords import verify_password
from cma_graphql.demo.files import bank_statement, caseload_csv, pdf_page, png_scan
from cma_graphql.demo.handing_in import hand_in_over_http
from cma_graphql.demo.network import PASSWORD, DemoMaker
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.compliance.models import ComplianceStatus
from cma_graphql.domain.compliance.selectors import counts_by_status
from cma_graphql.domain.documents.examination import Examination
from cma_graphql.domain.documents.media_types import read_media_type
from cma_graphql.domain.documents.models import AccessLevel, DocumentType, UploadState
from cma_graphql.domain.referrals.models import ReferralState
from cma_graphql.integrations.storage.port import FileStore, StorageKey, UploadTarget
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from support.databases import Databases
from support.demonstration import a_demo_maker


async def test_a_network_is_made_once_and_its_records_hold(
    databases: Databases, own_database: str, keys: CentreKeys, tmp_path: Path
) -> None:
    said: list[str] = []
    owner = databases.owner(own_database)
    database = await Database(databases.app(own_database), read_pool_size=2, write_pool_size=2).open()
    rows = await asyncpg.connect(owner)
    try:

        def maker() -> DemoMaker:
            return a_demo_maker(database, keys, owner, tmp_path, Random(1), said.append)  # noqa: S311

        demo = await maker().make()
        centres = await rows.fetch("SELECT id FROM centres WHERE code <> 'PLATFORM'")
        assert len(centres) == 3
        for centre in centres:
            async with database.read(system_of(centre["id"])) as reader:
                verified = await verify_chain(reader)
            assert verified.intact
            assert verified.entries > 60
        statuses = {row["status"] for row in await rows.fetch("SELECT DISTINCT status FROM cases")}
        assert statuses == {*CaseStatus} - {CaseStatus.NEW}  # every case has an advisor
        await papers_hold(rows, maker().storage.store)
        await checklists_hold(rows, database)
        await referrals_hold(rows)
        kept = await rows.fetchval("SELECT password_hash FROM users WHERE email = 'advisor@bristol.example.org'")
        assert await verify_password(kept, PASSWORD)
        lines = demo.sign_ins()
        assert all(f"  {role} " in lines for role in ("SYSTEM_ADMIN", "CENTRE_MANAGER", "ADVISOR", "TRAINEE", "CLIENT"))
        assert (tmp_path / "key").read_text() in lines

        before = await rows.fetchval("SELECT count(*) FROM audit_logs")
        assert (await maker().make()).sign_ins() == lines
        assert await rows.fetchval("SELECT count(*) FROM audit_logs") == before
    finally:
        await rows.close()
        await database.close()
    assert said[0] == "Making a demonstration network …"


async def papers_hold(rows: "asyncpg.Connection[asyncpg.Record]", store: FileStore) -> None:
    """Assert that there are papers of every sort, and that the files are what the records say."""
    counts = {
        column: {row[0]: row[1] for row in await rows.fetch(f"SELECT {column}, count(*) FROM documents GROUP BY 1")}  # noqa: S608
        for column in ("upload_state", "document_type", "access_level", "shared_with_client", "from_client")
    }
    assert set(counts["access_level"]) == {*AccessLevel}
    assert set(counts["document_type"]) == {*DocumentType}
    assert counts["upload_state"]["PENDING"] == counts["upload_state"]["FAILED"] == 3  # one a centre
    assert counts["upload_state"]["QUARANTINED"] == 3
    assert counts["upload_state"]["AVAILABLE"] > 60
    assert counts["from_client"][True] == 3
    assert counts["shared_with_client"][True] > 10
    assert await rows.fetchval("SELECT count(*) FROM document_debts") > 10
    assert await rows.fetchval("SELECT count(*) FROM search_words WHERE kind = 'document_versions'") > 100
    for version in await rows.fetch("SELECT * FROM document_versions"):
        key = StorageKey(version["storage_key"])
        found = await store.find(key)
        if version["upload_state"] != UploadState.AVAILABLE:
            assert found is None
            assert (version["failure_rule"] is None) == (version["upload_state"] == UploadState.PENDING)
            continue
        assert found is not None
        assert found.kept
        content = b"".join([piece async for piece in store.read(key, found)])
        assert (len(content), sha256(content).hexdigest()) == (version["size"], version["sha256"])
        assert version["verified_media_type"] == version["declared_media_type"]


async def checklists_hold(rows: "asyncpg.Connection[asyncpg.Record]", database: Database) -> None:
    """Assert that the overview of the largest centre shows every status, and what led there."""
    centre = await rows.fetchval("SELECT id FROM centres WHERE code = 'BRISTOL'")
    async with database.read(system_of(centre)) as reader:
        counts = await counts_by_status(reader, {"today": today()})
    assert set(counts) == {*ComplianceStatus}
    items = await rows.fetchrow(
        "SELECT count(*) FILTER (WHERE evidence_document_id IS NOT NULL) AS by_paper, "
        "count(*) FILTER (WHERE evidence_note IS NOT NULL) AS by_note, "
        "count(*) FILTER (WHERE state = 'FAILED' AND remedial_action IS NOT NULL) AS failed, "
        "count(*) FILTER (WHERE state = 'OPEN' AND deadline_on < $1) AS late FROM case_compliance_items",
        today(),
    )
    assert items is not None
    assert min(items) > 0


async def referrals_hold(rows: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Assert that there are referrals out in every state, three kinds that came in, and one offer at two centres."""
    found = await rows.fetch(
        "SELECT direction, party, state, count(DISTINCT centre_id) AS centres FROM referrals GROUP BY 1, 2, 3"
    )
    counts = {(row["direction"], row["party"], row["state"]): row["centres"] for row in found}
    assert {state for direction, party, state in counts if (direction, party) == ("OUT", "ORGANISATION")} == {
        *ReferralState
    }
    assert [counts["IN", "ORGANISATION", state] for state in ("SENT", "ACCEPTED", "REJECTED")] == [3, 3, 3]
    assert (counts["OUT", "CENTRE", "SENT"], counts["IN", "CENTRE", "SENT"]) == (1, 1)


# The files


def test_a_page_is_a_pdf_whose_table_finds_its_objects() -> None:
    page = pdf_page("Payslip (March)", ["For Zoë Brien", r"C:\papers"])
    assert looked_at(page, "application/pdf") is UploadState.AVAILABLE
    table = int(page.rpartition(b"startxref\n")[2].partition(b"\n")[0])
    lines = page[table:].split(b"\n")
    assert lines[:2] == [b"xref", b"0 7"]
    for number, line in enumerate(lines[3:9], start=1):
        assert len(line) == 19  # twenty bytes with its end
        assert page[int(line[:10]) :].startswith(b"%d 0 obj\n" % number)
    assert b"Payslip \\(March\\)" in page


def test_a_scan_is_a_png_of_its_size() -> None:
    scan = png_scan(Random(1), width=20, height=10)  # noqa: S311
    assert looked_at(scan, "image/png") is UploadState.AVAILABLE
    length = int.from_bytes(scan[33:37])
    assert scan[37:41] == b"IDAT"
    assert len(zlib.decompress(scan[41 : 41 + length])) == 10 * 21


def test_a_statement_adds_up() -> None:
    statement = bank_statement(Random(4), year=2026, month=2)  # noqa: S311
    assert looked_at(statement, "text/csv; charset=utf-8") is UploadState.AVAILABLE
    found = csv.DictReader(io.StringIO(statement.decode()))
    lines = [(Decimal(line["Amount"]), Decimal(line["Balance"])) for line in found]
    assert len(lines) == 9
    assert all(before + amount == after for (_, before), (amount, after) in pairwise(lines))


def test_a_caseload_names_its_people() -> None:
    assert caseload_csv(["A, B"]) == b'Reference,Name,Opened\r\nOLD-0001,"A, B",2024-05-01\r\n'


def looked_at(content: bytes, media_type: str) -> UploadState:
    examination = Examination(read_media_type(media_type), size=len(content), sha256=sha256(content).hexdigest())
    examination.feed(content)
    return examination.finish().state


class _Taking(BaseHTTPRequestHandler):
    """A store that notes what it is sent."""

    taken: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((self.path, self.headers["Content-Type"], body))
        self.send_response(204 if b"a file" in body else 403)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


async def test_a_store_elsewhere_is_sent_a_form() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taking)
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/bucket"
        target = UploadTarget(method="POST", url=url, form={"key": "incoming/1"}, expires_at=now())
        await hand_in_over_http(target, b"a file")
        with pytest.raises(OSError, match="403"):
            await hand_in_over_http(target, b"another")
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
    path, kind, body = _Taking.taken[0]
    message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts = [part for part in message.walk() if not part.is_multipart()]
    sent = {part.get_param("name", header="Content-Disposition"): part.get_payload(decode=True) for part in parts}
    assert (path, sent) == ("/bucket", {"key": b"incoming/1", "file": b"a file"})
