"""Editing the lines of a draft, one by one or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import LimitReached
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import new_id
from cma_graphql.domain.budgets.catalogue import Catalogue, read_catalogue
from cma_graphql.domain.budgets.events import BudgetLineAdded, BudgetLineRemoved, BudgetLineUpdated
from cma_graphql.domain.budgets.line_input import LineDetails, dated, read_line
from cma_graphql.domain.budgets.models import BudgetLine, BudgetSheet, Frequency
from cma_graphql.domain.budgets.selectors import lines_of_sheet
from cma_graphql.domain.budgets.taking import take_draft
from cma_graphql.domain.budgets.totals import add_up, require_writable
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_LINES = 200


@dataclass
class _Draft:
    """A draft whose lines are being edited: what it holds, and who is told."""

    uow: UnitOfWork
    case: Case
    sheet: BudgetSheet
    catalogue: Catalogue
    lines: Sequence[Record]
    audience: Audience
    told: list[tuple[type[Event], BudgetLine, Changes]] = field(default_factory=list)

    def entries(self, code: str) -> list[int]:
        """Answer which entries of a code it has."""
        return [line["entry"] for line in self.lines if line["code"] == code]

    def repeatable(self, code: str) -> bool:
        """Tell whether it may have several lines of a code; an unknown code is told of elsewhere."""
        row = self.catalogue.line(self.sheet.scheme, self.sheet.scheme_version, code)
        return row is None or bool(row["repeatable"])

    def add(self, columns: Mapping[str, Any], entry: int) -> UUID:
        """Add a line."""
        line = BudgetLine(
            id=new_id(),
            sheet_id=self.sheet.id,
            case_id=self.case.id,
            client_id=self.case.client_id,
            entry=entry,
            verified=False,
            **columns,
        )
        self.told.append((BudgetLineAdded, line, self.uow.add(line)))
        return line.id

    async def change(self, line_id: UUID, columns: Mapping[str, Any]) -> bool:
        """Change a line; one that really changed is unverified again. Answer whether it did."""
        line = await self.uow.lock(BudgetLine, line_id)
        if all(getattr(line, name) == value for name, value in columns.items()):
            return False
        self.told.append((BudgetLineUpdated, line, self.uow.change(line, **columns, verified=False)))
        return True

    async def remove(self, line_id: UUID) -> None:
        """Remove a line; the row stays as history."""
        line = await self.uow.lock(BudgetLine, line_id)
        self.told.append((BudgetLineRemoved, line, self.uow.soft_delete(line)))
        await self.uow.flush()  # its code is free again before another line takes it

    async def finish(self, field: str) -> None:
        """Count the statement's version up and tell of each line; refuse totals that could not be written."""
        self.uow.touch(self.sheet)
        lines = await lines_of_sheet(self.uow, self.sheet.id)
        for event, line, changes in self.told:
            self.uow.record(
                event(subject_id=line.id, case_id=self.case.id, client_id=self.case.client_id, version=line.version),
                changes=changes,
                before=None if event is BudgetLineAdded else self.audience,
                after=None if event is BudgetLineRemoved else self.audience,
            )
        require_writable(add_up(self.catalogue, self.sheet.scheme, self.sheet.scheme_version, lines), field)


async def _draft(uow: UnitOfWork, sheet_id: UUID, *, version: int, field: str) -> _Draft:
    case, sheet = await take_draft(uow, sheet_id, version=version, field=field)
    return _Draft(
        uow,
        case,
        sheet,
        await read_catalogue(uow),
        await lines_of_sheet(uow, sheet.id),
        await audience_of(uow, case),
    )


async def _draft_of_line(uow: UnitOfWork, line_id: UUID, *, version: int) -> tuple[_Draft, Record]:
    uow.actor.require(Permission.DEBT_WRITE)
    line = await uow.get(BudgetLine, line_id, field="id")
    draft = await _draft(uow, line.sheet_id, version=version, field="id")
    await uow.lock(BudgetLine, line_id)  # NotFound where it was removed while its statement was waited for
    return draft, next(row for row in draft.lines if row["key"] == line_id)


