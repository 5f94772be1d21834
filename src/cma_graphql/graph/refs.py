"""Lazy names of types, for annotations that cross rooms: the object graph is cyclic, the code is not."""

from typing import Annotated

import strawberry

from cma_graphql.graph.pagination import Connection

CentreRef = Annotated["Centre", strawberry.lazy("cma_graphql.graph.centres.types")]  # type: ignore[name-defined]  # noqa: F821
MembershipRef = Annotated["Membership", strawberry.lazy("cma_graphql.graph.users.types")]  # type: ignore[name-defined]  # noqa: F821
TeamRef = Annotated["Team", strawberry.lazy("cma_graphql.graph.users.types")]  # type: ignore[name-defined]  # noqa: F821
ClientRef = Annotated["Client", strawberry.lazy("cma_graphql.graph.clients.types")]  # type: ignore[name-defined]  # noqa: F821
CaseRef = Annotated["Case", strawberry.lazy("cma_graphql.graph.cases.types")]  # type: ignore[name-defined]  # noqa: F821
CaseTypeRef = Annotated["CaseType", strawberry.lazy("cma_graphql.graph.cases.case_type")]  # type: ignore[name-defined]  # noqa: F821
CaseTemplateRef = Annotated["CaseTemplate", strawberry.lazy("cma_graphql.graph.case_templates.types")]  # type: ignore[name-defined]  # noqa: F821
CaseTemplateVersionRef = Annotated["CaseTemplateVersion", strawberry.lazy("cma_graphql.graph.case_templates.types")]  # type: ignore[name-defined]  # noqa: F821
AuditEntryRef = Annotated["AuditEntry", strawberry.lazy("cma_graphql.graph.audit.types")]  # type: ignore[name-defined]  # noqa: F821
HouseholdRef = Annotated["Household", strawberry.lazy("cma_graphql.graph.households.types")]  # type: ignore[name-defined]  # noqa: F821
CreditorRef = Annotated["Creditor", strawberry.lazy("cma_graphql.graph.creditors.types")]  # type: ignore[name-defined]  # noqa: F821
DebtTypeRef = Annotated["DebtType", strawberry.lazy("cma_graphql.graph.debts.types")]  # type: ignore[name-defined]  # noqa: F821
DebtRef = Annotated["Debt", strawberry.lazy("cma_graphql.graph.debts.types")]  # type: ignore[name-defined]  # noqa: F821
AssetRef = Annotated["Asset", strawberry.lazy("cma_graphql.graph.assets.types")]  # type: ignore[name-defined]  # noqa: F821
BudgetSheetRef = Annotated["BudgetSheet", strawberry.lazy("cma_graphql.graph.budgets.types")]  # type: ignore[name-defined]  # noqa: F821
DocumentRef = Annotated["Document", strawberry.lazy("cma_graphql.graph.documents.types")]  # type: ignore[name-defined]  # noqa: F821
CaseComplianceRef = Annotated["CaseCompliance", strawberry.lazy("cma_graphql.graph.compliance.types")]  # type: ignore[name-defined]  # noqa: F821
ComplianceChecklistRef = Annotated["ComplianceChecklist", strawberry.lazy("cma_graphql.graph.compliance.types")]  # type: ignore[name-defined]  # noqa: F821
ComplianceItemRef = Annotated["ComplianceItem", strawberry.lazy("cma_graphql.graph.compliance.types")]  # type: ignore[name-defined]  # noqa: F821
OutcomeRef = Annotated["Outcome", strawberry.lazy("cma_graphql.graph.outcomes.types")]  # type: ignore[name-defined]  # noqa: F821
CaseWorkflowRef = Annotated["CaseWorkflow", strawberry.lazy("cma_graphql.graph.workflow.types")]  # type: ignore[name-defined]  # noqa: F821
WorkflowStageRef = Annotated["WorkflowStage", strawberry.lazy("cma_graphql.graph.workflow.types")]  # type: ignore[name-defined]  # noqa: F821
ApprovalRef = Annotated["Approval", strawberry.lazy("cma_graphql.graph.workflow.approval_types")]  # type: ignore[name-defined]  # noqa: F821
AdvisorProfileRef = Annotated["AdvisorProfile", strawberry.lazy("cma_graphql.graph.staffing.types")]  # type: ignore[name-defined]  # noqa: F821
WorkingIntervalRef = Annotated["WorkingInterval", strawberry.lazy("cma_graphql.graph.staffing.types")]  # type: ignore[name-defined]  # noqa: F821
AbsenceRef = Annotated["Absence", strawberry.lazy("cma_graphql.graph.staffing.types")]  # type: ignore[name-defined]  # noqa: F821
WorkloadRef = Annotated["Workload", strawberry.lazy("cma_graphql.graph.staffing.types")]  # type: ignore[name-defined]  # noqa: F821
TaskRef = Annotated["Task", strawberry.lazy("cma_graphql.graph.tasks.types")]  # type: ignore[name-defined]  # noqa: F821
NoteRef = Annotated["Note", strawberry.lazy("cma_graphql.graph.notes.types")]  # type: ignore[name-defined]  # noqa: F821
AppointmentRef = Annotated["Appointment", strawberry.lazy("cma_graphql.graph.appointments.types")]  # type: ignore[name-defined]  # noqa: F821
AppointmentConnection = Connection[AppointmentRef]
AppointmentRequestRef = Annotated[
    "AppointmentRequest",  # type: ignore[name-defined]  # noqa: F821
    strawberry.lazy("cma_graphql.graph.appointments.request_types"),
]
AppointmentRequestConnection = Connection[AppointmentRequestRef]
ReferralRef = Annotated["Referral", strawberry.lazy("cma_graphql.graph.referrals.types")]  # type: ignore[name-defined]  # noqa: F821
AuditConnection = Connection[AuditEntryRef]
CaseComplianceConnection = Connection[CaseComplianceRef]
ClientConnection = Connection[ClientRef]
CreditorConnection = Connection[CreditorRef]
DebtConnection = Connection[DebtRef]
DocumentConnection = Connection[DocumentRef]
MembershipConnection = Connection[MembershipRef]
NoteConnection = Connection[NoteRef]
TeamConnection = Connection[TeamRef]
