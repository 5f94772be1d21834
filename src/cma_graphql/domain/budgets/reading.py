"""The totals of statements as they are read: counted from the lines, and held against what was confirmed."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from cma_graphql.domain.budgets.catalogue import Form, read_form, read_parameters
from cma_graphql.domain.budgets.selectors import lines_of_sheets, sheets_by_id
from cma_graphql.domain.budgets.totals import (
    Totals,
    TotalsDiffer,
    add_up,
    kept_totals,
    require_agreement,
    suggested_savings,
)
from cma_graphql.persistence.reads import Reads, Record


def totals_of(form: Form, sheet: Record, lines: Iterable[Record]) -> Totals:
    """Answer a statement's totals. Raise TotalsDiffer where those that were confirmed are others."""
    counted = add_up(form, sheet["scheme"], sheet["scheme_version"], lines)
    require_agreement(kept_totals(sheet), counted)
    return counted


async def lines_in_order(reads: Reads, sheet_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each statement's lines in the order of its form."""
    form = await read_form(reads)
    sheets = await sheets_by_id(reads, sheet_ids)
    ordered: list[list[Record]] = []
    for sheet, rows in zip(sheets, await lines_of_sheets(reads, sheet_ids), strict=True):
        if sheet is None:
            ordered.append([])
            continue
        scheme, version = sheet["scheme"], sheet["scheme_version"]
        placed = [(form.place(scheme, version, row["code"]), row["entry"], row) for row in rows]
        ordered.append([row for _, _, row in sorted(placed, key=lambda item: item[:2])])
    return ordered


async def totals_of_sheets(reads: Reads, sheet_ids: Sequence[UUID]) -> list[Totals | TotalsDiffer | None]:
    """Answer each statement's totals; TotalsDiffer, not raised, for one that contradicts itself."""
    form = await read_form(reads)
    sheets = await sheets_by_id(reads, sheet_ids)
    lines = await lines_of_sheets(reads, sheet_ids)
    answers: list[Totals | TotalsDiffer | None] = []
    for sheet, rows in zip(sheets, lines, strict=True):
        try:
            answers.append(None if sheet is None else totals_of(form, sheet, rows))
        except TotalsDiffer as difference:
            answers.append(difference)
    return answers


async def savings_suggestions(reads: Reads, sheet_ids: Sequence[UUID]) -> list[Decimal | None]:
    """Answer the saving that each statement's scheme allows for; None where it has no figures, or no sound totals."""
    parameters = await read_parameters(reads)
    sheets = await sheets_by_id(reads, sheet_ids)
    return [
        suggested_savings(parameters, sheet["scheme"], sheet["statement_date"], totals.surplus)
        if sheet is not None and isinstance(totals, Totals)
        else None
        for sheet, totals in zip(sheets, await totals_of_sheets(reads, sheet_ids), strict=True)
    ]
