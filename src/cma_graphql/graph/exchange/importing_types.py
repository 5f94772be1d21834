"""CaseloadImport, and the report of an import, as the schema shows them."""

from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.exchange.importing import report as reports
from cma_graphql.domain.exchange.importing.selectors import imports_by_id
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import list_size
from cma_graphql.graph.errors import RuleParameter, parameters_of
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.refs import DocumentRef, MembershipRef
from cma_graphql.persistence.reads import Record


@node_type(table="caseload_imports", load=imports_by_id, requires=Permission.CASELOAD_IMPORT)
@strawberry.type(description="A file of clients, cases and debts that was taken over: once, and all of it.")
class CaseloadImport(Node):
    """One import."""

    prefix: ClassVar[str] = "caseloadimport"

    file_name: str = strawberry.field(description="The file's name.")
    sha256: str = strawberry.field(name="sha256", description="The file's SHA-256, in hexadecimal.")
    lines: int = strawberry.field(description="How many records it held.")
    clients: int = strawberry.field(description="How many of them were clients.")
    cases: int = strawberry.field(description="How many were cases.")
    debts: int = strawberry.field(description="How many were debts.")
    imported_at: datetime = strawberry.field(description="When it was taken over.")
    document_id: strawberry.Private[UUID | None]
    imported_by: strawberry.Private[UUID]

    @relation(
        description="The document it was uploaded as; null where it came from the command line, or was deleted since.",
        requires=Permission.DOCUMENT_ACCESS,
        reads=(),
    )
    async def document(imports: list["CaseloadImport"], info: Info) -> list[DocumentRef | None]:
        """Answer each import's document."""
        keys = [item.document_id for item in imports]
        found = iter(await documents_by_id(info.context.reader, [key for key in keys if key is not None]))
        return [None if key is None else next(found) for key in keys]

    @relation(description="Who took it over.", requires=Permission.USER_READ)
    async def importer(imports: list["CaseloadImport"], info: Info) -> list[MembershipRef | None]:
        """Answer who imported each."""
        return await memberships_by_id(reader_for(info), [item.imported_by for item in imports])

    history = history_by("subject_id")


@strawberry.type(description="A rule that a line of a file breaks. What the file says there is not repeated.")
class CaseloadFault:
    """One fault."""

    line: int = strawberry.field(description="The record's first line in the file, whose header is line 1.")
    column: str | None = strawberry.field(description="The column at fault; null where it is the line as a whole.")
    rule: str = strawberry.field(description="The rule's stable name, such as `not-found`.")
    message: str = strawberry.field(description="A sentence for a person.")
    parameters: list[RuleParameter] = strawberry.field(description="What the rule was measured by.")

    @classmethod
    def of(cls, fault: reports.LineFault) -> Self:
        """Make it of a fault."""
        return cls(
            line=fault.line,
            column=fault.column or None,
            rule=fault.rule,
            message=fault.message,
            parameters=parameters_of(fault.params),
        )


@strawberry.type(description="What a file holds, and what stands in the way of its import.")
class CaseloadReport:
    """A report."""

    lines: int = strawberry.field(description="How many records the file holds.")
    clients: int = strawberry.field(description="How many of them are clients.")
    cases: int = strawberry.field(description="How many are cases.")
    debts: int = strawberry.field(description="How many are debts.")
    faults: list[CaseloadFault] = strawberry.field(
        description=f"What is wrong with its lines, in their order; the first {reports.MOST_KEPT}.",
        directives=[list_size(100)],
    )
    fault_count: int = strawberry.field(description="How many faults there are.")
    faults_left_out: int = strawberry.field(description="How many of them are not in `faults`.")

    @classmethod
    def of(cls, report: reports.Report) -> Self:
        """Make it of what was found."""
        return cls(
            lines=report.lines,
            clients=report.clients,
            cases=report.cases,
            debts=report.debts,
            faults=[CaseloadFault.of(fault) for fault in report.faults],
            fault_count=report.total,
            faults_left_out=report.total - len(report.faults),
        )

    @classmethod
    def of_import(cls, record: Record) -> Self:
        """Make it of what was taken over: nothing stood in the way."""
        numbers = {name: record[name] for name in ("lines", "clients", "cases", "debts")}
        return cls(**numbers, faults=[], fault_count=0, faults_left_out=0)
