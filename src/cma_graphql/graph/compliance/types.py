"""Frameworks, checklists and their items, as the schema shows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import today
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.compliance import framework_selectors, policy, selectors
from cma_graphql.domain.compliance.models import NOT_DUE
from cma_graphql.domain.compliance.progress import status_on
from cma_graphql.domain.documents.selectors import documents_by_id
from cma_graphql.domain.users.selectors import memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import CaseStage
from cma_graphql.graph.compliance.enums import Certainty, ComplianceStatus, EvidenceKind, ItemState, Mandatory
from cma_graphql.graph.compliance.relations import owed_under
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, ClientRef, DocumentRef, MembershipRef


@strawberry.type(description="One requirement on a checklist, as it is given to cases.")
class ComplianceRequirement(FromRecord):
    """One requirement of a checklist; it never changes."""

    code: str = strawberry.field(description="Its code: `CONC-17`.")
    text: str = strawberry.field(description="What has to be so.")
    source: str = strawberry.field(description="The rule it comes from.")
    certainty: Certainty = strawberry.field(description="How surely it follows from its source.")
    mandatory: Mandatory = strawberry.field(description="Whether it has to be met.")
    evidence_kind: EvidenceKind = strawberry.field(description="What shows that it is met.")
    case_types: list[str] = strawberry.field(
        description="The codes of the case types to which it is confined; empty: all of its checklist's."
    )
    weight: int = strawberry.field(description="How much it counts in the percentage.")
    gate_stage: CaseStage | None = strawberry.field(
        description="The stage that should not be left without it; null: none."
    )
    deadline_days: int | None = strawberry.field(
        description="Days from the start of its stage within which it is due; null: no deadline."
    )


@node_type(table="compliance_checklists", load=framework_selectors.checklists_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="A checklist of the centre, in one revision: a case keeps the one it began with.")
class ComplianceChecklist(Node):
    """One of the centre's checklists."""

    prefix: ClassVar[str] = "compliancechecklist"

    code: str = strawberry.field(description="Its code within the framework: `CONC8-DMP`.")
    revision: int = strawberry.field(description="Counts the checklists of this code, from 1.")
    name: str = strawberry.field(description="What it is called.")
    case_types: list[str] = strawberry.field(description="The codes of the case types that ask for it.")
    gate_stage: CaseStage | None = strawberry.field(description="The stage to which all of it belongs; null: several.")
    mandatory: bool = strawberry.field(description="Whether what is owed on it keeps a case from being closed.")
    active: bool = strawberry.field(description="Whether new cases are given it.")
    retired_on: date | None = strawberry.field(description="The day from which new cases are not given it.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    framework_id: strawberry.Private[UUID]

    @relation(description="The framework it is part of.", reads=())
    async def framework(checklists: list["ComplianceChecklist"], info: Info) -> list["ComplianceFramework | None"]:
        """Answer each checklist's framework."""
        keys = [checklist.framework_id for checklist in checklists]
        return await framework_selectors.frameworks_by_id(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="Its requirements, in their order.", size=20, reads=())
    async def requirements(checklists: list["ComplianceChecklist"], info: Info) -> list[list[ComplianceRequirement]]:
        """Answer each checklist's requirements."""
        keys = [checklist.key for checklist in checklists]
        return await framework_selectors.requirements_of_checklists(info.context.reader, keys)  # type: ignore[return-value]


@node_type(table="compliance_frameworks", load=framework_selectors.frameworks_by_id, requires=Permission.REFERENCE_READ)
@strawberry.type(description="A body of rules that the centre works under, in one edition.")
class ComplianceFramework(Node):
    """One of the centre's frameworks."""

    prefix: ClassVar[str] = "complianceframework"

    code: str = strawberry.field(description="Its code: `FCA-CONC8`.")
    name: str = strawberry.field(description="What it is called.")
    edition: str = strawberry.field(description="Which text of the rules it follows.")
    effective_from: date = strawberry.field(description="The first day on which cases are given its checklists.")
    effective_to: date | None = strawberry.field(description="The last such day; null: no end.")
    source: str = strawberry.field(description="Where the rules stand.")
    description: str = strawberry.field(description="What it is about.")
    active: bool = strawberry.field(description="Whether it is in use.")
    version: int = strawberry.field(description="Counts its changes.")
    catalogue_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is the centre's own, and not a copy of the network's.")
    def local(self) -> bool:
        """Tell whether it has no original."""
        return self.catalogue_id is None

    @relation(description="Its checklists, every revision, the newest of each code first.", size=5, reads=())
    async def checklists(frameworks: list["ComplianceFramework"], info: Info) -> list[list[ComplianceChecklist]]:
        """Answer each framework's checklists."""
        keys = [framework.key for framework in frameworks]
        return await framework_selectors.checklists_of_frameworks(info.context.reader, keys)  # type: ignore[return-value]


@strawberry.type(description="What the viewer may do with the requirements of a case, by right.")
class ComplianceViewerCan:
    """The viewer's rights over one case's checklist."""

    tick: bool = strawberry.field(
        description="Complete, fail and reopen them, set deadlines, say which apply; begin further checklists."
    )
    waive: bool = strawberry.field(description="Waive them, and say that a mandatory one does not apply.")


async def _rights(info: Info, case_ids: list[UUID]) -> list[ComplianceViewerCan]:
    rights = await policy.rights_over(info.context.reader, case_ids)
    return [ComplianceViewerCan(tick=right.tick, waive=right.waive) for right in rights]


@node_type(table="case_compliance_items", load=selectors.items_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One requirement in one case: what became of it, shown by what.")
class ComplianceItem(Node):
    """One requirement of one case."""

    prefix: ClassVar[str] = "complianceitem"
    client_column: ClassVar[str | None] = "client_id"

    code: str = strawberry.field(description="Its code: `CONC-17`.")
    text: str = strawberry.field(description="What has to be so, in the words with which the case began.")
    source: str = strawberry.field(description="The rule it comes from.")
    certainty: Certainty = strawberry.field(description="How surely it follows from its source.")
    mandatory: Mandatory = strawberry.field(description="Whether it has to be met.")
    evidence_kind: EvidenceKind = strawberry.field(description="What shows that it is met.")
    weight: int = strawberry.field(description="How much it counts in the percentage.")
    gate_stage: CaseStage | None = strawberry.field(
        description="The stage that should not be left without it; null: none."
    )
    state: ItemState = strawberry.field(description="What became of it.")
    binding: bool = strawberry.field(
        description="Whether it is owed while it is open: a conditional one is once its condition holds."
    )
    reason: str | None = strawberry.field(description="Why it does not apply, or was waived.")
    evidence_note: str | None = strawberry.field(description="The note that shows how it was met.")
    checked_on: date | None = strawberry.field(description="The day on which it was checked.")
    notes: str | None = strawberry.field(description="What else there is to say; why it was opened again.")
    remedial_action: str | None = strawberry.field(description="What is done about it where it was not met.")
    deadline_on: date | None = strawberry.field(description="The day by which it is due.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    case_compliance_id: strawberry.Private[UUID]
    evidence_document_id: strawberry.Private[UUID | None]
    checked_by_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is met.")
    def requirement_met(self) -> bool:
        """Read the state."""
        return self.state == ItemState.DONE

    @strawberry.field(description="Whether there is evidence: a document or a note, or, of a FIELD, the field.")
    def evidence_provided(self) -> bool:
        """Look for evidence."""
        shown = self.evidence_document_id is not None or self.evidence_note is not None
        return shown or (self.state == ItemState.DONE and self.evidence_kind == EvidenceKind.FIELD)

    @relation(
        description="The document that shows it; null where there is none that the viewer sees.",
        requires=Permission.DOCUMENT_ACCESS,
        reads=(),
    )
    async def evidence_document(items: list["ComplianceItem"], info: Info) -> list[DocumentRef | None]:
        """Answer each item's document."""
        found = {item.evidence_document_id for item in items if item.evidence_document_id is not None}
        keys = sorted(found)
        documents = dict(zip(keys, await documents_by_id(info.context.reader, keys), strict=True))
        return [None if item.evidence_document_id is None else documents[item.evidence_document_id] for item in items]

    @relation(description="Who checked it.", requires=Permission.USER_READ, reads=())
    async def checked_by(items: list["ComplianceItem"], info: Info) -> list[MembershipRef | None]:
        """Answer who checked each item."""
        return await memberships_by_optional_id(reader_for(info), [item.checked_by_id for item in items])

    @relation(description="The checklist it stands on.", reads=())
    async def case_compliance(items: list["ComplianceItem"], info: Info) -> list["CaseCompliance | None"]:
        """Answer each item's checklist."""
        keys = [item.case_compliance_id for item in items]
        return await selectors.case_compliances_by_id(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="The case it is about.", reads=())
    async def case(items: list["ComplianceItem"], info: Info) -> list[CaseRef | None]:
        """Answer each item's case."""
        return await cases_by_id(reader_for(info), [item.case_id for item in items])

    @relation(description="What the viewer may do with it.", reads=())
    async def viewer_can(items: list["ComplianceItem"], info: Info) -> list[ComplianceViewerCan]:
        """Answer the viewer's rights over each item."""
        return await _rights(info, [item.case_id for item in items])

    history = history_by("subject_id")


@node_type(table="case_compliance", load=selectors.case_compliances_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One checklist of one case, and how far it has come.")
class CaseCompliance(Node):
    """One checklist of one case."""

    prefix: ClassVar[str] = "casecompliance"
    client_column: ClassVar[str | None] = "client_id"

    begun_on: date = strawberry.field(description="The day on which the case was given it.")
    completion: Decimal = strawberry.field(
        description="How much of what applies is done, by weight, 0.00 to 100.00: what was waived, and what is "
        "conditional and not said to apply, does not count."
    )
    done_weight: int = strawberry.field(description="The weight of what is done.")
    applicable_weight: int = strawberry.field(description="The weight of what applies.")
    updated_at: datetime = strawberry.field(description="When it or one of its items last changed.")
    version: int = strawberry.field(description="Counts its changes and its items'; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    framework_id: strawberry.Private[UUID]
    checklist_id: strawberry.Private[UUID]
    base_status: strawberry.Private[str]
    due_day: strawberry.Private[date]

    @strawberry.field(description="Where it stands today.")
    def status(self) -> ComplianceStatus:
        """Derive the status."""
        return status_on(today(), base_status=self.base_status, due_on=self.due_day)

    @strawberry.field(description="The earliest deadline of what is owed; null: none.")
    def due_on(self) -> date | None:
        """Write the due day, if there is one."""
        return None if self.due_day == NOT_DUE else self.due_day

    @strawberry.field(description="Whether something owed is past its deadline, the status being NON_COMPLIANT or not.")
    def overdue(self) -> bool:
        """Compare the due day with today."""
        return self.due_day < today()

    open_mandatory_items = owed_under("case_compliance_id")

    @relation(description="The case.", reads=())
    async def case(checklists: list["CaseCompliance"], info: Info) -> list[CaseRef | None]:
        """Answer each checklist's case."""
        return await cases_by_id(reader_for(info), [checklist.case_id for checklist in checklists])

    @relation(description="Whose case it is.", requires=Permission.CLIENT_READ, reads=())
    async def client(checklists: list["CaseCompliance"], info: Info) -> list[ClientRef | None]:
        """Answer each checklist's client."""
        return await clients_by_id(reader_for(info), [checklist.client_id for checklist in checklists])

    @relation(description="The checklist, in the revision with which the case began.", reads=())
    async def checklist(checklists: list["CaseCompliance"], info: Info) -> list[ComplianceChecklist | None]:
        """Answer each one's checklist of the centre."""
        keys = [checklist.checklist_id for checklist in checklists]
        return await framework_selectors.checklists_by_id(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="The framework it is part of.", reads=())
    async def framework(checklists: list["CaseCompliance"], info: Info) -> list[ComplianceFramework | None]:
        """Answer each checklist's framework."""
        keys = [checklist.framework_id for checklist in checklists]
        return await framework_selectors.frameworks_by_id(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="Its items, in their order.", size=20, reads=())
    async def items(checklists: list["CaseCompliance"], info: Info) -> list[list[ComplianceItem]]:
        """Answer each checklist's items."""
        keys = [checklist.key for checklist in checklists]
        return await selectors.items_of_case_compliances(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="What the viewer may do with its items.", reads=())
    async def viewer_can(checklists: list["CaseCompliance"], info: Info) -> list[ComplianceViewerCan]:
        """Answer the viewer's rights over each checklist."""
        return await _rights(info, [checklist.case_id for checklist in checklists])

    history = history_by("subject_id")
