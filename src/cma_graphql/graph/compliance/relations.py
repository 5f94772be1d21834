"""What compliance adds to a case: its checklists, where they stand together, what is owed."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.domain.compliance.deadlines import blocks
from cma_graphql.domain.compliance.progress import case_completion, case_status, status_on
from cma_graphql.domain.compliance.selectors import case_compliances_of_cases, items_of_documents, owed_by
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import ComplianceStatus
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.refs import CaseComplianceRef, ComplianceItemRef
from cma_graphql.persistence.reads import Record

StageArgument = Annotated[
    CaseStage | None,
    strawberry.argument(description="Only what stands in the way of leaving this stage: its own, and earlier ones'."),
]


def checklists_of_cases() -> Any:
    """Declare the checklists of cases."""

    async def compliance(cases: list[Any], info: Info) -> list[list[CaseComplianceRef]]:
        """Answer each case's checklists."""
        return await case_compliances_of_cases(info.context.reader, [case.key for case in cases])

    return relation(
        description="Its checklists. Empty for a case that was opened before its centre had any: "
        "`caseComplianceBegin`.",
        size=5,
        reads=(),
    )(compliance)


def status_of_cases() -> Any:
    """Declare where cases stand by all of their checklists."""

    async def compliance_status(cases: list[Any], info: Info) -> list[ComplianceStatus | None]:
        """Answer each case's status."""
        found = await case_compliances_of_cases(info.context.reader, [case.key for case in cases])
        return [_status(rows) for rows in found]

    return relation(description="Where it stands by the worst of its checklists; null without any.", reads=())(
        compliance_status
    )


def percentage_of_cases() -> Any:
    """Declare how much of cases' compliance is done."""

    async def compliance_percentage(cases: list[Any], info: Info) -> list[Decimal | None]:
        """Answer each case's percentage."""
        found = await case_compliances_of_cases(info.context.reader, [case.key for case in cases])
        return [
            case_completion(
                done_weight=sum(row["done_weight"] for row in rows),
                applicable_weight=sum(row["applicable_weight"] for row in rows),
                status=_status(rows),
            )
            for rows in found
        ]

    return relation(
        description="How much of what applies is done over all of its checklists, by weight, 0.00 to 100.00; null "
        "without any.",
        reads=(),
    )(compliance_percentage)


def owed_under(column: str) -> Any:
    """Declare what is owed on the mandatory checklists under records that `column` of the items names."""

    async def open_mandatory_items(
        parents: list[Any], info: Info, stage: StageArgument = None
    ) -> list[list[ComplianceItemRef]]:
        """Answer what is owed under each parent."""
        found = await owed_by(info.context.reader, column, [parent.key for parent in parents])
        return [[row for row in rows if stage is None or blocks(row["gate_stage"], stage)] for rows in found]

    return relation(
        description="What is owed: mandatory requirements that are open or have failed. A case is not closed with any, "
        "unless it was OPENED_IN_ERROR, is a DUPLICATE or the client is DECEASED; they do not hold it at a stage.",
        size=10,
        reads=(),
    )(open_mandatory_items)


def items_by_document() -> Any:
    """Declare the requirements of cases that documents are evidence of."""

    async def compliance_items(documents: list[Any], info: Info) -> list[list[ComplianceItemRef] | None]:
        """Answer each document's items."""
        return await items_of_documents(info.context.reader, [document.key for document in documents])  # type: ignore[return-value]

    return relation(
        description="The requirements of its case that it is evidence of.",
        requires=Permission.CASE_READ,
        size=5,
        reads=(),
    )(compliance_items)


def _status(rows: Sequence[Record]) -> ComplianceStatus | None:
    day = today()
    return case_status(status_on(day, base_status=row["base_status"], due_on=row["due_day"]) for row in rows)
