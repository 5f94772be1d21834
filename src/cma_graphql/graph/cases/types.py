"""Case and the steps of its history, as the schema shows them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases import policy, selectors
from cma_graphql.domain.cases.transitions import following
from cma_graphql.domain.cases.type_selectors import case_types_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.users.selectors import (
    memberships_by_id,
    memberships_by_optional_id,
    teams_by_optional_id,
)
from cma_graphql.graph.appointments.relations import appointments_by, requests_by
from cma_graphql.graph.assets.relations import asset_totals_of_case, assets_of_case
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.budgets.relations import (
    budget_sheets_of_case,
    current_budget_of_case,
    monthly_surplus_of_case,
)
from cma_graphql.graph.cases.case_type import CaseType
from cma_graphql.graph.cases.enums import (
    BillingMethod,
    CaseCategory,
    CaseStage,
    CaseStatus,
    ClosureReason,
    Level,
    Priority,
    ResolutionType,
    Responsibility,
    TriageReason,
)
from cma_graphql.graph.compliance.relations import (
    checklists_of_cases,
    owed_under,
    percentage_of_cases,
    status_of_cases,
)
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.relations import debt_totals, debts_of_case
from cma_graphql.graph.documents.relations import documents_by
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.notes.relations import notes_by
from cma_graphql.graph.outcomes.relations import gains_of_case, main_outcome_of_case, outcomes_of_case
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.referrals.relations import referrals_of_case
from cma_graphql.graph.refs import ClientRef, MembershipRef, TeamRef
from cma_graphql.graph.scalars import Money
from cma_graphql.graph.tasks.relations import tasks_by
from cma_graphql.graph.workflow.relations import approvals_of_case, stages_of_case, workflow_of_case


@strawberry.type(description="A person on a case's team.")
class CaseTeamMember(FromRecord):
    """One person's present part in a case."""

    added_at: datetime = strawberry.field(description="When the person joined.")
    responsibility: Responsibility | None = strawberry.field(
        description="What the person has to do with the case; null where nobody has said."
    )
    key: strawberry.Private[UUID]

    @relation(description="The person.", requires=Permission.USER_READ, reads=())
    async def member(members: list["CaseTeamMember"], info: Info) -> list[MembershipRef | None]:
        """Answer each team member's membership."""
        return await memberships_by_id(reader_for(info), [member.key for member in members])


@strawberry.type(description="A step of a case from one state to another.")
class CaseStatusChange(FromRecord):
    """One step."""

    from_status: CaseStatus | None = strawberry.field(description="The state before; null for the opening.")
    to_status: CaseStatus = strawberry.field(description="The state after.")
    reason: str | None = strawberry.field(description="What was given as the reason.")
    changed_at: datetime = strawberry.field(description="When it was taken.")
    changed_by: strawberry.Private[UUID]

    @relation(description="Who took it.", requires=Permission.USER_READ)
    async def actor(changes: list["CaseStatusChange"], info: Info) -> list[MembershipRef | None]:
        """Answer who took each step."""
        return await memberships_by_id(reader_for(info), [change.changed_by for change in changes])


@strawberry.type(
    description="What the viewer may do with a case, by right; `allowedStatuses` tells what its state permits."
)
class CaseViewerCan:
    """The viewer's rights over one case."""

    update: bool = strawberry.field(description="Change what it says of itself.")
    update_legal: bool = strawberry.field(description="Settle which reviews it needs.")
    assign: bool = strawberry.field(description="Give it to an advisor.")
    change_people: bool = strawberry.field(description="Change its team members and team, hide it and show it again.")
    change_status: bool = strawberry.field(description="Start it, put it on hold, change its stage.")
    conclude: bool = strawberry.field(description="Resolve and close it.")
    refer: bool = strawberry.field(description="Hand it to another organisation.")
    reopen: bool = strawberry.field(description="Take it up again.")
    cancel: bool = strawberry.field(description="End it without completion.")
    delete: bool = strawberry.field(description="Delete and restore it.")


