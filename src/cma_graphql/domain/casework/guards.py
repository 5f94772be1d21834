"""What has to hold before a case takes a step, besides the step being in the table (domain reference 5.2).

A guard looks at a locked case and answers the fault it finds, or None. A room whose records a step depends on
adds its guard to the step's tuple.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import date

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import LONDON, today
from cma_graphql.core.errors import Invalid, InvalidInput
from cma_graphql.domain.case_templates.kinds import StageCondition
from cma_graphql.domain.cases.models import Case, CaseStatus, ClosureReason
from cma_graphql.domain.cases.retention import RETENTION_YEARS, years_after
from cma_graphql.domain.cases.selectors import latest_step
from cma_graphql.domain.cases.transitions import require_step
from cma_graphql.domain.casework.ending import has_no_appointments_to_come
from cma_graphql.domain.casework.solutions import has_no_active_solution, has_no_debt_in_solution
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_of_clients
from cma_graphql.domain.compliance.selectors import owed_by
from cma_graphql.domain.referrals.selectors import count_under_way
from cma_graphql.domain.staffing.workload import unfit
from cma_graphql.domain.users.selectors import memberships_by_id
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.approval_selectors import approvals_of_cases, pending_of_case
from cma_graphql.domain.workflow.selectors import (
    document_types_of,
    open_required_stages,
    stages_of_cases,
    workflows_of_cases,
)
from cma_graphql.domain.workflow.states import BEGUN, ApprovalState, StageState
from cma_graphql.persistence.unit_of_work import UnitOfWork

Guard = Callable[[UnitOfWork, Case], Awaitable[Invalid | None]]

_MOST_CODES = 20
"""How many codes a refusal names; it says how many there are."""

_OF_THE_CASE = ""
"""The field of a fault that no input field can mend."""


async def has_advisor(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case that nobody advises: without an advisor, or whose one went, or lost the role, when it had ended."""
    if case.advisor_id is None:
        return Invalid(_OF_THE_CASE, "advisor-missing", "Give the case an advisor first.")
    (found,) = await memberships_by_id(uow, [case.advisor_id])
    advises = Permission.CASE_UPDATE
    if found is not None and unfit(found["status"], found["roles"], permission=advises, field=_OF_THE_CASE) is None:
        return None
    return Invalid(_OF_THE_CASE, "advisor-gone", "The case's advisor does not advise any more: give it to another.")


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
    last = years_after(ended_on, RETENTION_YEARS)
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


