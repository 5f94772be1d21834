"""The totals of statements as they are read: counted from the lines, and held against what was confirmed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from cma_graphql.domain.budgets.catalogue import Catalogue, read_catalogue
from cma_graphql.domain.budgets.selectors import lines_of_sheets, sheets_by_id
from cma_graphql.domain.budgets.totals import Totals, TotalsDiffer, add_up, kept_totals, require_agreement
from cma_graphql.persistence.reads import Reads, Record


def totals_of(catalogue: Catalogue, sheet: Record, lines: Iterable[Record]) -> Totals:
    """Answer a statement's totals. Raise TotalsDiffer where those that were confirmed are others."""
    counted = add_up(catalogue, sheet["scheme"], sheet["scheme_version"], lines)
    require_agreement(kept_totals(sheet), counted)
    return counted


async def totals_of_sheets(reads: Reads, sheet_ids: Sequence[UUID]) -> list[Totals | TotalsDiffer | None]:
    """Answer each statement's totals; TotalsDiffer, not raised, for one that contradicts itself."""
    catalogue = await read_catalogue(reads)
    sheets = await sheets_by_id(reads, sheet_ids)
    lines = await lines_of_sheets(reads, sheet_ids)
    answers: list[Totals | TotalsDiffer | None] = []
    for sheet, rows in zip(sheets, lines, strict=True):
        try:
            answers.append(None if sheet is None else totals_of(catalogue, sheet, rows))
        except TotalsDiffer as difference:
            answers.append(difference)
    return answers
