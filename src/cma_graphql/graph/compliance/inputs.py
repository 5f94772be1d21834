"""How case checklists are filtered, and what the mutations of compliance are given."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.domain.compliance.selectors import of_status
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import (
    Certainty,
    ComplianceEventName,
    ComplianceStatus,
    EvidenceKind,
    Mandatory,
)
from cma_graphql.graph.node import find_id
from cma_graphql.graph.writing import MutationInput

_EXPECTED = "The `version` that you read; another one is a conflict."


@strawberry.input(
    description="Which checklists of cases: every condition given has to hold; values in a list are alternatives."
)
class CaseComplianceFilter:
    """Conditions on checklists of cases."""

    status: list[ComplianceStatus] | None = strawberry.field(
        default=None, description="Standing at one of these today."
    )
    framework: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Being part of one of these frameworks."
    )
    checklist: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Being one of these checklists, in that revision."
    )
    advisor: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Of a case that has one of these advisors."
    )
    team: list[strawberry.ID] | None = strawberry.field(default=None, description="Of a case of one of these teams.")
    overdue: bool | None = strawberry.field(default=None, description="`true`: something owed is past its deadline.")
    due_before: date | None = strawberry.field(default=None, description="Something is due before this day.")


CaseComplianceFilterArgument = Annotated[
    CaseComplianceFilter | None, strawberry.argument(description="Which checklists of cases.")
]


@strawberry.input(description="Which events of compliance to tell: every condition given has to hold.")
class ComplianceEventFilter:
    """Conditions on events."""

    names: list[ComplianceEventName] | None = strawberry.field(
        default=None, description="Being one of these. That a case has left the viewer's sight is always told."
    )


ComplianceEventFilterArgument = Annotated[
    ComplianceEventFilter | None, strawberry.argument(description="Which events.")
]
_IDS = (
    ("framework", "complianceframework"),
    ("checklist", "compliancechecklist"),
    ("advisor", "membership"),
    ("team", "team"),
)


def compliance_filters(given: CaseComplianceFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
    if given is None:
        return {}
    filters: dict[str, object] = {
        name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None
    }
    if given.status is not None:
        filters |= of_status(sorted({status.value for status in given.status}))
    if given.overdue:
        filters["overdue"] = True
    if given.due_before is not None:
        filters["due_before"] = given.due_before
    return filters


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]


@strawberry.input(description="A framework of the centre's own.")
class ComplianceFrameworkCreateInput(MutationInput):
    """A framework."""

    code: str = strawberry.field(description="Its code: up to 40 letters and digits, with hyphens between.")
    name: str = strawberry.field(description="What it is called.")
    edition: str = strawberry.field(description="Which text of the rules it follows; a code has each edition once.")
    effective_from: date = strawberry.field(description="The first day on which cases are given its checklists.")
    effective_to: date | None = strawberry.field(default=None, description="The last such day; null: no end.")
    source: str = strawberry.field(description="Where the rules stand.")
    description: str = strawberry.field(description="What it is about.")


@strawberry.input(description="A requirement of a checklist.")
class ComplianceRequirementInput:
    """A requirement."""

    code: str = strawberry.field(description="Its code, which no other requirement of the checklist has.")
    text: str = strawberry.field(description="What has to be so.")
    source: str = strawberry.field(default="The centre's own rule", description="The rule it comes from.")
    certainty: Certainty = strawberry.field(
        default=Certainty.VERIFIED, description="How surely it follows from its source."
    )
    mandatory: Mandatory = strawberry.field(default=Mandatory.YES, description="Whether it has to be met.")
    evidence_kind: EvidenceKind = strawberry.field(default=EvidenceKind.NOTE, description="What shows that it is met.")
    case_types: list[str] = strawberry.field(
        default_factory=list,
        description="The codes of those of the checklist's case types to which it is confined; empty: all.",
    )
    weight: int = strawberry.field(default=1, description="How much it counts in the percentage, 1 to 100.")
    gate_stage: CaseStage | None = strawberry.field(
        default=None, description="The stage that should not be left without it; null: the checklist's."
    )
    deadline_days: int | None = strawberry.field(
        default=None, description="Days from the start of its stage within which it is due; null: no deadline."
    )


@strawberry.input(description="A checklist, as you last read it.")
class ComplianceChecklistVersionInput:
    """A checklist in a version."""

    id: strawberry.ID = strawberry.field(description="The checklist.")
    expected_version: int = strawberry.field(description=_EXPECTED)


@strawberry.input(description="A checklist of the centre's own, or a new revision of any.")
class ComplianceChecklistCreateInput(MutationInput):
    """A checklist."""

    framework_id: strawberry.ID = strawberry.field(description="The framework it is part of.")
    code: str = strawberry.field(description="Its code within the framework.")
    name: str = strawberry.field(description="What it is called.")
    case_types: list[str] = strawberry.field(description="The codes of the case types that ask for it: at least one.")
    requirements: list[ComplianceRequirementInput] = strawberry.field(
        description="Its requirements, in their order: at least one, at most 100."
    )
    gate_stage: CaseStage | None = strawberry.field(
        default=None, description="The stage of those requirements that name none."
    )
    mandatory: bool = strawberry.field(
        default=True, description="Whether what is owed on it keeps a case from being closed."
    )
    replaces: ComplianceChecklistVersionInput | None = strawberry.field(
        default=None, description="The checklist of the same code that retires as this one takes its place."
    )


@strawberry.input(description="A checklist that new cases are not to be given any more.")
class ComplianceChecklistRetireInput(MutationInput):
    """A checklist to retire."""

    id: strawberry.ID = strawberry.field(description="The checklist.")
    expected_version: int = strawberry.field(description=_EXPECTED)


@strawberry.input(description="A case that is to be given checklists.")
class CaseComplianceBeginInput(MutationInput):
    """Checklists to begin."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    checklist_id: strawberry.ID | None = strawberry.field(
        default=None, description="The checklist, whatever the case's type; null: all that its type asks for."
    )


