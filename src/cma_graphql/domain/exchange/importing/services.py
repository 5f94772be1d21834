"""Takes a centre's caseload over from a file, or says what stands in the way."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.ids import new_id
from cma_graphql.core.vault import Vault
from cma_graphql.domain.documents.audience import MANAGERS
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.exchange.importing.centre import lock_what_is_named, look_at_centre
from cma_graphql.domain.exchange.importing.checking import Check, Progress, no_progress
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.events import CaseloadImported
from cma_graphql.domain.exchange.importing.models import CaseloadImport
from cma_graphql.domain.exchange.importing.outline import draw_outline
from cma_graphql.domain.exchange.importing.report import CaseloadRefused, Report
from cma_graphql.domain.exchange.importing.selectors import import_of_file
from cma_graphql.domain.exchange.importing.writing import Writing
from cma_graphql.persistence.reads import Reads
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_LINES = 2_000
"""Of a file that is imported while a request waits."""
MOST_BYTES = 8 * 1024 * 1024
"""The same: 2,000 of the longest lines that people write have a tenth of it."""
MOST_LINE_ENDS = 100_000
"""The same: fifty for each record, within its texts and around it. Millions would hold up everybody for a minute."""


async def check_caseload(
    reads: Reads,
    vault: Vault,
    *,
    file: CaseloadFile,
    report: Report,
    accept_possible_duplicates: bool = False,
    most_lines: int | None = None,
    progress: Progress = no_progress,
) -> None:
    """Find what stands in the way of an import, and write nothing.

    Raises Forbidden, Invalid (`imported-already`), LimitReached (more than `most_lines`).
    """
    reads.actor.require(Permission.CASELOAD_IMPORT)
    outline = draw_outline(file, most_lines=most_lines)
    await _refuse_repetition(reads, outline.sha256)
    centre = await look_at_centre(reads, outline)
    check = Check(file, outline, centre, report)
    await check.run(reads, vault, accept_possible_duplicates=accept_possible_duplicates, progress=progress)


async def import_caseload(
    uow: UnitOfWork,
    *,
    file: CaseloadFile,
    document_id: UUID | None = None,
    accept_possible_duplicates: bool = False,
    most_lines: int | None = None,
    progress: Progress = no_progress,
) -> UUID:
    """Write every record of a file, and one of the import itself; answer its id.

    It is checked once more, now that clients, people, teams and the numbers it needs are locked: until it commits,
    nobody else of the centre records a client. Raises Forbidden, NotFound, Invalid (`imported-already`), LimitReached,
    CaseloadRefused with the report where a line has a fault; nothing is written then.
    """
    uow.actor.require(Permission.CASELOAD_IMPORT)
    if document_id is not None:
        await uow.get(Document, document_id, field="document_id")
    outline = draw_outline(file, most_lines=most_lines)
    await lock_what_is_named(uow, outline, await look_at_centre(uow, outline))
    await uow.next_numbers("creditor", 0)
    client_numbers = await uow.next_numbers("client", len(outline.clients))
    await _refuse_repetition(uow, outline.sha256)
    centre = await look_at_centre(uow, outline)
    report = Report()
    check = Check(file, outline, centre, report)
    vault = uow.keys.vault
    checked = await check.run(uow, vault, accept_possible_duplicates=accept_possible_duplicates, progress=progress)
    if report.total:
        raise CaseloadRefused(report)
    await Writing(file, outline.sha256, centre, checked, progress).run(uow, client_numbers)
    return await _keep(uow, file, outline.sha256, report, document_id)


async def _keep(uow: UnitOfWork, file: CaseloadFile, sha256: str, report: Report, document_id: UUID | None) -> UUID:
    made = CaseloadImport(
        id=new_id(),
        document_id=document_id,
        file_name=file.name,
        sha256=sha256,
        lines=report.lines,
        clients=report.clients,
        cases=report.cases,
        debts=report.debts,
        imported_at=now(),
        imported_by=uow.actor.user_id,
    )
    changes = uow.add(made)
    uow.record(CaseloadImported(subject_id=made.id), changes=changes, after=MANAGERS)
    return made.id


async def _refuse_repetition(reads: Reads, sha256: str) -> None:
    earlier = await reads.one(import_of_file, sha256=sha256)
    if earlier is not None:
        at = earlier["imported_at"].isoformat(timespec="seconds")
        raise Invalid("document_id", "imported-already", f"This very file was imported on {at}.", imported_at=at)
