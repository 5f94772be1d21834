"""The import as a command: for an operator who has the database's address, and acts as a manager of the centre."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cma_graphql.access.actor import Actor, ActorKind, system_of
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.email import email_key, normalise_email
from cma_graphql.domain.auth.standing import roles_at
from cma_graphql.domain.centres.by_code import centre_at_work
from cma_graphql.domain.exchange.importing.checking import Progress
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.report import CaseloadRefused, LineFault, Report
from cma_graphql.domain.exchange.importing.selectors import staff_of_centre
from cma_graphql.domain.exchange.importing.services import check_caseload, import_caseload
from cma_graphql.domain.users.models import MembershipStatus
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.writing import write

_REQUEST = "command-line"
_STATEMENT_MS = 600_000
"""How long one statement may take: those of a large import take seconds."""
_TOLD_EVERY = 5_000
Say = Callable[[str], None]
Tell = Callable[[LineFault], None]


async def member_of(database: Database, *, centre_code: str, email: str) -> Actor:
    """Answer the actor that somebody is at a centre. Raises Invalid where they do not act for it."""
    centre_id = await centre_at_work(database, centre_code, request_id=_REQUEST)
    address = read_field("as", normalise_email, email)
    async with database.read(system_of(centre_id, request_id=_REQUEST)) as reader:
        staff = {email_key(row["email"]): row for row in await reader.all(staff_of_centre)}
    member = staff.get(email_key(address))
    if member is None or member["status"] != MembershipStatus.ACTIVE:
        raise Invalid("as", "not-found", f"Nobody who acts for {centre_code} has the e-mail address {address}.")
    return Actor(
        kind=ActorKind.STAFF,
        centre_id=centre_id,
        user_id=member["key"],
        roles=roles_at(centre_id, member["roles"]),
        request_id=_REQUEST,
    )


async def import_file(
    database: Database,
    keys: CentreKeys,
    *,
    centre_code: str,
    email: str,
    file: CaseloadFile,
    dry_run: bool,
    accept_possible_duplicates: bool,
    say: Say,
    tell: Tell,
) -> int:
    """Check a file, then import it unless `dry_run`; answer 0, or 1 where it has faults, each of which was told.

    It is checked before anything is locked, and once more by the import itself. Raises Invalid, Forbidden,
    LimitReached, Unavailable.
    """
    actor = await member_of(database, centre_code=centre_code, email=email)
    report = Report(tell=tell)
    async with database.read(actor, timeout_ms=_STATEMENT_MS) as reader:
        await check_caseload(
            reader,
            keys.vault,
            file=file,
            report=report,
            accept_possible_duplicates=accept_possible_duplicates,
            progress=_now_and_then(say),
        )
    say(f"{report.lines} lines: {report.clients} clients, {report.cases} cases, {report.debts} debts.")
    if report.total:
        say(f"{report.total} faults: nothing was imported.")
        return 1
    if dry_run:
        say("No faults. Nothing was written: this was a dry run.")
        return 0
    try:
        await write(
            database,
            keys,
            actor,
            import_caseload,
            timeout_ms=_STATEMENT_MS,
            file=file,
            accept_possible_duplicates=accept_possible_duplicates,
            progress=_now_and_then(say),
        )
    except CaseloadRefused as refusal:  # somebody changed what the file refers to since it was checked
        for fault in refusal.report.faults:
            tell(fault)
        say(str(refusal))
        return 1
    say("Imported.")
    return 0


@contextmanager
def fault_lines(path: Path | None, say: Say) -> Iterator[Tell]:
    """Answer how faults are told: a line each, or as CSV into a file."""
    if path is None:
        yield lambda fault: say(_line_of(fault))
        return
    with path.open("w", encoding="utf-8", newline="") as written:
        writer = csv.writer(written)
        writer.writerow(["line", "column", "rule", "message"])
        yield lambda fault: _write(writer.writerow, fault)


def _line_of(fault: LineFault) -> str:
    place = f"line {fault.line}, {fault.column}" if fault.column else f"line {fault.line}"
    return f"{place}: {fault.message} ({fault.rule})"


def _write(row: Callable[[list[object]], object], fault: LineFault) -> None:
    row([fault.line, fault.column, fault.rule, fault.message])


def _now_and_then(say: Say) -> Progress:
    """Tell of progress each time some thousands of lines more are done."""
    told: dict[str, int] = {}

    def progress(what: str, lines: int) -> None:
        if lines - told.get(what, 0) >= _TOLD_EVERY:
            told[what] = lines
            say(f"{lines} {what} …")

    return progress
