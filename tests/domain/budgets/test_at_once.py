"""Many at one statement at once: no line lost, every version counted, one statement that counts."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Conflict, Invalid, TransitionRefused
from cma_graphql.domain.audit.verification import verify_chain
from cma_graphql.domain.budgets.models import SheetType
from cma_graphql.domain.budgets.selectors import lines_of_sheet, sheets_by_id
from cma_graphql.domain.budgets.services.confirm import confirm_sheet
from cma_graphql.domain.budgets.services.lines import add_line, update_line
from cma_graphql.domain.budgets.services.sheets import begin_sheet
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.persistence import writing
from support.acting import Acting
from support.arena import WRITERS, Arena
from support.budgets import DAY, a_line, a_sheet

pytestmark = pytest.mark.own_database


async def version_of(acting: Acting, actor: Actor, sheet_id: UUID) -> int:
    async with acting.database.read(actor) as reader:
        (sheet,) = await sheets_by_id(reader, [sheet_id])
    assert sheet is not None
    return int(sheet["version"])


async def until_done(acting: Acting, actor: Actor, on: UUID, service: Any, **arguments: Any) -> int:
    """Call a service with the present version, as often as others get in between; answer how often they did."""
    conflicts = 0
    while True:
        version = await version_of(acting, actor, on)
        try:
            await acting(actor, service, version=version, **arguments)
        except Conflict:
            conflicts += 1
        else:
            return conflicts


async def test_twenty_writers_on_one_statement(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    # One attempt only, so that a deadlock or a lost race would be an error instead of a retry.
    monkeypatch.setattr(writing, "_ATTEMPTS", 1)
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    managers = [await data.a_member(centre, Role.CENTRE_MANAGER) for _ in range(WRITERS)]
    case = await data.a_case(centre)
    sheet_id = await a_sheet(data, managers[0], case, lines=[])
    before = await version_of(acting, managers[0], sheet_id)

    async def write(number: int) -> int:
        given = a_line("FIX.ESS.OTHER", f"{number + 1}.00", description=f"Cost {number}")
        conflicts = await until_done(acting, managers[number], sheet_id, add_line, sheet_id=sheet_id, details=given)
        async with acting.database.read(managers[number]) as reader:
            lines = await lines_of_sheet(reader, sheet_id)
        mine = next(line for line in lines if line["description"] == f"Cost {number}")
        changed: Any = {"note": "Seen"}
        return conflicts + await until_done(
            acting, managers[number], sheet_id, update_line, line_id=mine["key"], details=changed
        )

    async with asyncio.timeout(60):
        conflicts = await asyncio.gather(*(write(number) for number in range(WRITERS)))
    assert sum(conflicts) > 0, "nobody got in anybody's way"
    async with acting.database.read(managers[0]) as reader:
        lines = await lines_of_sheet(reader, sheet_id)
        chain = await verify_chain(reader)
    assert sorted(line["description"] for line in lines) == sorted(f"Cost {number}" for number in range(WRITERS))
    assert sorted(line["entry"] for line in lines) == list(range(1, WRITERS + 1))
    assert {line["note"] for line in lines} == {"Seen"}
    assert sum(line["monthly_amount"] for line in lines) == Decimal(WRITERS * (WRITERS + 1) // 2)
    assert await version_of(acting, managers[0], sheet_id) == before + 2 * WRITERS
    assert chain.intact


async def test_of_those_who_change_one_version_at_once_one_does(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    sheet_id = await a_sheet(data, manager, await data.a_case(centre), lines=[])
    outcomes = await asyncio.gather(
        *(
            acting(
                manager,
                add_line,
                sheet_id=sheet_id,
                version=1,
                details=a_line("FIX.ESS.OTHER", "1.00", description=f"Cost {number}"),
            )
            for number in range(10)
        ),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict"] * 9 + ["tuple"]
    assert await version_of(acting, manager, sheet_id) == 2


async def test_versions_begun_at_once_have_numbers_without_gap(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre)
    details: Any = {"sheet_type": SheetType.INITIAL, "statement_date": DAY}
    await asyncio.gather(*(acting(manager, begin_sheet, case_id=case, details=details) for _ in range(WRITERS)))
    rows = await acting.rows.fetch("SELECT number FROM budget_sheets WHERE case_id = $1 ORDER BY number", case)
    assert [row["number"] for row in rows] == list(range(1, WRITERS + 1))


async def test_of_statements_confirmed_at_once_one_counts(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre)
    sheets = [await a_sheet(data, manager, case, status="READY_FOR_REVIEW") for _ in range(6)]
    versions = {sheet_id: await version_of(acting, manager, sheet_id) for sheet_id in sheets}
    outcomes = await asyncio.gather(
        *(
            acting(
                manager,
                confirm_sheet,
                sheet_id=sheet_id,
                version=versions[sheet_id],
                channel=ConsentChannel.PAPER,
                consent_to_send=True,
            )
            for sheet_id in sheets
        ),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(each, Invalid) and each.rule == "newer-confirmed" for each in refused)
    assert not any(isinstance(each, TransitionRefused) for each in refused)
    rows = await acting.rows.fetch("SELECT number, status FROM budget_sheets WHERE case_id = $1 ORDER BY number", case)
    states = [row["status"] for row in rows]
    assert states[-1] == "CONFIRMED_BY_CLIENT"
    assert states.count("CONFIRMED_BY_CLIENT") == 1
    assert states.count("READY_FOR_REVIEW") == len(refused)
    assert states.count("SUPERSEDED") == len(sheets) - 1 - len(refused)