async def has_met_its_requirements(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find what is still owed on the case's mandatory checklists: open and binding, or failed.

    A conditional requirement is owed once somebody said that its condition holds (compliance/progress.py).
    """
    (owed,) = await owed_by(uow, "case_id", [case.id])
    if not owed:
        return None
    return Invalid(
        _OF_THE_CASE,
        "compliance-open",
        f"{len(owed)} mandatory requirements are open: complete them, or have them waived.",
        number=len(owed),
        codes=[item["code"] for item in owed[:_MOST_CODES]],
    )


async def has_ended_its_stages(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find what is required and still open in the case's workflow."""
    (open_yet,) = await open_required_stages(uow, [case.id])
    if not open_yet:
        return None
    return Invalid(
        _OF_THE_CASE,
        "stages-open",
        f"{len(open_yet)} required stages are open: complete them, or have a manager cancel the workflow.",
        number=len(open_yet),
        stages=[stage["code"] or stage["name"] for stage in open_yet[:_MOST_CODES]],
    )


async def has_its_documents(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find what the case's template makes it have before it is closed, and it lacks."""
    (workflow,) = await workflows_of_cases(uow, [case.id])
    if workflow is None or not workflow["documents"]:
        return None
    missing = sorted(set(workflow["documents"]) - await document_types_of(uow, case.id))
    if not missing:
        return None
    return Invalid(_OF_THE_CASE, "documents-missing", "Add the documents that such a case has to have.", types=missing)


async def has_its_legal_review(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case that needs a legal review which nobody has approved: by itself, or as a stage of the workflow."""
    if not case.legal_review_required:
        return None
    (approvals,) = await approvals_of_cases(uow, [case.id])
    reviews = (each["state"] for each in approvals if each["subject"] == ApprovalSubject.LEGAL_REVIEW)
    if ApprovalState.APPROVED in reviews:
        return None
    (stages,) = await stages_of_cases(uow, [case.id])
    of_review = (stage["state"] for stage in stages if stage["condition"] == StageCondition.LEGAL_REVIEW)
    if StageState.COMPLETED in of_review:
        return None
    return Invalid(
        _OF_THE_CASE,
        "legal-review-missing",
        "The case needs a legal review: ask for its approval (approvalRequest, LEGAL_REVIEW) first.",
        subject=ApprovalSubject.LEGAL_REVIEW.value,
    )


async def has_no_pending_approval(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find what somebody has still to decide about the case."""
    pending = await pending_of_case(uow, case.id)
    if not pending:
        return None
    return Invalid(
        _OF_THE_CASE,
        "approval-pending",
        f"{len(pending)} approvals are pending: have them decided, or withdraw them.",
        number=len(pending),
        subjects=[approval["subject"] for approval in pending[:_MOST_CODES]],
    )


async def has_no_active_workflow(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case on whose stages somebody is at work."""
    (stages,) = await stages_of_cases(uow, [case.id])
    begun = [stage["code"] or stage["name"] for stage in stages if stage["state"] in BEGUN]
    if not begun:
        return None
    return Invalid(
        _OF_THE_CASE, "workflow-active", "Stages of the case are under way: close or cancel it first.", stages=begun
    )


async def has_no_referral_under_way(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a referred case whose recipient has not answered, or of whom it is not known what came of it."""
    if case.status != CaseStatus.REFERRED:
        return None
    number = await count_under_way(uow, case.id)
    if not number:
        return None
    return Invalid(
        _OF_THE_CASE,
        "referral-under-way",
        "The case was referred: write down what came of it, or withdraw the referral, first.",
        number=number,
    )


async def has_no_open_referral(uow: UnitOfWork, case: Case) -> Invalid | None:
    """Find a case about which another organisation was asked, and has not answered, or has not done what it took on."""
    number = await count_under_way(uow, case.id, handing_over=False)
    if not number:
        return None
    return Invalid(
        _OF_THE_CASE,
        "referral-under-way",
        f"{number} referrals of the case are under way: write down what came of them, or withdraw them.",
        number=number,
    )


GUARDS: Mapping[CaseStatus, tuple[Guard, ...]] = {
    CaseStatus.IN_PROGRESS: (has_advisor, has_consent_to_advice),
    CaseStatus.REFERRED: (has_consent_to_referral,),
    CaseStatus.REOPENED: (is_within_retention, has_no_referral_under_way),
    CaseStatus.RESOLVED: (has_ended_its_stages, has_no_pending_approval),
    CaseStatus.CLOSED: (
        has_met_its_requirements,
        has_ended_its_stages,
        has_its_documents,
        has_its_legal_review,
        has_no_pending_approval,
        has_no_referral_under_way,
        has_no_appointments_to_come,
    ),
    CaseStatus.CANCELLED: (
        has_no_active_solution,
        has_no_debt_in_solution,
        has_no_pending_approval,
        has_no_open_referral,
    ),
}
"""What has to hold before a case gets into a state. Those without a line have rules of their input only."""

NOTHING_TO_DO = frozenset({ClosureReason.OPENED_IN_ERROR, ClosureReason.DUPLICATE, ClosureReason.DECEASED})
"""For these reasons there is nobody to advise."""
EXCUSED_BY: Mapping[Guard, frozenset[ClosureReason]] = {
    has_met_its_requirements: NOTHING_TO_DO,
    has_ended_its_stages: NOTHING_TO_DO,
    has_its_documents: NOTHING_TO_DO,
    has_no_pending_approval: NOTHING_TO_DO,
    has_its_legal_review: NOTHING_TO_DO,
    has_no_appointments_to_come: NOTHING_TO_DO,
}
"""For which reasons a case is closed whatever a guard would find.

One opened in error never was a case, a duplicate's requirements are met in the other one, and nobody is left to
advise once the client has died. A client who withdrew or lost contact was advised until then: of that, a manager
or the compliance officer waives what could not be done, cancels the workflow, and says why.
"""

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


DELETION_GUARDS: tuple[Guard, ...] = (
    is_not_worked_on,
    has_no_open_requirement,
    has_no_active_workflow,
    has_no_pending_approval,
)
"""What has to hold before a case is deleted (seed 004, 6.3)."""


async def require_step_is_open(
    uow: UnitOfWork,
    case: Case,
    target: CaseStatus,
    *,
    reason: ClosureReason | None = None,
    besides: Collection[Guard] = (),
) -> None:
    """Raise TransitionRefused for a step outside the table, then everything that its guards find.

    Guards that the reason excuses from are not asked, nor those `besides` which the step settles by itself.
    """
    require_step(case.status, target)
    asked = (guard for guard in GUARDS.get(target, ()) if guard not in besides)
    guards = tuple(guard for guard in asked if reason not in EXCUSED_BY.get(guard, ()))
    await require_all(uow, case, guards)


async def require_all(uow: UnitOfWork, case: Case, guards: tuple[Guard, ...]) -> None:
    """Raise Invalid, or InvalidInput for several, where guards find faults; all of them are asked."""
    faults = [fault for guard in guards if (fault := await guard(uow, case)) is not None]
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InvalidInput(faults)
