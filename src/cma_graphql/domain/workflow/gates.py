"""What has to be there when the last stage of an advice stage ends (domain reference 5.1, *leave when*).

A gate whose records the product has looks at those. Of one whose records it does not have yet, an appraisal, an offer
or a letter, a document of the case is the evidence. A gate answers the fault that it finds. Gates that look at rooms
above this one come from casework (casework/gates.py): services are given all of them.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.assets.selectors import assets_of_cases
from cma_graphql.domain.budgets.models import VerificationStatus
from cma_graphql.domain.budgets.selectors import current_sheets
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_of_clients
from cma_graphql.domain.compliance.selectors import owed_by
from cma_graphql.domain.debts.selectors import count_debts
from cma_graphql.domain.households.selectors import households_of_clients
from cma_graphql.domain.outcomes.selectors import outcomes_of_cases
from cma_graphql.domain.workflow.approval_models import ApprovalSubject
from cma_graphql.domain.workflow.approval_selectors import approvals_of_cases
from cma_graphql.domain.workflow.conditions import HIGH, CaseTraits
from cma_graphql.domain.workflow.states import ApprovalState
from cma_graphql.persistence.unit_of_work import UnitOfWork

EVIDENCE = "evidence_document_id"
NOTES = "notes"
_MOST_CODES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was shown and said in the stages of one advice stage."""

    document_id: UUID | None
    notes: str | None
    decision: str | None
    """What was said with the stage that ends, the last of them."""
    traits: CaseTraits
    skipped: bool = False
    """Whether somebody left one of them out, for a reason; what a case is spared by rule is not left out."""
    reviewed: bool = False
    """Whether a colleague has looked at what was done."""
    approved: bool = False
    """Whether one of them was approved, or cannot end without."""


Gate = Callable[[UnitOfWork, Case, Shown], Awaitable[Invalid | None]]
Gates = Mapping[CaseStage, tuple[Gate, ...]]


async def _has_consent(uow: UnitOfWork, case: Case, purpose: ConsentPurpose) -> bool:
    # Locked, so that a consent withdrawn at this moment is withdrawn before the step or after it.
    await uow.lock(Client, case.client_id, field=None)
    (consents,) = await consents_of_clients(uow, [case.client_id])
    return any(consent["purpose"] == purpose and consent["withdrawn_at"] is None for consent in consents)


