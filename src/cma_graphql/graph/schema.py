"""Assembles the schema from the rooms; nothing else imports their queries and mutations."""

from functools import cache
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.tools import merge_types

from cma_graphql.core.errors import Invalid
from cma_graphql.execution.counts import Counts
from cma_graphql.execution.executor import CompiledExecutor
from cma_graphql.execution.plans import plans_of
from cma_graphql.graph.appointments.mutations.booking import AppointmentMutations
from cma_graphql.graph.appointments.mutations.diaries import DiaryMutations
from cma_graphql.graph.appointments.mutations.outcomes import AppointmentOutcomeMutations
from cma_graphql.graph.appointments.mutations.requests import AppointmentRequestMutations
from cma_graphql.graph.appointments.queries import AppointmentQueries
from cma_graphql.graph.appointments.subscriptions import AppointmentSubscriptions
from cma_graphql.graph.assets.mutations import AssetMutations
from cma_graphql.graph.audit.queries import AuditQueries
from cma_graphql.graph.auth.mutations import AuthMutations
from cma_graphql.graph.auth.queries import AuthQueries
from cma_graphql.graph.auth.sign_in_mutations import SignInMutations
from cma_graphql.graph.budgets.mutations.lines import BudgetLineMutations
from cma_graphql.graph.budgets.mutations.sheets import BudgetSheetMutations
from cma_graphql.graph.budgets.mutations.steps import BudgetStepMutations
from cma_graphql.graph.budgets.queries import BudgetQueries
from cma_graphql.graph.case_templates.mutations.case_types import CaseTypeMutations
from cma_graphql.graph.case_templates.mutations.drafts import CaseTemplateDraftMutations
from cma_graphql.graph.case_templates.mutations.templates import CaseTemplateMutations
from cma_graphql.graph.case_templates.queries import CaseTemplateQueries
from cma_graphql.graph.caseload.board import CaseloadQueries
from cma_graphql.graph.caseload.timeline import TimelineQueries
from cma_graphql.graph.cases.drafting import CaseDraftQueries
from cma_graphql.graph.cases.mutations.giving import CaseGivingMutations
from cma_graphql.graph.cases.mutations.many_states import CaseManyStatesMutations
from cma_graphql.graph.cases.mutations.people import CasePeopleMutations
from cma_graphql.graph.cases.mutations.records import CaseRecordMutations
from cma_graphql.graph.cases.mutations.states import CaseStateMutations
from cma_graphql.graph.cases.queries import CaseQueries
from cma_graphql.graph.cases.subscriptions import CaseSubscriptions
from cma_graphql.graph.cases.suggesting import CaseSuggestionQueries
from cma_graphql.graph.centres.mutations import CentreMutations
from cma_graphql.graph.centres.queries import CentreQueries
from cma_graphql.graph.clients.mutations import ClientMutations
from cma_graphql.graph.clients.queries import ClientQueries
from cma_graphql.graph.compliance.mutations.checklists import ChecklistMutations
from cma_graphql.graph.compliance.mutations.items import ComplianceItemMutations
from cma_graphql.graph.compliance.queries import ComplianceQueries
from cma_graphql.graph.compliance.subscriptions import ComplianceSubscriptions
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import list_size
from cma_graphql.graph.creditors.mutations import CreditorMutations
from cma_graphql.graph.creditors.queries import CreditorQueries
from cma_graphql.graph.dashboard.subscriptions import DashboardSubscriptions
from cma_graphql.graph.debts.acts import DebtActMutations
from cma_graphql.graph.debts.mutations import DebtMutations
from cma_graphql.graph.debts.queries import DebtQueries
from cma_graphql.graph.documents.mutations.records import DocumentRecordMutations
from cma_graphql.graph.documents.mutations.uploads import DocumentUploadMutations
from cma_graphql.graph.documents.queries import DocumentQueries
from cma_graphql.graph.documents.subscriptions import DocumentSubscriptions
from cma_graphql.graph.errors import ERROR_TYPES
from cma_graphql.graph.exchange.importing_mutations import CaseloadImportMutations
from cma_graphql.graph.exchange.importing_queries import CaseloadImportQueries
from cma_graphql.graph.fields import query
from cma_graphql.graph.households.mutations import HouseholdMutations
from cma_graphql.graph.households.queries import HouseholdQueries
from cma_graphql.graph.jobs.mutations import JobMutations
from cma_graphql.graph.jobs.queries import JobQueries
from cma_graphql.graph.live.page_queries import EventPageQueries
from cma_graphql.graph.live.queries import LiveQueries
from cma_graphql.graph.loading import load_nodes
from cma_graphql.graph.node import NODE_KINDS, IdArgument, Node
from cma_graphql.graph.notes.mutations.records import NoteMutations
from cma_graphql.graph.notes.mutations.settings import NoteSettingMutations
from cma_graphql.graph.notes.queries import NoteQueries
from cma_graphql.graph.notes.subscriptions import NoteSubscriptions
from cma_graphql.graph.outcomes.mutations import OutcomeMutations
from cma_graphql.graph.outcomes.queries import OutcomeQueries
from cma_graphql.graph.referrals.mutations.incoming import IncomingReferralMutations
from cma_graphql.graph.referrals.mutations.links import ReferralLinkMutations
from cma_graphql.graph.referrals.mutations.outgoing import OutgoingReferralMutations
from cma_graphql.graph.referrals.mutations.transfers import TransferMutations
from cma_graphql.graph.referrals.queries import ReferralQueries
from cma_graphql.graph.referrals.subscriptions import ReferralSubscriptions
from cma_graphql.graph.saved_filters.mutations import SavedFilterMutations
from cma_graphql.graph.saved_filters.types import SavedFilterQueries
from cma_graphql.graph.scalars import SCALARS
from cma_graphql.graph.search.queries import SearchQueries
from cma_graphql.graph.staffing.mutations import StaffingMutations
from cma_graphql.graph.staffing.queries import StaffingQueries
from cma_graphql.graph.tasks.mutations.records import TaskMutations
from cma_graphql.graph.tasks.queries import TaskQueries
from cma_graphql.graph.tasks.subscriptions import TaskSubscriptions
from cma_graphql.graph.users.mutations import UserMutations
from cma_graphql.graph.users.queries import UserQueries
from cma_graphql.graph.workflow.mutations.approvals import ApprovalMutations
from cma_graphql.graph.workflow.mutations.stages import WorkflowStageMutations
from cma_graphql.graph.workflow.mutations.workflows import CaseWorkflowMutations
from cma_graphql.graph.workflow.queries import WorkflowQueries
from cma_graphql.graph.workflow.subscriptions import WorkflowSubscriptions

