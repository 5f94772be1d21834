"""The statements of filled cases: confirmed where the case has gone on, drafts where it is new."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from cma_graphql.core.ids import new_id
from cma_graphql.demo.budgets import PlausibleLine, make_budget
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.budgets.models import (
    BudgetLine,
    BudgetSheet,
    SheetStatus,
    SheetType,
    VerificationStatus,
)
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.clients.models import ConsentChannel
from cma_graphql.domain.households.models import StatementScheme

_TOTALS = {"INC": "total_income", "FIX": "total_fixed", "FLX": "total_flexible"}
_FIRST_STATES = frozenset({CaseStatus.NEW, CaseStatus.ASSIGNED, CaseStatus.CANCELLED})


def fill_budgets(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather a statement for three cases of four."""
    for case in cases:
        if random.random() < 3 / 4:
            _add(rows, centre, case, make_budget(random, children=random.choice((0, 0, 1, 2, 3))))


def _add(rows: Rows, centre: FilledCentre, case: FilledCase, lines: Sequence[PlausibleLine]) -> None:
    sheet_id, confirmed = new_id(), case.status not in _FIRST_STATES
    totals = dict.fromkeys(_TOTALS.values(), Decimal("0.00"))
    of_case = {"centre_id": centre.centre_id, "case_id": case.case_id, "client_id": case.client_id}
    stamps = tracked(case.opened_at, case.advisor_id)
    for line in lines:
        totals[_TOTALS[line.code[:3]]] += line.monthly
        rows.add(
            BudgetLine,
            id=new_id(),
            sheet_id=sheet_id,
            code=line.code,
            entry=1,
            amount=line.amount,
            frequency=line.frequency.value,
            monthly_amount=line.monthly,
            verified=confirmed,
            **of_case,
            **stamps,
        )
    kept: dict[str, object] = {}
    if confirmed:
        none = Decimal("0.00")
        kept = {
            **totals,
            "savings_contribution": none,
            "debt_admin_fee": none,
            "accuracy_confirmed_at": case.opened_at,
            "consent_to_send_at": case.opened_at,
            "confirmation_channel": ConsentChannel.IN_PERSON.value,
            "submitted_at": case.opened_at,
        }
    verification = VerificationStatus.VERIFIED if confirmed else VerificationStatus.UNVERIFIED
    rows.add(
        BudgetSheet,
        id=sheet_id,
        number=1,
        scheme=StatementScheme.SFS.value,
        scheme_version="1.1",
        statement_date=case.opened_at.date(),
        sheet_type=SheetType.INITIAL.value,
        status=(SheetStatus.CONFIRMED_BY_CLIENT if confirmed else SheetStatus.DRAFT).value,
        joint_application=case.joint,
        asset_use_considered=confirmed,
        savings_considered=confirmed,
        began_in_portal=False,
        verification_status=verification.value,
        verified_by=case.advisor_id if confirmed else None,
        verified_at=case.opened_at if confirmed else None,
        **kept,
        **of_case,
        **stamps,
    )
