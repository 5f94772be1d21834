"""What people do with the outcomes of a case: record them, choose the main one, withdraw what was not so."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.faults import read_field
from cma_graphql.core.formats.text import multiline
from cma_graphql.core.ids import new_id
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_of_part
from cma_graphql.domain.debts.referred import require_debt_of
from cma_graphql.domain.outcomes.details import NOTE_LENGTH, OutcomeDetails, read_outcome
from cma_graphql.domain.outcomes.events import OutcomeMadeMain, OutcomeRecorded, OutcomeWithdrawn
from cma_graphql.domain.outcomes.models import Outcome
from cma_graphql.domain.outcomes.selectors import outcomes_of_cases
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_OUTCOMES = 200
"""How many the ledger of one case holds, those withdrawn among them."""


async def record_outcome(uow: UnitOfWork, *, case_id: UUID, details: OutcomeDetails, main: bool = False) -> UUID:
    """Write an outcome into a case's ledger; answer its id. It may come about after the case's end.

    The first one is the main one, unless another is said to be. Raises Forbidden, ApprovalRequired, NotFound,
    LimitReached, Invalid (`another-case` among others), InvalidInput.
    """
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, case_id, ended=True)
    kept = read_outcome(details)
    await require_debt_of(uow, case, details.debt_id, field="debt_id")
    (ledger,) = await outcomes_of_cases(uow, [case.id])
    if len(ledger) >= MOST_OUTCOMES:
        raise LimitReached("outcomes", MOST_OUTCOMES)
    present = next((row["key"] for row in ledger if row["main"]), None)
    if main and present is not None:
        await _unmake_main(uow, case, present)
    outcome = Outcome(id=new_id(), case_id=case.id, client_id=case.client_id, main=main or present is None, **kept)
    await tell_of_part(uow, OutcomeRecorded, case, outcome, uow.add(outcome), new=True)
    return outcome.id


async def make_outcome_main(uow: UnitOfWork, *, outcome_id: UUID, version: int) -> UUID:
    """Report the case under this outcome. Nothing happens where it already is.

    Raises Forbidden, ApprovalRequired, NotFound, Conflict, Invalid (`outcome-withdrawn`).
    """
    case, outcome = await _take(uow, outcome_id, version)
    if outcome.main:
        return outcome.id
    (ledger,) = await outcomes_of_cases(uow, [case.id])
    for row in ledger:
        if row["main"]:
            await _unmake_main(uow, case, row["key"])
    await tell_of_part(uow, OutcomeMadeMain, case, outcome, uow.change(outcome, main=True))
    return outcome.id


async def withdraw_outcome(uow: UnitOfWork, *, outcome_id: UUID, version: int, reason: str) -> UUID:
    """Withdraw an outcome that was not so, or not so any more; it stays in the ledger with the reason.

    A case whose main outcome is withdrawn has none until somebody chooses. Raises Forbidden, ApprovalRequired,
    NotFound, Conflict, Invalid (`outcome-withdrawn`, the reason's rules).
    """
    case, outcome = await _take(uow, outcome_id, version)
    said = read_field("reason", multiline, reason, max_length=NOTE_LENGTH)
    changes = uow.change(
        outcome, withdrawn_at=now(), withdrawn_by=uow.actor.user_id, withdrawal_reason=said, main=False
    )
    await tell_of_part(uow, OutcomeWithdrawn, case, outcome, changes)
    return outcome.id


async def _take(uow: UnitOfWork, outcome_id: UUID, version: int) -> tuple[Case, Outcome]:
    """Lock an outcome's case, then the outcome, which stands."""
    uow.actor.require(Permission.WORKFLOW_PROGRESS)
    found = await uow.get(Outcome, outcome_id, field="id")
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, found.case_id, field="id", ended=True)
    outcome = await uow.lock(Outcome, outcome_id, version=version)
    if outcome.withdrawn_at is not None:
        raise Invalid("id", "outcome-withdrawn", "The outcome has been withdrawn: record it anew.")
    return case, outcome


async def _unmake_main(uow: UnitOfWork, case: Case, outcome_id: UUID) -> None:
    former = await uow.lock(Outcome, outcome_id)
    await tell_of_part(uow, OutcomeMadeMain, case, former, uow.change(former, main=False))