_MOST_NODES = 100


@strawberry.type
class NodeQueries:
    """Finding any record by its id."""

    @query(requires=None, description="The record with this id, or null where there is none that the viewer sees.")
    async def node(self, info: Info, id: IdArgument) -> Node | None:
        """Find one record."""
        return (await load_nodes(info.context, [id]))[0]  # type: ignore[no-any-return]

    @query(
        requires=None,
        description="The records with these ids, in their order; at most 100.",
        size=list_size(_MOST_NODES, by=["ids"]),
    )
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The records' ids.")]
    ) -> list[Node | None]:
        """Find several records."""
        if len(ids) > _MOST_NODES:
            raise Invalid("ids", "too-many", f"At most {_MOST_NODES} ids at once.", maximum=_MOST_NODES)
        return await load_nodes(info.context, ids)


_QUERIES = (
    NodeQueries,
    AuthQueries,
    AppointmentQueries,
    AuditQueries,
    CaseQueries,
    CaseDraftQueries,
    CaseSuggestionQueries,
    CaseTemplateQueries,
    CentreQueries,
    ClientQueries,
    HouseholdQueries,
    CreditorQueries,
    DebtQueries,
    OutcomeQueries,
    CaseloadQueries,
    TimelineQueries,
    SavedFilterQueries,
    BudgetQueries,
    SearchQueries,
    ComplianceQueries,
    DocumentQueries,
    WorkflowQueries,
    NoteQueries,
    TaskQueries,
    CaseloadImportQueries,
    JobQueries,
    ReferralQueries,
    UserQueries,
    StaffingQueries,
    LiveQueries,
    EventPageQueries,
)
_MUTATIONS = (
    SignInMutations,
    AuthMutations,
    AppointmentMutations,
    AppointmentOutcomeMutations,
    AppointmentRequestMutations,
    DiaryMutations,
    AssetMutations,
    BudgetLineMutations,
    BudgetSheetMutations,
    BudgetStepMutations,
    CaseRecordMutations,
    CasePeopleMutations,
    CaseGivingMutations,
    CaseStateMutations,
    CaseManyStatesMutations,
    CaseTypeMutations,
    CaseTemplateMutations,
    CaseTemplateDraftMutations,
    CentreMutations,
    ClientMutations,
    HouseholdMutations,
    ChecklistMutations,
    ComplianceItemMutations,
    CreditorMutations,
    DebtMutations,
    DebtActMutations,
    OutcomeMutations,
    SavedFilterMutations,
    DocumentUploadMutations,
    CaseWorkflowMutations,
    WorkflowStageMutations,
    ApprovalMutations,
    DocumentRecordMutations,
    NoteMutations,
    NoteSettingMutations,
    TaskMutations,
    CaseloadImportMutations,
    JobMutations,
    OutgoingReferralMutations,
    IncomingReferralMutations,
    TransferMutations,
    ReferralLinkMutations,
    UserMutations,
    StaffingMutations,
)
_SUBSCRIPTIONS = (
    CaseSubscriptions,
    DocumentSubscriptions,
    ComplianceSubscriptions,
    WorkflowSubscriptions,
    AppointmentSubscriptions,
    ReferralSubscriptions,
    NoteSubscriptions,
    TaskSubscriptions,
    DashboardSubscriptions,
)
Query = merge_types("Query", _QUERIES)
Mutation = merge_types("Mutation", _MUTATIONS)
Subscription = merge_types("Subscription", _SUBSCRIPTIONS)


class _Names(NameConverter):
    """Names as strawberry makes them; each is made once, for inputs ask for theirs with every request."""

    def __init__(self) -> None:
        super().__init__()
        self.apply_naming_config = cache(super().apply_naming_config)  # type: ignore[method-assign]


def make_schema(*, suggestions: bool = True) -> strawberry.Schema:
    """Make the schema; in production without suggestions of names."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*ERROR_TYPES, *(kind.type for kind in NODE_KINDS.values())],
        config=StrawberryConfig(scalar_map=SCALARS, name_converter=_Names(), disable_field_suggestions=not suggestions),
        execution_context_class=CompiledExecutor,
    )


def executions_of(schema: strawberry.Schema) -> Counts:
    """Answer how a schema's operations were executed: compiled, or by graphql-core and why."""
    return plans_of(schema._schema).counts  # noqa: SLF001 - strawberry offers no public way to it
