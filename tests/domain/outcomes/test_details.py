"""An outcome is read field by field; every code has its group, and amounts belong to those that are money."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cma_graphql.core import clock
from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.domain.outcomes.codes import GROUP_OF, RECURRING, WITH_AMOUNT, GainBasis, GainCertainty, OutcomeCode
from cma_graphql.domain.outcomes.codes import OutcomeGroup as Group
from cma_graphql.domain.outcomes.details import OutcomeDetails, read_outcome


def test_every_code_has_the_group_that_the_reference_puts_it_in() -> None:
    assert set(GROUP_OF) == set(OutcomeCode)
    sizes = {group: sum(each is group for each in GROUP_OF.values()) for group in Group}
    assert sizes == {
        Group.SOLUTION: 17,
        Group.INFORMAL: 11,
        Group.PROTECTION: 5,
        Group.MONEY: 5,
        Group.PERSON: 3,
        Group.NONE: 2,
    }
    assert GROUP_OF[OutcomeCode.PRO_RATA_AGREED] is Group.INFORMAL
    assert GROUP_OF[OutcomeCode.EVICTION_PREVENTED] is Group.PROTECTION
    assert GROUP_OF[OutcomeCode.INCOME_GAINED] is Group.MONEY
    assert GROUP_OF[OutcomeCode.NO_CHANGE] is Group.NONE
    assert RECURRING < WITH_AMOUNT


def test_what_is_not_said_is_today_once_and_estimated() -> None:
    with clock.stopped(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)):
        kept = read_outcome(OutcomeDetails(code=OutcomeCode.GRANT_AWARDED, amount=Decimal("120.5")))
    assert kept == {
        "code": "GRANT_AWARDED",
        "occurred_on": date(2026, 7, 1),  # in London
        "amount": Decimal("120.50"),
        "basis": "ONE_OFF",
        "certainty": "ESTIMATED",
        "debt_id": None,
        "note": None,
    }


def faults_of(**given: Any) -> list[tuple[str, str]]:
    try:
        read_outcome(OutcomeDetails(**given))
    except Invalid as fault:
        return [(fault.field, fault.rule)]
    except InvalidInput as refused:
        return [(fault.field, fault.rule) for fault in refused.faults]
    return []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"code": OutcomeCode.INCOME_GAINED}, [("amount", "required")]),
        ({"code": OutcomeCode.INCOME_GAINED, "amount": Decimal(0)}, [("amount", "positive")]),
        ({"code": OutcomeCode.INCOME_GAINED, "amount": Decimal(10**10)}, [("amount", "maximum")]),
        (
            {"code": OutcomeCode.DEBT_WRITTEN_OFF, "amount": Decimal(1), "basis": GainBasis.ANNUAL},
            [("basis", "not-annual")],
        ),
        (
            {
                "code": OutcomeCode.DRO_MADE,
                "amount": Decimal(1),
                "basis": GainBasis.ONE_OFF,
                "certainty": GainCertainty.CONFIRMED,
            },
            [("amount", "not-an-amount"), ("basis", "not-an-amount"), ("certainty", "not-an-amount")],
        ),
        ({"code": OutcomeCode.DRO_MADE, "occurred_on": date(9999, 1, 1)}, [("occurred_on", "date-in-future")]),
        ({"code": OutcomeCode.DRO_MADE, "note": "x" * 1_001}, [("note", "too-long")]),
        ({"code": OutcomeCode.INCOME_GAINED, "amount": Decimal(1), "basis": GainBasis.ANNUAL}, []),
    ],
)
def test_what_does_not_fit_is_named(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults_of(**given) == expected
