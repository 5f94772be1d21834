"""The catalogue is data: what it says decides, not the code."""

from datetime import date

import pytest

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.budgets.catalogue import read_catalogue, read_parameters
from cma_graphql.domain.budgets.models import Frequency, LineKind
from cma_graphql.domain.budgets.services.lines import add_line
from cma_graphql.domain.budgets.services.sheets import copy_sheet, update_sheet
from cma_graphql.domain.budgets.services.steps import submit_sheet
from cma_graphql.domain.households.models import StatementScheme
from support.arena import Arena
from support.budgets import a_line, a_sheet
from support.data import Data

DAY = date(2025, 6, 30)
NEXT = date(2025, 7, 1)
PERIODS = {
    "WEEKLY": 52,
    "FORTNIGHTLY": 26,
    "FOUR_WEEKLY": 13,
    "TWICE_MONTHLY": 24,
    "MONTHLY": 12,
    "QUARTERLY": 4,
    "TERMLY": 3,
    "HALF_YEARLY": 2,
    "ANNUAL": 1,
    "TEN_INSTALMENTS": 10,
}


async def test_it_holds_the_form_as_the_reference_has_it(data: Data) -> None:
    actor = await data.a_member(await data.a_centre())
    async with data.database.read(actor) as reader:
        catalogue, parameters = await read_catalogue(reader), await read_parameters(reader)
    assert {row["code"]: row["periods_per_year"] for row in catalogue.frequencies} == PERIODS
    assert {frequency.value for frequency in Frequency} == set(PERIODS)
    kinds = [row["kind"] for row in catalogue.lines]
    assert {kind: kinds.count(kind) for kind in LineKind} == {
        LineKind.INCOME: 25,
        LineKind.FIXED: 42 + 1,
        LineKind.FLEXIBLE: 20,
        LineKind.SAVINGS: 1,
        LineKind.DEBT_FEE: 1,
    }
    assert len({row["element"] for row in catalogue.lines}) == len(catalogue.lines)
    assert {row["code"] for row in catalogue.lines if row["repeatable"]} == {"FIX.ESS.OTHER"}
    assert {row["kind"] for row in catalogue.lines if row["guideline_category"]} == {LineKind.FLEXIBLE}
    assert {row["code"]: row["active_to"] for row in catalogue.lines if row["active_to"]} == {
        "INC.BEN.WTC": date(2025, 4, 5),
        "INC.BEN.CTC": date(2025, 4, 5),
    }
    assert all(row["source"] and row["certainty"] for row in [*catalogue.lines, *catalogue.frequencies])
    assert {row["code"]: str(row["value"]) for row in parameters} == {
        "sfs.savings.rate": "0.1000",
        "sfs.savings.cap": "20.0000",
    }
    assert catalogue.version_in_force(StatementScheme.SFS, DAY) == "1.1"
    assert catalogue.version_in_force(StatementScheme.SFS, date(2016, 1, 1)) is None


@pytest.mark.own_database
async def test_a_frequency_whose_time_is_over_is_refused(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    await acting.rows.execute("UPDATE payment_frequencies SET active_to = $1 WHERE code = 'TERMLY'", DAY)
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    case = await data.a_case(centre)
    termly = a_line("FIX.SCHOOL.UNIFORM", "60.00", "TERMLY")
    late = await a_sheet(data, manager, case, lines=[], day=NEXT)
    with pytest.raises(Invalid) as refusal:
        await acting(manager, add_line, sheet_id=late, version=1, details=termly)
    assert (refusal.value.field, refusal.value.rule) == ("frequency", "frequency-out-of-date")
    assert refusal.value.params == {"frequency": "TERMLY", "active_from": "2017-03-01", "active_to": "2025-06-30"}
    early = await a_sheet(data, manager, case, lines=[termly], day=DAY)
    with pytest.raises(Invalid) as refusal:
        await acting(manager, update_sheet, sheet_id=early, version=2, details={"statement_date": NEXT})
    assert (refusal.value.field, refusal.value.rule) == ("statement_date", "frequency-out-of-date")
    copy = await acting(manager, copy_sheet, sheet_id=early, version=2, statement_date=NEXT)
    assert await acting.rows.fetchval("SELECT count(*) FROM budget_lines WHERE sheet_id = $1", copy) == 0
    await acting.rows.execute("DELETE FROM payment_frequencies WHERE code = 'WEEKLY'")
    with pytest.raises(Invalid) as refusal:
        await acting(manager, add_line, sheet_id=late, version=1, details=a_line("FIX.HOME.RENT", "1.00", "WEEKLY"))
    assert (refusal.value.field, refusal.value.rule) == ("frequency", "unknown-frequency")


@pytest.mark.own_database
async def test_a_line_whose_time_has_ended_meanwhile_is_not_submitted(arena: Arena) -> None:
    data, acting = arena.data, arena.acting
    centre = await data.a_centre()
    manager = await data.a_member(centre, Role.CENTRE_MANAGER)
    sheet_id = await a_sheet(data, manager, await data.a_case(centre), lines=[a_line("INC.BEN.IS", "1.00")], day=NEXT)
    await acting.rows.execute("UPDATE statement_lines SET active_to = $1 WHERE code = 'INC.BEN.IS'", DAY)
    with pytest.raises(Invalid) as refusal:
        await acting(manager, submit_sheet, sheet_id=sheet_id, version=2)
    assert (refusal.value.field, refusal.value.rule) == ("id", "code-out-of-date")
