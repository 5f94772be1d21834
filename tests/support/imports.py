"""Caseload files for tests: lines as dictionaries, and what an import of them left behind."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.models import CaseloadImport
from cma_graphql.domain.exchange.importing.report import Report
from cma_graphql.domain.exchange.importing.services import check_caseload, import_caseload
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

Line = Mapping[str, str]
TABLES = (
    "clients",
    "client_consents",
    "cases",
    "case_status_history",
    "case_compliance",
    "case_compliance_items",
    "debts",
    "debt_balances",
    "debt_holders",
    "creditors",
    "caseload_imports",
    "search_words",
    "event_log",
    "audit_logs",
)
"""Every table that an import writes to."""


def client(reference: str = "P1", **given: str) -> Line:
    """Make the line of a client."""
    return {"record": "client", "reference": reference, "first_name": "Ann", "last_name": f"Lee {reference}", **given}


def case(reference: str = "F1", client: str = "P1", **given: str) -> Line:
    """Make the line of a case."""
    words = {"case_type": "DEBT_ADVICE", "title": f"Case {reference}", "description": "Taken over."}
    return {"record": "case", "reference": reference, "client": client, **words, **given}


def debt(reference: str = "D1", case: str = "F1", **given: str) -> Line:
    """Make the line of a debt."""
    usual = {} if "creditor" in given else {"creditor_name": "Shop on the Corner"}
    return {"record": "debt", "reference": reference, "case": case, "debt_type": "CREDIT_CARD", **usual, **given}


def text_of(lines: Iterable[Line], columns: Sequence[str] | None = None) -> str:
    """Write lines as CSV under a header of the columns that they have."""
    lines = list(lines)
    names = columns or list(dict.fromkeys(name for line in lines for name in line))
    written = io.StringIO()
    writer = csv.DictWriter(written, names, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return written.getvalue()


def file_of(content: str | bytes | Iterable[Line], *, encoding: str = "utf-8") -> CaseloadFile:
    """Make a file of a text, of bytes, or of lines."""
    if isinstance(content, bytes):
        whole = content
    else:
        whole = (content if isinstance(content, str) else text_of(content)).encode()
    return CaseloadFile("caseload.csv", lambda: io.BytesIO(whole), encoding)


async def checked(data: Data, actor: Actor, file: CaseloadFile, **given: Any) -> Report:
    """Check a file as somebody."""
    report = Report()
    async with data.database.read(actor) as reader:
        await check_caseload(reader, data.keys.vault, file=file, report=report, **given)
    return report


async def faults(data: Data, actor: Actor, file: CaseloadFile, **given: Any) -> list[tuple[int, str, str]]:
    """Answer line, column and rule of every fault of a file."""
    report = await checked(data, actor, file, **given)
    return [(fault.line, fault.column, fault.rule) for fault in report.faults]


async def imported(data: Data, actor: Actor, file: CaseloadFile, **given: Any) -> UUID:
    """Import a file as somebody."""
    async with unit_of_work(data.database, data.keys, actor, timeout_ms=120_000) as uow:
        return await import_caseload(uow, file=file, **given)


async def an_import(data: Data, actor: Actor, mark: str) -> UUID:
    """Note an import of a file that nobody had, for lists."""
    made = CaseloadImport(
        id=new_id(),
        document_id=None,
        file_name=f"{mark} caseload.csv",
        sha256=hashlib.sha256(mark.encode()).hexdigest(),
        lines=0,
        clients=0,
        cases=0,
        debts=0,
        imported_at=now(),
        imported_by=actor.user_id,
    )
    async with unit_of_work(data.database, data.keys, actor) as uow:
        uow.add(made)
    return made.id


async def left(rows: Any, centre: UUID) -> dict[str, Any]:
    """Count what a centre has in every table that an import writes to, and read its counters and heads."""
    counted = {
        table: await rows.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", centre)  # noqa: S608
        for table in TABLES
    }
    counters = await rows.fetch("SELECT name, value FROM centre_counters WHERE centre_id = $1 ORDER BY name", centre)
    head = await rows.fetchrow("SELECT seq, hash FROM audit_heads WHERE centre_id = $1", centre)
    return {
        **counted,
        "counters": [tuple(row) for row in counters],
        "head": tuple(head),
        "seq": await rows.fetchval("SELECT seq FROM event_heads WHERE centre_id = $1", centre),
    }