def _refuse_more_than_fit(count: int) -> None:
    if count > MOST_LINES:
        raise LimitReached("budget_lines", MOST_LINES, f"A statement has at most {MOST_LINES} lines.")


async def add_line(uow: UnitOfWork, *, sheet_id: UUID, version: int, details: LineDetails) -> tuple[UUID, UUID]:
    """Add a line to a draft; answer the statement and the line.

    Raises Forbidden, NotFound, Conflict, LimitReached; Invalid and InvalidInput: `not-draft`, `line-exists` (one
    line a code, but for the repeatable ones) and the rules of `read_line`.
    """
    draft = await _draft(uow, sheet_id, version=version, field="sheet_id")
    _refuse_more_than_fit(len(draft.lines) + 1)
    faults = Faults()
    columns = read_line(faults, draft.catalogue, dated(draft.sheet), details)
    entries = draft.entries(details["code"])
    if entries and not draft.repeatable(details["code"]):
        faults.add("code", "line-exists", "The statement has a line of this code: change that one.")
    faults.raise_any()
    line_id = draft.add(columns, max(entries, default=0) + 1)
    await draft.finish("amount")
    return sheet_id, line_id


async def update_line(uow: UnitOfWork, *, line_id: UUID, version: int, details: LineDetails) -> tuple[UUID, UUID]:
    """Change a line of a draft, all but its code; `version` is the statement's. Answer the statement and the line.

    Raises Forbidden, NotFound, Conflict; Invalid and InvalidInput: `not-draft` and the rules of `read_line`.
    """
    draft, kept = await _draft_of_line(uow, line_id, version=version)
    known = {name: kept[name] for name in ("code", "amount", "description", "note")}
    faults = Faults()
    stated = {**known, "frequency": Frequency(kept["frequency"]), **details}
    columns = read_line(faults, draft.catalogue, dated(draft.sheet), stated)
    faults.raise_any()
    if await draft.change(line_id, columns):
        await draft.finish("amount")
    return draft.sheet.id, line_id


async def remove_line(uow: UnitOfWork, *, line_id: UUID, version: int) -> UUID:
    """Take a line off a draft; `version` is the statement's. Answer the statement.

    Raises Forbidden, NotFound, Conflict, Invalid (`not-draft`).
    """
    draft, _ = await _draft_of_line(uow, line_id, version=version)
    await draft.remove(line_id)
    await draft.finish("id")
    return draft.sheet.id


async def set_lines(uow: UnitOfWork, *, sheet_id: UUID, version: int, lines: Sequence[LineDetails]) -> UUID:
    """Make these the lines of a draft, all at once or not at all; answer the statement.

    A line of a code that the draft has is changed and keeps its id (of a repeatable code, the first given one is the
    first kept one, and so on); lines of other codes are added, the rest removed. Every fault names the line's place:
    `lines.3.amount`. Raises like `add_line`.
    """
    draft = await _draft(uow, sheet_id, version=version, field="sheet_id")
    _refuse_more_than_fit(len(lines))
    faults = Faults()
    left: dict[str, list[Record]] = {}
    for row in draft.lines:
        left.setdefault(row["code"], []).append(row)
    last = {code: max(row["entry"] for row in rows) for code, rows in left.items()}
    seen: set[str] = set()
    planned: list[tuple[Record | None, dict[str, Any]]] = []
    for place, details in enumerate(lines):
        inside, code = f"lines.{place}.", details["code"]
        columns = read_line(faults, draft.catalogue, dated(draft.sheet), details, inside=inside)
        if code in seen and not draft.repeatable(code):
            faults.add(f"{inside}code", "line-exists", "An earlier line is of this code.")
        seen.add(code)
        rows = left.get(code)
        planned.append((rows.pop(0) if rows else None, columns))
    faults.raise_any()
    unwanted = [row for rows in left.values() for row in rows]
    for row in unwanted:
        await draft.remove(row["key"])
    changed = bool(unwanted)
    for kept, columns in planned:
        if kept is not None:
            changed |= await draft.change(kept["key"], columns)
            continue
        last[columns["code"]] = last.get(columns["code"], 0) + 1
        draft.add(columns, last[columns["code"]])
        changed = True
    if changed:
        await draft.finish("lines")
    return sheet_id