async def consent_to_advice(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
    """Find a client who has not agreed to the use of their data for advice."""
    if await _has_consent(uow, case, ConsentPurpose.ADVICE):
        return None
    purpose = ConsentPurpose.ADVICE.value
    return Invalid("id", "consent-missing", "Record the client's consent to advice first.", purpose=purpose)


async def household_recorded(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
    """Find a client of whose household nothing is recorded."""
    (household,) = await households_of_clients(uow, [case.client_id])
    return None if household is not None else Invalid("id", "household-missing", "Record the client's household first.")


async def debts_recorded(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
    """Find a case without a debt."""
    if await count_debts(uow, case.id):
        return None
    return Invalid("id", "debts-missing", "Record the case's debts first, with who is liable for each.")


async def assets_recorded(uow: UnitOfWork, case: Case, shown: Shown) -> Invalid | None:
    """Find a case without an asset of which nobody said that there are none."""
    (assets,) = await assets_of_cases(uow, [case.id])
    if assets or shown.notes is not None:
        return None
    return Invalid(NOTES, "assets-missing", "Record the case's assets, or say in the notes that there are none.")


async def authority_given(uow: UnitOfWork, case: Case, shown: Shown) -> Invalid | None:
    """Find a client who has not let the centre write to creditors, by a consent or by a signed paper."""
    if shown.document_id is not None or await _has_consent(uow, case, ConsentPurpose.CREDITOR_CONTACT):
        return None
    return Invalid(
        EVIDENCE,
        "authority-missing",
        "Record the client's consent to contact with creditors, or name the signed authority.",
        purpose=ConsentPurpose.CREDITOR_CONTACT.value,
    )


async def statement_confirmed(uow: UnitOfWork, case: Case, shown: Shown) -> Invalid | None:
    """Find a case without a statement that its client confirmed; a document and the reason will do instead."""
    (sheet,) = await current_sheets(uow, [case.id])
    if sheet is not None or (shown.document_id is not None and shown.notes is not None):
        return None
    return Invalid(
        EVIDENCE,
        "statement-missing",
        "Have the client confirm a financial statement, or name a document and say in the notes why there is none.",
    )


async def statement_checked(uow: UnitOfWork, case: Case, shown: Shown) -> Invalid | None:
    """Find a trainee's statement that nobody has verified, and no colleague has reviewed."""
    if not shown.traits.trainee or shown.reviewed:
        return None
    (sheet,) = await current_sheets(uow, [case.id])
    if sheet is None or sheet["verification_status"] == VerificationStatus.VERIFIED:
        return None
    return Invalid("id", "verification-missing", "Have a colleague verify the trainee's financial statement first.")


async def document_shown(_uow: UnitOfWork, _case: Case, shown: Shown) -> Invalid | None:
    """Find an advice stage of which no document shows what was done."""
    if shown.document_id is not None:
        return None
    return Invalid(EVIDENCE, "evidence-missing", "Name the document that shows what was done.")


async def notes_made(_uow: UnitOfWork, _case: Case, shown: Shown) -> Invalid | None:
    """Find an advice stage about which nothing was said."""
    return None if shown.notes is not None else Invalid(NOTES, "required", "Say in the notes how this ended.")


async def recommendation_approved(uow: UnitOfWork, case: Case, shown: Shown) -> Invalid | None:
    """Find what a trainee recommends, or advice of high risk, that nobody has approved."""
    if shown.approved or not (shown.traits.trainee or shown.traits.risk_level in HIGH):
        return None
    subject = ApprovalSubject.TRAINEE_RECOMMENDATION
    (approvals,) = await approvals_of_cases(uow, [case.id])
    if ApprovalState.APPROVED in (each["state"] for each in approvals if each["subject"] == subject):
        return None
    return Invalid(
        "id",
        "approval-missing",
        "A trainee's recommendation, and one of high risk, is approved first: ask for it (approvalRequest).",
        subject=subject.value,
    )


async def decision_told(_uow: UnitOfWork, _case: Case, shown: Shown) -> Invalid | None:
    """Find advice of which nobody said what the client decided: that nothing was heard is no acceptance."""
    if shown.decision is not None:
        return None
    return Invalid(NOTES, "required", "Say in the notes whether the client accepts, declines or has not answered.")


async def outcome_recorded(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
    """Find a case of which nobody said what came of it."""
    (outcomes,) = await outcomes_of_cases(uow, [case.id])
    if any(outcome["withdrawn_at"] is None for outcome in outcomes):
        return None
    return Invalid("id", "outcome-missing", "Record what came of the advice first: NO_CHANGE where nothing did.")


def requirements_met(*codes: str) -> Gate:
    """Make the gate that finds what is still owed on the case's mandatory checklists: of these codes, or at all."""

    async def gate(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
        (owed,) = await owed_by(uow, "case_id", [case.id])
        return _owing([item["code"] for item in owed if not codes or item["code"] in codes])

    return gate


def _owing(owed: Sequence[str]) -> Invalid | None:
    if not owed:
        return None
    return Invalid(
        "id",
        "compliance-open",
        f"{len(owed)} mandatory requirements are open: complete them, or have them waived.",
        number=len(owed),
        codes=owed[:_MOST_CODES],
    )


GATES: Gates = {
    CaseStage.ENQUIRY: (notes_made,),
    # emergencies, vulnerability, the privacy notice and the lawful basis
    CaseStage.TRIAGE: (consent_to_advice, requirements_met("QF-04", "VULN-01", "DP-01", "DP-02", "DP-03")),
    # liability is checked for each debt
    CaseStage.FACT_FIND: (
        household_recorded,
        debts_recorded,
        assets_recorded,
        authority_given,
        requirements_met("QF-05"),
    ),
    CaseStage.BUDGET: (statement_confirmed, statement_checked),
    CaseStage.ADVICE: (document_shown,),
    CaseStage.RECOMMENDATION: (document_shown, decision_told, recommendation_approved),
    CaseStage.IMPLEMENTATION: (document_shown,),
    CaseStage.REVIEW: (notes_made,),
    CaseStage.CLOSURE: (requirements_met(), outcome_recorded),
}
"""What an advice stage is left through, as far as this room and those below it can tell."""


async def faults_at(uow: UnitOfWork, case: Case, gates: Sequence[Gate], shown: Shown) -> list[Invalid]:
    """Answer everything that keeps a case from leaving an advice stage with these gates."""
    return [fault for gate in gates if (fault := await gate(uow, case, shown)) is not None]
