"""What shows that a case's client is in a solution: its ledger of outcomes, and the states of its debts.

Such a case has come to a result: it is closed, and not cancelled (domain reference 5.2).
"""

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.debts.kinds import DebtStatus
from cma_graphql.domain.debts.selectors import debts_of_cases
from cma_graphql.domain.outcomes.codes import ENDED_BY, STATUTORY, OutcomeCode
from cma_graphql.domain.outcomes.selectors import outcomes_of_cases
from cma_graphql.persistence.unit_of_work import UnitOfWork

PROTECTED = (DebtStatus.IN_BREATHING_SPACE, DebtStatus.IN_SOLUTION)
"""The states in which a creditor may not ask for a debt, because of what was done in the case."""


async def has_no_active_solution(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case by whose ledger the client is in a solution of the law that nobody has revoked since."""
    (outcomes,) = await outcomes_of_cases(uow, [case.id])
    stand = [OutcomeCode(row["code"]) for row in outcomes if row["withdrawn_at"] is None]
    active = {
        code
        for place, code in enumerate(stand)
        if code in STATUTORY and ENDED_BY.get(code) not in stand[place + 1 :]  # the first came about first
    }
    if not active:
        return None
    return Invalid(
        "",
        "solution-active",
        "The client is in a solution: close the case, or withdraw the outcome if it did not come about.",
        outcomes=sorted(active),
    )


async def has_no_debt_in_solution(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case with debts that are in a breathing space or in a solution."""
    (debts,) = await debts_of_cases(uow, [case.id], statuses=PROTECTED)
    if not debts:
        return None
    return Invalid(
        "",
        "debts-in-solution",
        f"{len(debts)} debts are in a breathing space or a solution: say what became of them first, or close the case.",
        number=len(debts),
        states=sorted({debt["status"] for debt in debts}),
    )
