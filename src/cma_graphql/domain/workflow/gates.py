"""What has to be there when the last stage of an advice stage ends (domain reference 5.1, *leave when*).

A gate whose records the product has looks at those. Of one whose records it does not have yet, an appraisal, an offer
or a letter, a document of the case is the evidence. A gate answers the faults that it finds.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.budgets.selectors import current_sheets
from cma_graphql.domain.cases.models import Case, CaseStage
from cma_graphql.domain.clients.models import Client, ConsentPurpose
from cma_graphql.domain.clients.selectors import consents_of_clients
from cma_graphql.domain.compliance.selectors import owed_by
from cma_graphql.domain.debts.selectors import count_debts
from cma_graphql.domain.households.selectors import households_of_clients
from cma_graphql.persistence.unit_of_work import UnitOfWork

EVIDENCE = "evidence_document_id"
NOTES = "notes"
_MOST_CODES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What was shown and said in the stages of one advice stage."""

    document_id: UUID | None
    notes: str | None


Gate = Callable[[UnitOfWork, Case, Shown], Awaitable[Invalid | None]]


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


async def document_shown(_uow: UnitOfWork, _case: Case, shown: Shown) -> Invalid | None:
    """Find an advice stage of which no document shows what was done."""
    if shown.document_id is not None:
        return None
    return Invalid(EVIDENCE, "evidence-missing", "Name the document that shows what was done.")


async def notes_made(_uow: UnitOfWork, _case: Case, shown: Shown) -> Invalid | None:
    """Find an advice stage about which nothing was said."""
    return None if shown.notes is not None else Invalid(NOTES, "required", "Say in the notes how this ended.")


async def requirements_met(uow: UnitOfWork, case: Case, _shown: Shown) -> Invalid | None:
    """Find what is still owed on the case's mandatory checklists."""
    (owed,) = await owed_by(uow, "case_id", [case.id])
    if not owed:
        return None
    return Invalid(
        "id",
        "compliance-open",
        f"{len(owed)} mandatory requirements are open: complete them, or have them waived.",
        number=len(owed),
        codes=[item["code"] for item in owed[:_MOST_CODES]],
    )


GATES: Mapping[CaseStage, tuple[Gate, ...]] = {
    CaseStage.ENQUIRY: (notes_made,),
    CaseStage.TRIAGE: (consent_to_advice,),
    CaseStage.APPOINTMENT: (notes_made,),
    CaseStage.FACT_FIND: (household_recorded, debts_recorded, authority_given),
    CaseStage.BUDGET: (statement_confirmed,),
    CaseStage.ADVICE: (document_shown,),
    CaseStage.RECOMMENDATION: (document_shown,),
    CaseStage.IMPLEMENTATION: (document_shown,),
    CaseStage.REVIEW: (notes_made,),
    CaseStage.CLOSURE: (requirements_met,),
}
"""What an advice stage is left through."""


async def faults_at(uow: UnitOfWork, case: Case, stage: CaseStage, shown: Shown) -> list[Invalid]:
    """Answer everything that keeps a case from leaving an advice stage."""
    return [fault for gate in GATES[stage] if (fault := await gate(uow, case, shown)) is not None]
