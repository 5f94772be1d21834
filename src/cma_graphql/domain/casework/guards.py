"""What has to hold before a case takes a step, besides the step being in the table (domain reference 5.2).

A guard looks at a locked case and answers the fault it finds, or None. A room whose records a step depends on
adds its guard to the step's tuple.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date

from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.cases.selectors import latest_step
from cma_graphql.domain.cases.transitions import require_step
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_of_clients
from cma_graphql.persistence.unit_of_work import UnitOfWork

Guard = Callable[[UnitOfWork, Case], Awaitable[Invalid | None]]

RETENTION_YEARS = 6
"""How long an ended case is kept, and so may be reopened (domain reference 4.4)."""

_OF_THE_CASE = ""
"""The field of a fault that no input field can mend."""


async def has_advisor(_uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case that nobody advises."""
    if case.advisor_id is None:
        return Invalid(_OF_THE_CASE, "advisor-missing", "Give the case an advisor first.")
    return None


async def _consented(uow: UnitOfWork, case: Case, purpose: ConsentPurpose, message: str) -> Invalid | None:
    # Locked, so that a consent withdrawn at this moment is withdrawn before the step or after it.
    await uow.lock(Client, case.client_id, field=None)
    (consents,) = await consents_of_clients(uow, [case.client_id])
    if any(consent["purpose"] == purpose and consent["withdrawn_at"] is None for consent in consents):
        return None
    return Invalid(_OF_THE_CASE, "consent-missing", message, purpose=purpose.value)


async def has_consent_to_advice(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a client who has not agreed to the use of their data for advice."""
    return await _consented(uow, case, ConsentPurpose.ADVICE, "Record the client's consent to advice first.")


async def has_consent_to_referral(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a client who has not agreed to be handed to another organisation."""
    return await _consented(uow, case, ConsentPurpose.REFERRAL, "Record the client's consent to a referral first.")


async def is_within_retention(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case whose end lies longer ago than ended cases are kept."""
    ended_on = await _ended_on(uow, case)
    last = _years_after(ended_on, RETENTION_YEARS)
    if today() <= last:
        return None
    return Invalid(
        _OF_THE_CASE,
        "retention",
        f"The case ended more than {RETENTION_YEARS} years ago: open a new one.",
        ended_on=ended_on.isoformat(),
        years=RETENTION_YEARS,
    )


async def _ended_on(uow: UnitOfWork, case: Case) -> date:
    if case.closed_on is not None:
        return case.closed_on
    ended_at = await latest_step(uow, case.id) or case.updated_at
    return ended_at.astimezone(LONDON).date()


def _years_after(day: date, years: int) -> date:
    """Answer the anniversary of a day; of 29 February the 28th, where the year has no other."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


GUARDS: Mapping[CaseStatus, tuple[Guard, ...]] = {
    CaseStatus.IN_PROGRESS: (has_advisor, has_consent_to_advice),
    CaseStatus.REFERRED: (has_consent_to_referral,),
    CaseStatus.REOPENED: (is_within_retention,),
}
"""What has to hold before a case gets into a state. Those without a line have rules of their input only."""

_ENDED = frozenset({CaseStatus.NEW, CaseStatus.CLOSED, CaseStatus.CANCELLED})


async def is_not_worked_on(_uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case with work under way: only one that is new, closed or cancelled has none."""
    if case.status in _ENDED:
        return None
    return Invalid(_OF_THE_CASE, "case-open", "Close or cancel the case before deleting it.", status=case.status)


async def has_no_open_requirement(_uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a new case whose compliance or legal review is still to come; an end settles both."""
    if case.status == CaseStatus.NEW and (case.compliance_required or case.legal_review_required):
        return Invalid(
            _OF_THE_CASE, "requirement-open", "The case needs a review: close or cancel it before deleting it."
        )
    return None


DELETION_GUARDS: tuple[Guard, ...] = (is_not_worked_on, has_no_open_requirement)
"""What has to hold before a case is deleted (seed 004, 6.3)."""


async def require_step_is_open(uow: UnitOfWork, case: Case, target: CaseStatus) -> None:
    """Raise TransitionRefused for a step outside the table, then everything that its guards find."""
    require_step(case.status, target)
    await require_all(uow, case, GUARDS.get(target, ()))


async def require_all(uow: UnitOfWork, case: Case, guards: tuple[Guard, ...]) -> None:
    """Raise Invalid, or InvalidInput for several, where guards find faults; all of them are asked."""
    faults = [fault for guard in guards if (fault := await guard(uow, case)) is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InvalidInput(faults)
