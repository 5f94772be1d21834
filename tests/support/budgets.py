"""Builders of statements, in whatever state, and the toolkit's example of one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.core.ids import new_id
from cma_graphql.domain.budgets.models import BudgetLine, BudgetSheet, Frequency, SheetType, VerificationStatus
from cma_graphql.domain.budgets.services.confirm import confirm_sheet, send_sheet
from cma_graphql.domain.budgets.services.lines import set_lines
from cma_graphql.domain.budgets.services.sheets import begin_sheet
from cma_graphql.domain.budgets.services.steps import submit_sheet, withdraw_sheet
from cma_graphql.domain.budgets.services.verify import verify_sheet
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work
from support.data import Data

DAY = date(2025, 10, 31)
TOOLKIT_EXAMPLE: Sequence[tuple[str, str, str | None]] = (
    ("INC.EARN.CLIENT", "3000.00", None),
    ("INC.BEN.CHB", "112.67", None),
    ("INC.OTH.OTHER", "45.00", "Music at weddings"),
    ("FIX.HOME.RENT", "0.00", None),
    ("FIX.HOME.MORTGAGE", "650.50", None),
    ("FIX.HOME.SECURED", "120.52", None),
    ("FIX.HOME.COUNCIL_TAX", "75.90", None),
    ("FIX.HOME.OTHER", "147.00", "Home and contents"),
    ("FIX.UTIL.GAS", "37.50", None),
    ("FIX.UTIL.ELEC", "22.00", None),
    ("FIX.UTIL.OTHER", "42.68", "Utilities"),
    ("FIX.WATER.SUPPLY", "16.67", None),
    ("FIX.TRAVEL.FUEL", "172.08", None),
    ("FIX.SCHOOL.UNIFORM", "10.00", None),
    ("FIX.INS.LIFE", "240.00", None),
    ("FIX.ESS.OTHER", "120.00", "Lessons"),
    ("FLX.COMMS.HOME", "95.00", None),
    ("FLX.FOOD.GROCERIES", "788.33", None),
    ("FLX.PERS.CLOTHING", "79.16", None),
    ("SAV.CONTRIBUTION", "18.00", None),
    ("DEBT.ADMIN_FEE", "0.00", None),
)
"""The figures of the SFS toolkit's summary example, monthly: sections that it sums up stand on one line of theirs."""


def a_line(code: str, amount: str, frequency: str = "MONTHLY", **given: Any) -> Any:
    """Say a line as services take it."""
    return {"code": code, "amount": Decimal(amount), "frequency": Frequency(frequency), **given}


FEW_LINES = (a_line("INC.EARN.CLIENT", "1200.00"), a_line("FIX.HOME.RENT", "100.00", "WEEKLY"))


async def a_sheet(
    data: Data,
    actor: Actor,
    case_id: UUID,
    *,
    status: str = "DRAFT",
    lines: Sequence[Any] = FEW_LINES,
    day: date = DAY,
    sheet_type: SheetType = SheetType.INITIAL,
    notes: str | None = None,
    consent: bool = True,
    verified: bool = False,
) -> UUID:
    """Make a statement as an actor does, and take it as far as `status`."""
    async with unit_of_work(data.database, data.keys, actor) as uow:
        sheet_id = await begin_sheet(
            uow,
            case_id=case_id,
            details={
                "sheet_type": sheet_type,
                "statement_date": day,
                "asset_use_considered": True,
                "savings_considered": True,
                "notes": notes,
            },
        )
        if lines:
            await set_lines(uow, sheet_id=sheet_id, version=await _version(uow, sheet_id), lines=lines)
        await _take_on(uow, sheet_id, status, consent=consent, verified=verified)
    return sheet_id


async def _version(uow: UnitOfWork, sheet_id: UUID) -> int:
    await uow.flush()
    return (await uow.get(BudgetSheet, sheet_id)).version


async def _take_on(uow: UnitOfWork, sheet_id: UUID, status: str, *, consent: bool, verified: bool) -> None:
    if status == "DRAFT":
        return
    if status == "WITHDRAWN":
        await withdraw_sheet(uow, sheet_id=sheet_id, version=await _version(uow, sheet_id), reason="Wrong case")
        return
    await submit_sheet(uow, sheet_id=sheet_id, version=await _version(uow, sheet_id))
    if verified:
        await verify_sheet(
            uow,
            sheet_id=sheet_id,
            version=await _version(uow, sheet_id),
            verification=VerificationStatus.VERIFIED,
        )
    if status == "READY_FOR_REVIEW":
        return
    await confirm_sheet(
        uow,
        sheet_id=sheet_id,
        version=await _version(uow, sheet_id),
        channel=ConsentChannel.TELEPHONE,
        consent_to_send=consent,
    )
    if status == "SENT":
        await send_sheet(uow, sheet_id=sheet_id, version=await _version(uow, sheet_id), sent_to="Every creditor")


async def many_lines(data: Data, actor: Actor, sheet_id: UUID, count: int) -> None:
    """Put so many other essential costs on a statement, past the service."""
    async with unit_of_work(data.database, data.keys, actor) as uow:
        sheet = await uow.get(BudgetSheet, sheet_id)
        for entry in range(1, count + 1):
            uow.add(
                BudgetLine(
                    id=new_id(),
                    sheet_id=sheet_id,
                    case_id=sheet.case_id,
                    client_id=sheet.client_id,
                    code="FIX.ESS.OTHER",
                    entry=entry,
                    description=f"Cost {entry}",
                    amount=Decimal("1.00"),
                    frequency="MONTHLY",
                    monthly_amount=Decimal("1.00"),
                    verified=False,
                )
            )


async def fill_budgets(data: Data, manager: Actor, cases: Sequence[UUID], mark: str) -> None:
    """Give each of these cases two statements, the newer confirmed, with the mark in every text."""
    lines = [
        a_line("INC.EARN.CLIENT", "1500.00", note=mark),
        a_line("FIX.ESS.OTHER", "12.00", "WEEKLY", description=mark),
    ]
    for case_id in cases:
        for status in ("CONFIRMED_BY_CLIENT", "SENT"):
            await a_sheet(data, manager, case_id, status=status, lines=lines, notes=mark, verified=True)
