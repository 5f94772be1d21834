"""Beginning a statement, changing a draft's header, copying a statement to a new version."""

from datetime import date
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.core.errors import LimitReached
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.faults import Faults
from cma_graphql.core.ids import new_id
from cma_graphql.domain.budgets.catalogue import Dated, read_catalogue
from cma_graphql.domain.budgets.copying import lines_of_copy
from cma_graphql.domain.budgets.events import BudgetSheetBegun, BudgetSheetUpdated
from cma_graphql.domain.budgets.models import (
    BudgetLine,
    BudgetSheet,
    SheetStatus,
    SheetType,
    VerificationStatus,
)
from cma_graphql.domain.budgets.policy import require_draft
from cma_graphql.domain.budgets.selectors import last_number, lines_of_sheet, sheets_of_cases
from cma_graphql.domain.budgets.sheet_input import SheetDetails, read_header
from cma_graphql.domain.budgets.taking import take_sheet
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.households.models import StatementScheme
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_SHEETS = 100
MOST_DRAFTS_IN_PORTAL = 3
_DEFAULTS: SheetDetails = {"joint_application": False, "asset_use_considered": False, "savings_considered": False}


async def _refuse_many_in_portal(uow: UnitOfWork, case: Case) -> None:
    """Raise LimitReached where a client has begun drafts enough: they could use up the case's versions."""
    if uow.actor.kind is not ActorKind.CLIENT:
        return
    (sheets,) = await sheets_of_cases(uow, [case.id])
    drafts = [row for row in sheets if row["began_in_portal"] and row["status"] == SheetStatus.DRAFT]
    if len(drafts) >= MOST_DRAFTS_IN_PORTAL:
        raise LimitReached(
            "budget_sheets_in_portal",
            MOST_DRAFTS_IN_PORTAL,
            f"There are {MOST_DRAFTS_IN_PORTAL} drafts of yours: go on with one, or ask your advisor to take one up.",
        )


async def _new_sheet(uow: UnitOfWork, case: Case) -> BudgetSheet:
    """Make the next version of a case's statement, still without a header. Raise LimitReached."""
    number = await last_number(uow, case.id) + 1  # the case's lock keeps others from taking it
    if number > MOST_SHEETS:
        raise LimitReached("budget_sheets", MOST_SHEETS, f"A case has at most {MOST_SHEETS} statements.")
    return BudgetSheet(
        id=new_id(),
        case_id=case.id,
        client_id=case.client_id,
        number=number,
        status=SheetStatus.DRAFT.value,
        began_in_portal=uow.actor.kind is ActorKind.CLIENT,
        verification_status=VerificationStatus.UNVERIFIED.value,
    )


async def begin_sheet(
    uow: UnitOfWork,
    *,
    case_id: UUID,
    details: SheetDetails,
    scheme: StatementScheme = StatementScheme.SFS,
) -> UUID:
    """Begin a draft, without lines, as the next version of a case's statement; answer its id.

    `details` has at least a sheet type and a statement date. A client of the portal may begin one for an own case,
    and has three drafts at most.
    Raises Forbidden, NotFound, LimitReached; Invalid and InvalidInput: `case-ended`, `in-future`, `no-scheme`.
    """
    case = await take_case_of(uow, Permission.DEBT_WRITE, case_id, portal=True)
    await _refuse_many_in_portal(uow, case)
    sheet = await _new_sheet(uow, case)
    faults = Faults()
    columns = read_header(faults, await read_catalogue(uow), scheme, {**_DEFAULTS, **details})
    faults.raise_any()
    for column, value in {**columns, "scheme": scheme.value}.items():
        setattr(sheet, column, value)
    await tell_of_part(uow, BudgetSheetBegun, case, sheet, uow.add(sheet), new=True)
    return sheet.id


async def update_sheet(uow: UnitOfWork, *, sheet_id: UUID, version: int, details: SheetDetails) -> UUID:
    """Change the header of a draft. A new date has to allow the lines that are there.

    Raises Forbidden, NotFound, Conflict; Invalid and InvalidInput: `not-draft`, `in-future`, `no-scheme`,
    `unknown-code`, `code-out-of-date`, `frequency-out-of-date`.
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    require_draft(sheet, field="id")
    catalogue = await read_catalogue(uow)
    faults = Faults()
    columns = read_header(faults, catalogue, StatementScheme(sheet.scheme), details)
    faults.raise_any()
    if "statement_date" in columns:
        day = Dated(sheet.scheme, columns["scheme_version"], columns["statement_date"])
        catalogue.check_kept(faults, "statement_date", day, await lines_of_sheet(uow, sheet.id))
        faults.raise_any()
    await tell_of_part(uow, BudgetSheetUpdated, case, sheet, uow.change(sheet, **columns))
    return sheet.id


async def copy_sheet(
    uow: UnitOfWork,
    *,
    sheet_id: UUID,
    version: int,
    sheet_type: SheetType = SheetType.REVISED,
    statement_date: date | None = None,
) -> UUID:
    """Copy a statement, in whatever state, to a new draft of a day, today unless said; answer the draft.

    Lines that the new day does not allow are left out: `lines_left_out` tells of them. What was confirmed, verified
    or considered has to be so anew. Raises Forbidden, NotFound, Conflict, LimitReached; Invalid: `in-future`,
    `no-scheme`.
    """
    case, source = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    copy = await _new_sheet(uow, case)
    catalogue = await read_catalogue(uow)
    faults = Faults()
    header: SheetDetails = {
        **_DEFAULTS,
        "sheet_type": sheet_type,
        "statement_date": statement_date or today(),
        "joint_application": source.joint_application,
        "notes": source.notes,
    }
    columns = read_header(faults, catalogue, StatementScheme(source.scheme), header)
    faults.raise_any()
    for column, value in {**columns, "scheme": source.scheme, "copied_from_id": source.id}.items():
        setattr(copy, column, value)
    changes = dict(uow.add(copy))
    await uow.flush()
    day = Dated(copy.scheme, copy.scheme_version, copy.statement_date)
    kept, _ = lines_of_copy(catalogue, day, await lines_of_sheet(uow, source.id))
    for line in kept:
        uow.add(
            BudgetLine(
                id=new_id(),
                sheet_id=copy.id,
                case_id=case.id,
                client_id=case.client_id,
                code=line["code"],
                entry=line["entry"],
                description=line["description"],
                amount=line["amount"],
                frequency=line["frequency"],
                monthly_amount=line["monthly_amount"],
                note=line["note"],
                verified=False,
            )
        )
    changes["lines"] = Change(None, len(kept), Publicity.OPEN)
    await tell_of_part(uow, BudgetSheetBegun, case, copy, changes, new=True)
    return copy.id
