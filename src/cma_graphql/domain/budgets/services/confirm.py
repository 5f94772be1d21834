"""What the client says of a statement, and its going out to creditors (CONC 8.5.1R)."""

from datetime import datetime
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.core.faults import Faults
from cma_graphql.core.formats.text import multiline
from cma_graphql.domain.budgets.catalogue import read_form
from cma_graphql.domain.budgets.events import BudgetSheetConfirmed, BudgetSheetSent, BudgetSheetStatusChanged
from cma_graphql.domain.budgets.models import BudgetSheet, SheetStatus
from cma_graphql.domain.budgets.selectors import current_sheets, lines_of_sheet
from cma_graphql.domain.budgets.sheet_input import LONGEST_REASON, read_past
from cma_graphql.domain.budgets.taking import take_sheet
from cma_graphql.domain.budgets.totals import STORED, Totals, add_up, kept_totals, require_agreement
from cma_graphql.domain.budgets.transitions import require_step
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import tell_of_part
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def confirm_sheet(
    uow: UnitOfWork,
    *,
    sheet_id: UUID,
    version: int,
    channel: ConsentChannel,
    consent_to_send: bool,
    confirmed_at: datetime | None = None,
) -> UUID:
    """Record that the client confirms a statement's accuracy and, where `consent_to_send`, agrees to its being sent.

    Its totals are kept from now on, and it takes the place of the statement that counted so far. On a statement that
    was confirmed without it, the consent is recorded alone. Raises Forbidden, NotFound, Conflict, TransitionRefused;
    Invalid and InvalidInput: `in-future`, `newer-confirmed`.
    """
    case, sheet = await take_sheet(uow, Permission.DEBT_WRITE, sheet_id, version=version)
    consent_alone = (
        sheet.status == SheetStatus.CONFIRMED_BY_CLIENT and sheet.consent_to_send_at is None and consent_to_send
    )
    if not consent_alone:
        require_step(sheet.status, SheetStatus.CONFIRMED_BY_CLIENT)
    faults = Faults()
    at = read_past(faults, "confirmed_at", confirmed_at)
    faults.raise_any()
    if consent_alone:
        changes = uow.change(sheet, consent_to_send_at=at, consent_channel=channel.value)
    else:
        superseded = await _supersede(uow, case, sheet)
        changes = uow.change(
            sheet,
            status=SheetStatus.CONFIRMED_BY_CLIENT.value,
            accuracy_confirmed_at=at,
            consent_to_send_at=at if consent_to_send else None,
            confirmation_channel=channel.value,
            consent_channel=channel.value if consent_to_send else None,
            supersedes_id=superseded,
            **(await _count(uow, sheet)).stored(),
        )
    await tell_of_part(uow, BudgetSheetConfirmed, case, sheet, changes)
    return sheet.id


async def _count(uow: UnitOfWork, sheet: BudgetSheet) -> Totals:
    lines = await lines_of_sheet(uow, sheet.id)
    return add_up(await read_form(uow), sheet.scheme, sheet.scheme_version, lines)


async def _supersede(uow: UnitOfWork, case: Case, sheet: BudgetSheet) -> UUID | None:
    """Let a statement take the place of the case's current one; answer which that was, if any was."""
    (current,) = await current_sheets(uow, [case.id])
    if current is None:
        return None
    if current["number"] > sheet.number:
        raise Invalid(
            "id",
            "newer-confirmed",
            "The client has confirmed a newer statement: copy this one.",
            number=current["number"],
        )
    older = await uow.lock(BudgetSheet, current["key"])
    changes = uow.change(older, status=SheetStatus.SUPERSEDED.value)
    await tell_of_part(uow, BudgetSheetStatusChanged, case, older, changes)
    await uow.flush()  # before the newer one counts: the database allows a case one at a time
    return older.id


async def send_sheet(
    uow: UnitOfWork, *, sheet_id: UUID, version: int, sent_to: str, sent_at: datetime | None = None
) -> UUID:
    """Record that a confirmed statement went out, to whom and when: now unless said.

    CONC 8.5.1R: the client has confirmed that it is accurate and consents to its being sent. Raises Forbidden,
    ApprovalRequired, NotFound, Conflict, TransitionRefused; Invalid and InvalidInput: `consent-missing`,
    `totals-differ`, `in-future`, `before-confirmation`.
    """
    case, sheet = await take_sheet(uow, Permission.CORRESPONDENCE_SEND, sheet_id, version=version)
    require_step(sheet.status, SheetStatus.SENT)
    faults = Faults()
    recipients = faults.read("sent_to", multiline, sent_to, max_length=LONGEST_REASON)
    at = read_past(faults, "sent_at", sent_at)
    if sheet.accuracy_confirmed_at is None or sheet.consent_to_send_at is None:
        faults.add("id", "consent-missing", "The client has not consented to its being sent.")
    elif at < max(sheet.accuracy_confirmed_at, sheet.consent_to_send_at):
        faults.add("sent_at", "before-confirmation", "It was sent before the client had confirmed and consented.")
    faults.raise_any()
    require_agreement(kept_totals({name: getattr(sheet, name) for name in STORED}), await _count(uow, sheet))
    changes = uow.change(sheet, status=SheetStatus.SENT.value, sent_at=at, sent_to=recipients)
    await tell_of_part(uow, BudgetSheetSent, case, sheet, changes)
    return sheet.id
