"""Saying whether a statement agrees with its evidence."""

from collections.abc import Collection
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, NotFound
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.budgets.events import BudgetSheetVerified
from cma_graphql.domain.budgets.models import BudgetLine, VerificationStatus
from cma_graphql.domain.budgets.selectors import lines_of_sheet
from cma_graphql.domain.budgets.sheet_input import LONGEST_REASON
from cma_graphql.domain.budgets.taking import take_sheet
from cma_graphql.domain.budgets.transitions import SETTLED
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def verify_sheet(
    uow: UnitOfWork,
    *,
    sheet_id: UUID,
    version: int,
    verification: VerificationStatus,
    note: str | None = None,
    line_ids: Collection[UUID] | None = None,
) -> UUID:
    """Record what comparing a statement with its evidence came to, by whom and when.

    VERIFIED takes in every line, PARTIALLY_VERIFIED those of `line_ids`, the others none; REJECTED needs a note. The
    lines have to stand still: a draft is not verified. Raises Forbidden, NotFound, Conflict; Invalid and
    InvalidInput: `not-verifiable`, `required`, `only-partial`.
    """
    case, sheet = await take_sheet(uow, Permission.BUDGET_VERIFY, sheet_id, version=version)
    if sheet.status not in SETTLED:
        raise Invalid("id", "not-verifiable", "A statement is verified once it is submitted.", status=sheet.status)
    lines = await lines_of_sheet(uow, sheet.id)
    faults = Faults()
    partial = verification is VerificationStatus.PARTIALLY_VERIFIED
    if partial and not line_ids:
        faults.add("line_ids", "required", "Say which lines agree with their evidence.")
    if line_ids is not None and not partial:
        faults.add("line_ids", "only-partial", "Lines are named where only some of them agree.")
    if verification is VerificationStatus.REJECTED and note is None:
        faults.add("note", "required", "Say what is wrong.")
    said = None if note is None else faults.read("note", multiline, note, max_length=LONGEST_REASON)
    faults.raise_any()
    all_ids = {line["key"] for line in lines}
    if line_ids is not None and not all_ids.issuperset(line_ids):
        raise NotFound("line_ids")
    agreeing = all_ids if verification is VerificationStatus.VERIFIED else set(line_ids or ())
    before = {line["key"] for line in lines if line["verified"]}
    for line_id in sorted(before ^ agreeing):
        line = await uow.lock(BudgetLine, line_id)
        uow.change(line, verified=line_id in agreeing)
    changes = dict(
        uow.change(
            sheet,
            verification_status=verification.value,
            verified_by=uow.actor.user_id,
            verified_at=now(),
            verification_note=said,
        )
    )
    if before != agreeing:
        changes["verified_lines"] = Change(sorted(before), sorted(agreeing), Publicity.OPEN)
    await tell_of_part(uow, BudgetSheetVerified, case, sheet, changes)
    return sheet.id
