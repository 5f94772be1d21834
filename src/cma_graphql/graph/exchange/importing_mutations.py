"""Taking a caseload over from an uploaded file."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.exchange.importing.decoding import CaseloadFile
from cma_graphql.domain.exchange.importing.documents import caseload_version, fetch
from cma_graphql.domain.exchange.importing.report import CaseloadRefused, Report
from cma_graphql.domain.exchange.importing.selectors import imports_by_id
from cma_graphql.domain.exchange.importing.services import MOST_LINES, check_caseload, import_caseload
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload, to_user_errors
from cma_graphql.graph.exchange.importing_types import CaseloadImport, CaseloadReport
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write

_CASELOAD = 5_000
"""What it costs to take over up to 2,000 lines."""


@strawberry.input(description="A caseload to take over.")
class CaseloadImportInput(MutationInput):
    """A caseload."""

    document_id: strawberry.ID = strawberry.field(
        description=f"An uploaded document of the type CASELOAD_CSV, of at most {MOST_LINES} lines; longer files are "
        "imported by the command `cma-graphql import`."
    )
    dry_run: bool = strawberry.field(
        description="`true`: find what stands in the way and write nothing, whatever the idempotency key."
    )
    accept_possible_duplicates: bool = strawberry.field(
        default=False,
        description="Import clients although the centre, or an earlier line, may know them already: somebody looked.",
    )


@strawberry.type(
    description="What an import found, and what it made. Where a line has a fault nothing is written: `errors` says so "
    "once, and `report` names the faults."
)
class CaseloadImportPayload(Payload):
    """What caseloadImport answers."""

    report: CaseloadReport | None = strawberry.field(
        default=None, description="What the file holds; null where it could not be looked at."
    )
    import_: CaseloadImport | None = strawberry.field(
        name="import", default=None, description="The import; null where nothing was written."
    )


async def _file(info: Info, document_id: UUID) -> CaseloadFile:
    """Fetch the file, the transaction that found it being over."""
    version = await caseload_version(info.context.reader, document_id)
    await info.context.end_reading()
    return await fetch(info.context.storage, version)


async def _checked(info: Info, file: CaseloadFile, *, accept_possible_duplicates: bool) -> Report:
    report = Report()
    await check_caseload(
        info.context.reader,
        info.context.keys.vault,
        file=file,
        report=report,
        accept_possible_duplicates=accept_possible_duplicates,
        most_lines=MOST_LINES,
    )
    return report


@strawberry.type
class CaseloadImportMutations:
    """What can be done with a caseload."""

    @mutation(
        requires=Permission.CASELOAD_IMPORT,
        description="Take over a centre's existing caseload from a CSV file: every client, case and debt in it, or "
        "none. docs/how-to/import-a-caseload.md describes the file.",
        call=_CASELOAD,
    )
    async def caseload_import(
        self, info: Info, input: Annotated[CaseloadImportInput, strawberry.argument(description="The caseload.")]
    ) -> CaseloadImportPayload:
        """Import a caseload."""
        document_id = read_id("document", input.document_id, field="document_id")
        accept = input.accept_possible_duplicates
        file = await _file(info, document_id)
        if input.dry_run:
            found = await _checked(info, file, accept_possible_duplicates=accept)
            return CaseloadImportPayload(report=CaseloadReport.of(found))
        try:
            outcome = await write(
                info,
                import_caseload,
                input,
                file=file,
                document_id=document_id,
                accept_possible_duplicates=accept,
                most_lines=MOST_LINES,
            )
        except CaseloadRefused as refusal:
            await info.context.end_reading()
            return CaseloadImportPayload(report=CaseloadReport.of(refusal.report), errors=to_user_errors(refusal))
        (import_id,) = outcome.subject_ids
        (record,) = await imports_by_id(info.context.reader, [import_id])
        return CaseloadImportPayload(
            report=None if record is None else CaseloadReport.of_import(record),
            import_=await reread(info, CaseloadImport, import_id),
            replayed=outcome.replayed,
        )
