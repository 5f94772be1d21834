"""The debts of filled cases, each with its first balance and its holders."""

from collections.abc import Sequence
from datetime import date
from random import Random

from cma_graphql.core.clock import today
from cma_graphql.core.ids import new_id
from cma_graphql.demo.debts import PlausibleDebt, make_debts
from cma_graphql.demo.filling.caseload import FilledCase
from cma_graphql.demo.filling.centre import FilledCentre
from cma_graphql.demo.filling.rows import Rows, tracked
from cma_graphql.domain.centres.models import Jurisdiction
from cma_graphql.domain.debts.account_number import account_number_index
from cma_graphql.domain.debts.kinds import DebtStatus
from cma_graphql.domain.debts.models import Debt, DebtBalance, DebtHolder

_MOST = 9


def fill_debts(rows: Rows, centre: FilledCentre, random: Random, cases: Sequence[FilledCase]) -> None:
    """Gather up to nine debts a case; those of a case at its end are settled or written off."""
    for case in cases:
        for debt in make_debts(random, random.randint(1, _MOST), joint=case.joint, today=case.opened_at.date()):
            _add(rows, centre, random, case, debt)


def _add(rows: Rows, centre: FilledCentre, random: Random, case: FilledCase, debt: PlausibleDebt) -> None:
    debt_id, kind = new_id(), centre.debt_types[debt.type_code]
    creditor_id = centre.creditors[debt.creditor_code]
    collector_id = None if debt.collector_code is None else centre.creditors[debt.collector_code]
    ended = (DebtStatus.SETTLED, DebtStatus.WRITTEN_OFF, DebtStatus.IN_SOLUTION)
    status = DebtStatus.ACTIVE if case.at_work else random.choice(ended)
    rows.add(
        Debt,
        centre_id=centre.centre_id,
        id=debt_id,
        case_id=case.case_id,
        client_id=case.client_id,
        debt_type_id=kind["key"],
        creditor_id=creditor_id,
        collector_id=collector_id,
        account_number=centre.seal(Debt, "account_number", debt_id, debt.account_number),
        account_number_index=account_number_index(centre.vault, centre.centre_id, debt.account_number),
        original_balance=debt.original_balance,
        current_balance=debt.balance,
        balance_as_of=case.opened_at.date(),
        monthly_payment=debt.monthly_payment,
        arrears=debt.arrears,
        interest_rate=debt.interest_rate,
        interest_frozen=False,
        priority=kind["default_priority"],
        liability=debt.liability.value,
        joint_party_name="The client's former partner" if debt.liability.value == "JOINT" else None,
        regulated_credit=kind["regulated_credit"],
        jurisdiction=Jurisdiction.ENGLAND_AND_WALES.value,
        incurred_on=debt.incurred_on,
        judgment_on=debt.judgment_on,
        enforcement_stage=debt.enforcement_stage.value,
        due_key=date.max,
        fraud_alleged=False,
        status=status.value,
        status_changed_at=case.opened_at,
        **tracked(case.opened_at, case.advisor_id),
    )
    case.debts.append(debt_id)
    line = {
        "centre_id": centre.centre_id,
        "case_id": case.case_id,
        "client_id": case.client_id,
        "debt_id": debt_id,
        "recorded_at": case.opened_at,
        "recorded_by": case.advisor_id,
    }
    rows.add(DebtBalance, id=new_id(), as_of=case.opened_at.date(), amount=debt.balance, **line)
    rows.add(DebtHolder, id=new_id(), creditor_id=creditor_id, position=0, held_from=None, **line)
    if collector_id is not None:
        held_from = min(debt.incurred_on.replace(day=28), today())
        rows.add(DebtHolder, id=new_id(), creditor_id=collector_id, position=1, held_from=held_from, **line)