@strawberry.input(description="A checklist of a case of which all that is owed is to be waived.")
class CaseComplianceWaiveInput(MutationInput):
    """A checklist to waive."""

    id: strawberry.ID = strawberry.field(description="The checklist of the case.")
    expected_version: int = strawberry.field(description=_EXPECTED)
    reason: str = strawberry.field(description="Why the case goes without it.")


@strawberry.input(description="Which requirement of a case to change, as you last read it.")
class ComplianceItemInput(MutationInput):
    """The part that inputs about one requirement of a case share."""

    id: strawberry.ID = strawberry.field(description="The item.")
    expected_version: int = strawberry.field(description=_EXPECTED)


@strawberry.input(description="A requirement that is met, with its evidence.")
class ComplianceItemCompleteInput(ComplianceItemInput):
    """A requirement that is met."""

    evidence_document_id: strawberry.ID | None = strawberry.field(
        default=None, description="The document of the case that shows it; a DOCUMENT needs one."
    )
    evidence_note: str | None = strawberry.field(
        default=None, description="A note that shows how it was met; a NOTE needs one, a SIGNATURE this or a document."
    )
    notes: str | None = strawberry.field(default=None, description="What else there is to say; null: as it is.")
    checked_on: date | None = strawberry.field(
        default=None, description="The day on which it was checked, today or before; null: today."
    )


@strawberry.input(description="One requirement of several that are met, with its evidence.")
class ComplianceItemCompletionInput:
    """One requirement of several."""

    id: strawberry.ID = strawberry.field(description="The item.")
    expected_version: int = strawberry.field(description=_EXPECTED)
    evidence_document_id: strawberry.ID | None = strawberry.field(
        default=None, description="The document of the case that shows it; a DOCUMENT needs one."
    )
    evidence_note: str | None = strawberry.field(
        default=None, description="A note that shows how it was met; a NOTE needs one, a SIGNATURE this or a document."
    )
    notes: str | None = strawberry.field(default=None, description="What else there is to say; null: as it is.")


@strawberry.input(description="Requirements that are met.")
class ComplianceItemsCompleteInput(MutationInput):
    """Several requirements that are met."""

    items: list[ComplianceItemCompletionInput] = strawberry.field(description="The items: at least one, at most 100.")
    checked_on: date | None = strawberry.field(
        default=None, description="The day on which they were checked, today or before; null: today."
    )


@strawberry.input(description="A requirement to open again.")
class ComplianceItemReopenInput(ComplianceItemInput):
    """A requirement to reopen."""

    reason: str = strawberry.field(description="Why it is open again; it becomes the item's notes.")


@strawberry.input(description="A requirement that was not met.")
class ComplianceItemFailInput(ComplianceItemInput):
    """A requirement that was not met."""

    remedial_action: str = strawberry.field(description="What will be done about it.")
    deadline_on: date = strawberry.field(description="The day by which it will be done: today or later.")
    notes: str | None = strawberry.field(default=None, description="What else there is to say; null: as it is.")


@strawberry.input(description="A requirement that does not apply to the case.")
class ComplianceItemMarkNotApplicableInput(ComplianceItemInput):
    """A requirement that does not apply."""

    reason: str = strawberry.field(description="Why it does not apply.")


@strawberry.input(description="A conditional requirement whose condition holds.")
class ComplianceItemMarkApplicableInput(ComplianceItemInput):
    """A conditional requirement that applies."""


@strawberry.input(description="A requirement that the case goes without.")
class ComplianceItemWaiveInput(ComplianceItemInput):
    """A requirement to waive."""

    reason: str = strawberry.field(description="Why the case goes without it.")


@strawberry.input(description="A requirement, and by when it is to be met.")
class ComplianceItemSetDeadlineInput(ComplianceItemInput):
    """A requirement's deadline."""

    deadline_on: date | None = strawberry.field(description="The day, today or later; null: no deadline.")
