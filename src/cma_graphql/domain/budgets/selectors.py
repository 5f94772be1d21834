"""Every select of statements and their lines."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.budgets.models import BudgetLine, BudgetSheet
from cma_graphql.domain.budgets.transitions import CURRENT
from cma_graphql.persistence.reads import (
    KEYS,
    AnySelect,
    Reads,
    Record,
    Statement,
    aligned,
    aligned_optional,
    grouped,
    live,
    statement,
)

SHEET_COLUMNS = (
    BudgetSheet.id.label("key"),
    BudgetSheet.case_id,
    BudgetSheet.client_id,
    BudgetSheet.number,
    BudgetSheet.scheme,
    BudgetSheet.scheme_version,
    BudgetSheet.statement_date,
    BudgetSheet.sheet_type,
    BudgetSheet.status,
    BudgetSheet.joint_application,
    BudgetSheet.asset_use_considered,
    BudgetSheet.savings_considered,
    BudgetSheet.notes,
    BudgetSheet.began_in_portal,
    BudgetSheet.copied_from_id,
    BudgetSheet.submitted_at,
    BudgetSheet.return_reason,
    BudgetSheet.verification_status,
    BudgetSheet.verified_by,
    BudgetSheet.verified_at,
    BudgetSheet.verification_note,
    BudgetSheet.accuracy_confirmed_at,
    BudgetSheet.consent_to_send_at,
    BudgetSheet.confirmation_channel,
    BudgetSheet.consent_channel,
    BudgetSheet.supersedes_id,
    BudgetSheet.sent_at,
    BudgetSheet.sent_to,
    BudgetSheet.withdrawal_reason,
    BudgetSheet.total_income,
    BudgetSheet.total_fixed,
    BudgetSheet.total_flexible,
    BudgetSheet.savings_contribution,
    BudgetSheet.debt_admin_fee,
    BudgetSheet.created_at,
    BudgetSheet.created_by,
    BudgetSheet.updated_at,
    BudgetSheet.version,
)
LINE_COLUMNS = (
    BudgetLine.id.label("key"),
    BudgetLine.sheet_id,
    BudgetLine.case_id,
    BudgetLine.client_id,
    BudgetLine.code,
    BudgetLine.entry,
    BudgetLine.description,
    BudgetLine.amount,
    BudgetLine.frequency,
    BudgetLine.monthly_amount,
    BudgetLine.note,
    BudgetLine.verified,
)
_IN_STATES = BudgetSheet.status == any_(bindparam("statuses", type_=ARRAY(Text())))
_CURRENT = [status.value for status in CURRENT]


@statement
def sheets_by_key(sight: Sight) -> AnySelect:
    """Select these statements."""
    return select(*SHEET_COLUMNS).where(live(BudgetSheet, sight), BudgetSheet.id == any_(KEYS))


@statement
def sheets_by_case(sight: Sight) -> AnySelect:
    """Select the statements of these cases, newest first; a hundred a case at most."""
    return (
        select(*SHEET_COLUMNS)
        .where(live(BudgetSheet, sight), BudgetSheet.case_id == any_(KEYS))
        .order_by(BudgetSheet.number.desc())
    )


@statement
def sheets_of_case_by_status(sight: Sight) -> AnySelect:
    """Select the statements of these cases in some states, newest first."""
    return (
        select(*SHEET_COLUMNS)
        .where(live(BudgetSheet, sight), BudgetSheet.case_id == any_(KEYS), _IN_STATES)
        .order_by(BudgetSheet.number.desc())
    )


@statement
def sheets_of_client_by_status(sight: Sight) -> AnySelect:
    """Select the statements of these clients' cases in some states, the last confirmed first."""
    return (
        select(*SHEET_COLUMNS)
        .where(live(BudgetSheet, sight), BudgetSheet.client_id == any_(KEYS), _IN_STATES)
        .order_by(BudgetSheet.accuracy_confirmed_at.desc(), BudgetSheet.id.desc())
    )


@statement
def last_number_by_case(sight: Sight) -> AnySelect:
    """Select the highest number of a statement of these cases."""
    return (
        select(BudgetSheet.case_id, func.max(BudgetSheet.number).label("number"))
        .where(live(BudgetSheet, sight), BudgetSheet.case_id == any_(KEYS))
        .group_by(BudgetSheet.case_id)
    )


@statement
def lines_by_key(sight: Sight) -> AnySelect:
    """Select these lines."""
    return select(*LINE_COLUMNS).where(live(BudgetLine, sight), BudgetLine.id == any_(KEYS))


@statement
def lines_by_sheet(sight: Sight) -> AnySelect:
    """Select the lines of these statements; two hundred a statement at most."""
    return (
        select(*LINE_COLUMNS)
        .where(live(BudgetLine, sight), BudgetLine.sheet_id == any_(KEYS))
        .order_by(BudgetLine.sheet_id, BudgetLine.code, BudgetLine.entry)
    )


async def sheets_by_id(reads: Reads, sheet_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these statements, in their order, None for those the actor does not see."""
    return await aligned(reads, sheets_by_key, sheet_ids)


async def sheets_by_optional_id(reads: Reads, sheet_ids: Sequence[UUID | None]) -> list[Record | None]:
    """Answer these statements where some ids are absent."""
    return await aligned_optional(reads, sheets_by_key, sheet_ids)


async def sheets_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's statements, newest first."""
    return await grouped(reads, sheets_by_case, case_ids, by="case_id")


async def current_sheets(reads: Reads, case_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer the statement of each case that counts: confirmed by the client, sent or not; None where none is."""
    return await _first(reads, sheets_of_case_by_status, case_ids, by="case_id")


async def current_sheets_of_clients(reads: Reads, client_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer the statement that each client confirmed last, among those of their cases that count."""
    return await _first(reads, sheets_of_client_by_status, client_ids, by="client_id")


async def _first(reads: Reads, chosen: Statement, keys: Sequence[UUID], *, by: str) -> list[Record | None]:
    wanted = list(dict.fromkeys(keys))
    rows = await reads.all(chosen, keys=wanted, statuses=_CURRENT) if wanted else []
    found: dict[UUID, Record] = {}
    for row in rows:
        found.setdefault(row[by], row)
    return [found.get(key) for key in keys]


async def last_number(reads: Reads, case_id: UUID) -> int:
    """Answer the number of a case's newest statement; 0 where it has none."""
    row = await reads.one(last_number_by_case, keys=[case_id])
    return 0 if row is None else int(row["number"])


async def lines_by_id(reads: Reads, line_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer these lines, in their order, None for those the actor does not see."""
    return await aligned(reads, lines_by_key, line_ids)


async def lines_of_sheets(reads: Reads, sheet_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each statement's lines, by code and entry."""
    return await grouped(reads, lines_by_sheet, sheet_ids, by="sheet_id")


async def lines_of_sheet(reads: Reads, sheet_id: UUID) -> list[Record]:
    """Answer one statement's lines, by code and entry."""
    (lines,) = await lines_of_sheets(reads, [sheet_id])
    return lines