@node_type(table="cases", load=selectors.cases_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="One client's debts, worked on until closed.")
class Case(Node):
    """One case."""

    prefix: ClassVar[str] = "case"
    client_column: ClassVar[str | None] = "client_id"

    case_number: str = strawberry.field(description="Its number in the centre: CASE-2026-000123.")
    former_reference: str | None = strawberry.field(
        description="What an imported case was called in the system it comes from; null for all others."
    )
    title: str = strawberry.field(description="What it is called.")
    description: str = strawberry.field(description="What it is about.")
    summary: str | None = strawberry.field(description="Where it stands, in a few sentences.")
    tags: list[str] = strawberry.field(description="Words of the centre's own by which it is found, in order.")
    category: CaseCategory = strawberry.field(description="Whose debts, or what, it concerns.")
    status: CaseStatus = strawberry.field(description="Who must act on it, and whether it is live.")
    stage: CaseStage = strawberry.field(description="Where in the advice it is.")
    priority: Priority = strawberry.field(description="How soon it needs attention.")
    complexity: Level = strawberry.field(description="How complex it is.")
    risk_level: Level = strawberry.field(description="How risky it is.")
    restricted: bool = strawberry.field(
        description="Whether only its advisor, its team, managers and compliance officers see it."
    )
    compliance_required: bool = strawberry.field(description="Whether a compliance review is needed.")
    legal_review_required: bool = strawberry.field(description="Whether a legal review is needed.")
    estimated_value: Money | None = strawberry.field(description="What it is thought to be worth.")
    actual_cost: Money | None = strawberry.field(description="What it has cost the centre.")
    billing_method: BillingMethod = strawberry.field(description="Who pays for the work.")
    opened_on: date = strawberry.field(description="The day it was opened.")
    assigned_at: datetime | None = strawberry.field(description="When its present advisor was given it.")
    triage_reason: TriageReason | None = strawberry.field(
        description="Why it waits in triage: nobody could be given it automatically; null where it does not."
    )
    triage_at: datetime | None = strawberry.field(description="Since when it waits in triage.")
    next_review_at: datetime | None = strawberry.field(description="When it is to be looked at again.")
    hold_reason: str | None = strawberry.field(description="Why it is on hold.")
    resolved_at: datetime | None = strawberry.field(description="When it was resolved.")
    resolution_type: ResolutionType | None = strawberry.field(description="What the advice came to.")
    resolution_summary: str | None = strawberry.field(description="The result, in a few sentences.")
    satisfaction: int | None = strawberry.field(description="How satisfied the client was, 1 to 5.")
    closed_on: date | None = strawberry.field(description="The day it was closed.")
    closure_reason: ClosureReason | None = strawberry.field(description="Why it was closed.")
    closure_note: str | None = strawberry.field(description="What was said about the closing.")
    referred_to: str | None = strawberry.field(description="The organisation it was referred to.")
    cancellation_reason: str | None = strawberry.field(description="Why it was cancelled.")
    created_at: datetime = strawberry.field(description="When it was recorded.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    client_id: strawberry.Private[UUID]
    case_type_id: strawberry.Private[UUID]
    advisor_id: strawberry.Private[UUID | None]
    team_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]

    @strawberry.field(description="The states that may follow its present one, whoever takes it there.")
    def allowed_statuses(self) -> list[CaseStatus]:
        """Read the table of steps."""
        return list(following(self.status))

    @relation(description="What the viewer may do with it.")
    async def viewer_can(cases: list["Case"], info: Info) -> list[CaseViewerCan]:
        """Answer the viewer's rights over each case."""
        facts = [
            policy.CaseFacts(
                id=case.key,
                client_id=case.client_id,
                team_id=case.team_id,
                restricted=case.restricted,
                status=case.status,
            )
            for case in cases
        ]
        rights = await policy.rights_over(info.context.reader, facts)
        return [CaseViewerCan(**asdict(right)) for right in rights]

    @relation(description="Whose case it is.", requires=Permission.CLIENT_READ, reads=())
    async def client(cases: list["Case"], info: Info) -> list[ClientRef | None]:
        """Answer each case's client."""
        return await clients_by_id(reader_for(info), [case.client_id for case in cases])

    @relation(description="What kind of case it is.", reads=())
    async def case_type(cases: list["Case"], info: Info) -> list[CaseType]:
        """Answer each case's type."""
        return await case_types_by_id(info.context.reader, [case.case_type_id for case in cases])  # type: ignore[return-value]

    @relation(description="Who advises, once somebody does.", requires=Permission.USER_READ, reads=())
    async def advisor(cases: list["Case"], info: Info) -> list[MembershipRef | None]:
        """Answer each case's advisor."""
        return await memberships_by_optional_id(reader_for(info), [case.advisor_id for case in cases])

    @relation(description="The team whose case it is.", requires=Permission.USER_READ, reads=())
    async def team(cases: list["Case"], info: Info) -> list[TeamRef | None]:
        """Answer each case's team."""
        return await teams_by_optional_id(reader_for(info), [case.team_id for case in cases])

    @relation(
        description="The people who work on it besides the advisor.", requires=Permission.USER_READ, size=5, reads=()
    )
    async def team_members(cases: list["Case"], info: Info) -> list[list[CaseTeamMember] | None]:
        """Answer each case's team members."""
        return await selectors.teams_of_cases(info.context.reader, [case.key for case in cases])  # type: ignore[return-value]

    referrals = referrals_of_case()
    compliance = checklists_of_cases()
    compliance_status = status_of_cases()
    compliance_percentage = percentage_of_cases()
    open_mandatory_items = owed_under("case_id")
    workflow = workflow_of_case()
    stages = stages_of_case()
    approvals = approvals_of_case()

    @relation(description="Its steps from state to state, oldest first.", size=5, reads=())
    async def status_history(cases: list["Case"], info: Info) -> list[list[CaseStatusChange]]:
        """Answer each case's steps."""
        return await selectors.status_histories(info.context.reader, [case.key for case in cases])  # type: ignore[return-value]

    @relation(description="Who opened it.", requires=Permission.USER_READ, reads=())
    async def opener(cases: list["Case"], info: Info) -> list[MembershipRef | None]:
        """Answer who opened each case."""
        return await memberships_by_id(reader_for(info), [case.created_by for case in cases])

    assets = assets_of_case()
    asset_totals = asset_totals_of_case()
    debts = debts_of_case()
    debt_totals = debt_totals()
    budget_sheets = budget_sheets_of_case()
    current_budget = current_budget_of_case()
    monthly_surplus = monthly_surplus_of_case()
    documents = documents_by("case_id", "Its papers that the viewer sees.")
    outcomes = outcomes_of_case()
    main_outcome = main_outcome_of_case()
    gains = gains_of_case()
    notes = notes_by("case_id", "Its notes that the viewer sees.")
    tasks = tasks_by("case_id", "Its tasks that the viewer sees.")
    appointments = appointments_by("case_id", "Its appointments that the viewer sees.")
    appointment_requests = requests_by("case_id", "What its client asks for an appointment by.")
    history = history_by("case_id")


@strawberry.type(description="A deleted case: what one needs to know to restore it.")
class DeletedCase(FromRecord):
    """One deleted case."""

    client_column: ClassVar[str | None] = "client_id"

    case_number: str = strawberry.field(description="Its number, which no other case gets.")
    title: str = strawberry.field(description="What it is called.")
    status: CaseStatus = strawberry.field(description="The state in which it was deleted.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the case.")
    key: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The case's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("case", self.key)

    @relation(
        description="Whose case it was; null where the client is deleted, too.",
        requires=Permission.CLIENT_READ,
        reads=(),
    )
    async def client(cases: list["DeletedCase"], info: Info) -> list[ClientRef | None]:
        """Answer each case's client."""
        return await clients_by_id(reader_for(info), [case.client_id for case in cases])

    @relation(description="Who deleted it.", requires=Permission.USER_READ)
    async def deleter(cases: list["DeletedCase"], info: Info) -> list[MembershipRef | None]:
        """Answer who deleted each case."""
        return await memberships_by_optional_id(reader_for(info), [case.deleted_by for case in cases])
