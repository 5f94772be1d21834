"""A checklist's percentage and status follow from its items, and from nothing else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cma_graphql.domain.compliance.models import NOT_DUE, BaseStatus, ComplianceStatus, ItemState, Mandatory
from cma_graphql.domain.compliance.progress import ItemFacts, case_completion, case_status, progress_of, status_on

DAY = date(2026, 11, 24)


def item(
    state: str = "OPEN",
    mandatory: str = "YES",
    *,
    binding: bool | None = None,
    weight: int = 1,
    deadline_on: date | None = None,
) -> ItemFacts:
    return ItemFacts(
        state=state,
        mandatory=mandatory,
        binding=mandatory == "YES" if binding is None else binding,
        weight=weight,
        deadline_on=deadline_on,
    )


@some.composite
def items(draw: some.DrawFn) -> ItemFacts:
    mandatory = draw(some.sampled_from(Mandatory))
    binding = mandatory is Mandatory.YES or (mandatory is Mandatory.CONDITIONAL and draw(some.booleans()))
    return item(
        draw(some.sampled_from(ItemState)),
        mandatory,
        binding=binding,
        weight=draw(some.integers(1, 100)),
        deadline_on=draw(some.none() | some.dates(date(2026, 1, 1), date(2027, 12, 31))),
    )


@given(some.lists(items(), min_size=1, max_size=30))
def test_the_figures_follow_from_the_items(given_items: list[ItemFacts]) -> None:
    made = progress_of(given_items)
    counted = [
        one
        for one in given_items
        if one.state in {"DONE", "FAILED"} or (one.state == "OPEN" and (one.mandatory in {"YES", "NO"} or one.binding))
    ]
    done = sum(one.weight for one in given_items if one.state == "DONE")
    total = sum(one.weight for one in counted)
    assert (made.done_weight, made.applicable_weight) == (done, total)
    assert Decimal(0) <= made.completion <= Decimal(100)
    assert made.completion.as_tuple().exponent == -2
    if total:
        assert abs(made.completion - Decimal(100 * done) / total) <= Decimal("0.005")
    owed = [one for one in given_items if one.state == "FAILED" or (one.state == "OPEN" and one.binding)]
    assert made.due_on == min((one.deadline_on for one in owed if one.deadline_on), default=NOT_DUE)
    assert (made.base_status in {BaseStatus.COMPLIANT, BaseStatus.WAIVED}) <= (owed == [])
    assert (made.base_status is BaseStatus.NON_COMPLIANT) == any(one.state == "FAILED" for one in given_items)
    assert progress_of(list(reversed(given_items))) == made


@given(some.lists(items(), min_size=1, max_size=20))
def test_whatever_is_met_never_lowers_the_percentage(given_items: list[ItemFacts]) -> None:
    before = progress_of(given_items)
    for index, one in enumerate(given_items):
        if one.state == "OPEN" and one.binding:
            better = [*given_items[:index], item("DONE", one.mandatory, weight=one.weight), *given_items[index + 1 :]]
            assert progress_of(better).completion > before.completion


@pytest.mark.parametrize(
    ("given_items", "status", "completion"),
    [
        ([item(), item()], "PENDING", "0.00"),
        ([item("DONE"), item()], "IN_PROGRESS", "50.00"),
        ([item("DONE"), item(), item()], "IN_PROGRESS", "33.33"),
        ([item("DONE", weight=2), item()], "IN_PROGRESS", "66.67"),
        ([item("DONE"), item("DONE")], "COMPLIANT", "100.00"),
        ([item("DONE"), item("WAIVED")], "COMPLIANT", "100.00"),
        ([item("NOT_APPLICABLE"), item("WAIVED")], "WAIVED", "100.00"),
        ([item("NOT_APPLICABLE")], "COMPLIANT", "100.00"),
        ([item("FAILED"), item("DONE")], "NON_COMPLIANT", "50.00"),
        ([item("DONE"), item(mandatory="NO")], "COMPLIANT", "50.00"),
        ([item("DONE"), item(mandatory="CONDITIONAL")], "COMPLIANT", "100.00"),
        ([item("DONE"), item(mandatory="CONDITIONAL", binding=True)], "IN_PROGRESS", "50.00"),
        ([item(mandatory="CONDITIONAL")], "PENDING", "0.00"),
    ],
)
def test_a_checklists_status(given_items: list[ItemFacts], status: str, completion: str) -> None:
    made = progress_of(given_items)
    assert (made.base_status.value, str(made.completion)) == (status, completion)


def test_overdue_depends_on_the_day() -> None:
    yesterday, tomorrow = DAY - timedelta(days=1), DAY + timedelta(days=1)
    for base in ("PENDING", "IN_PROGRESS"):
        assert status_on(DAY, base_status=base, due_on=yesterday) is ComplianceStatus.OVERDUE
        assert status_on(DAY, base_status=base, due_on=DAY) == base
        assert status_on(DAY, base_status=base, due_on=tomorrow) == base
    assert status_on(DAY, base_status="NON_COMPLIANT", due_on=yesterday) is ComplianceStatus.NON_COMPLIANT


@pytest.mark.parametrize(
    ("statuses", "rolled_up"),
    [
        ([], None),
        (["PENDING", "PENDING"], "PENDING"),
        (["PENDING", "COMPLIANT"], "IN_PROGRESS"),
        (["COMPLIANT", "WAIVED"], "COMPLIANT"),
        (["WAIVED"], "WAIVED"),
        (["COMPLIANT", "OVERDUE"], "OVERDUE"),
        (["OVERDUE", "NON_COMPLIANT"], "NON_COMPLIANT"),
    ],
)
def test_a_cases_status_is_its_worst_checklists(statuses: list[str], rolled_up: str | None) -> None:
    assert case_status(ComplianceStatus(status) for status in statuses) == rolled_up


def test_a_cases_percentage_is_by_weight() -> None:
    status = ComplianceStatus.IN_PROGRESS
    assert case_completion(done_weight=1, applicable_weight=8, status=status) == Decimal("12.50")
    assert case_completion(done_weight=0, applicable_weight=0, status=ComplianceStatus.WAIVED) == Decimal("100.00")
    assert case_completion(done_weight=0, applicable_weight=0, status=None) is None
