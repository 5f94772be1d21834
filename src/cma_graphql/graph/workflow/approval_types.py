"""Approvals, as the schema shows them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Role
from cma_graphql.core.clock import now
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.domain.workflow import approval_selectors, policy, selectors
from cma_graphql.domain.workflow.counting import Vote
from cma_graphql.domain.workflow.services.deciding import panel_of_record
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.cases.enums import ClosureReason, ResolutionType
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, MembershipRef, WorkflowStageRef
from cma_graphql.graph.workflow.enums import ApprovalState, ApprovalSubject, ApprovalType, Decision


@strawberry.type(description="What one approver said.")
class ApprovalDecision(FromRecord):
    """One decision."""

    decision: Decision = strawberry.field(description="What was decided.")
    role: Role = strawberry.field(description="The role in which it was decided.")
    comment: str | None = strawberry.field(description="What was said about it.")
    decided_at: datetime = strawberry.field(description="When.")
    key: strawberry.Private[UUID]
    approval_id: strawberry.Private[UUID]
    user_id: strawberry.Private[UUID]
    delegated_to_id: strawberry.Private[UUID | None]

    @relation(description="Who decided.", requires=Permission.USER_READ, reads=())
    async def approver(decisions: list["ApprovalDecision"], info: Info) -> list[MembershipRef | None]:
        """Answer who made each decision."""
        return await memberships_by_id(reader_for(info), [decision.user_id for decision in decisions])

    @relation(description="Who is to decide instead.", requires=Permission.USER_READ, reads=())
    async def delegated_to(decisions: list["ApprovalDecision"], info: Info) -> list[MembershipRef | None]:
        """Answer to whom each was given on."""
        keys = [decision.delegated_to_id for decision in decisions]
        return await memberships_by_optional_id(reader_for(info), keys)

    @relation(description="What it was about.", reads=())
    async def approval(decisions: list["ApprovalDecision"], info: Info) -> list["Approval | None"]:
        """Answer what each decision was about."""
        keys = [decision.approval_id for decision in decisions]
        return await approval_selectors.approvals_by_id(reader_for(info), keys)  # type: ignore[return-value]


@strawberry.type(description="What the viewer may do with an approval now.")
class ApprovalViewerCan:
    """The viewer's part in one approval."""

    decide: bool = strawberry.field(
        description="Decide on it: it is pending, of a role that the viewer has, and not the viewer's own work."
    )
    withdraw: bool = strawberry.field(description="Withdraw it: it is pending, and the viewer's own or to be decided.")


@node_type(table="approvals", load=approval_selectors.approvals_by_id, requires=Permission.CASE_READ)
@strawberry.type(description="Something that somebody else has to approve, and what became of it.")
class Approval(Node):
    """One request for approval."""

    prefix: ClassVar[str] = "approval"
    client_column: ClassVar[str | None] = "client_id"

    subject: ApprovalSubject = strawberry.field(description="What is to be approved.")
    approval_type: ApprovalType = strawberry.field(description="How many have to approve, and in which order.")
    roles: list[Role] = strawberry.field(description="Of which role they are; in order where that is sequential.")
    needed: int = strawberry.field(description="How many people have to approve.")
    state: ApprovalState = strawberry.field(description="What became of it.")
    request_note: str | None = strawberry.field(description="What was said when it was asked for.")
    requested_at: datetime = strawberry.field(description="When it was asked for.")
    asked_roles: list[Role] = strawberry.field(description="The roles that may decide now; empty once it is settled.")
    deadline_at: datetime | None = strawberry.field(description="By when it is to be decided.")
    escalated_at: datetime | None = strawberry.field(
        description="When the centre's managers were asked because nobody had decided in time."
    )
    handed_on_at: datetime | None = strawberry.field(
        description="When the centre's managers were asked because too few of those who were to decide were left: "
        "somebody had gone, or had lost the role."
    )
    settled_at: datetime | None = strawberry.field(description="When it was settled.")
    settled_note: str | None = strawberry.field(
        description="What was said with the decision that settled it, or why it was withdrawn."
    )
    resolution_type: ResolutionType | None = strawberry.field(description="Of a proposed resolution: what it came to.")
    closure_reason: ClosureReason | None = strawberry.field(description="Of a proposed closing: why.")
    proposal: str | None = strawberry.field(
        description="The summary of a proposed resolution, or the note of a proposed closing."
    )
    satisfaction: int | None = strawberry.field(description="Of a proposed resolution: the client's rating, 1 to 5.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    case_id: strawberry.Private[UUID]
    client_id: strawberry.Private[UUID]
    stage_id: strawberry.Private[UUID | None]
    requested_by_id: strawberry.Private[UUID]
    assignee_id: strawberry.Private[UUID | None]
    delegated_to_id: strawberry.Private[UUID | None]
    settled_by_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whether it is pending past its deadline.")
    def overdue(self) -> bool:
        """Compare the deadline with now."""
        return self.state == ApprovalState.PENDING and self.deadline_at is not None and self.deadline_at < now()

    @relation(description="What approvers said, in order.", size=2, reads=())
    async def decisions(approvals: list["Approval"], info: Info) -> list[list[ApprovalDecision]]:
        """Answer each approval's decisions."""
        keys = [approval.key for approval in approvals]
        return await approval_selectors.decisions_of_approvals(info.context.reader, keys)  # type: ignore[return-value]

    @relation(description="Who asked for it.", requires=Permission.USER_READ, reads=())
    async def requester(approvals: list["Approval"], info: Info) -> list[MembershipRef | None]:
        """Answer who asked for each."""
        return await memberships_by_id(reader_for(info), [approval.requested_by_id for approval in approvals])

    @relation(
        description="Whose work it is, where that is known: they do not approve it.",
        requires=Permission.USER_READ,
        reads=(),
    )
    async def assignee(approvals: list["Approval"], info: Info) -> list[MembershipRef | None]:
        """Answer whose work each is."""
        return await memberships_by_optional_id(reader_for(info), [approval.assignee_id for approval in approvals])

    @relation(
        description="Who was last named to decide in an approver's stead.", requires=Permission.USER_READ, reads=()
    )
    async def delegated_to(approvals: list["Approval"], info: Info) -> list[MembershipRef | None]:
        """Answer to whom each was given."""
        return await memberships_by_optional_id(reader_for(info), [approval.delegated_to_id for approval in approvals])

    @relation(description="Who settled it.", requires=Permission.USER_READ, reads=())
    async def settled_by(approvals: list["Approval"], info: Info) -> list[MembershipRef | None]:
        """Answer who settled each."""
        return await memberships_by_optional_id(reader_for(info), [approval.settled_by_id for approval in approvals])

    @relation(description="The case that it is about.", reads=())
    async def case(approvals: list["Approval"], info: Info) -> list[CaseRef | None]:
        """Answer each approval's case."""
        return await cases_by_id(reader_for(info), [approval.case_id for approval in approvals])

    @relation(description="The stage that it is about; null where it is about something else.", reads=())
    async def stage(approvals: list["Approval"], info: Info) -> list[WorkflowStageRef | None]:
        """Answer each approval's stage."""
        keys = sorted({approval.stage_id for approval in approvals if approval.stage_id is not None})
        found = dict(zip(keys, await selectors.stages_by_id(info.context.reader, keys), strict=True))
        return [None if approval.stage_id is None else found[approval.stage_id] for approval in approvals]

    @relation(description="What the viewer may do with it now.")
    async def viewer_can(approvals: list["Approval"], info: Info) -> list[ApprovalViewerCan]:
        """Answer the viewer's part in each."""
        reader = info.context.reader
        found = await approval_selectors.decisions_of_approvals(reader, [approval.key for approval in approvals])
        return [_viewer_can(info, approval, rows) for approval, rows in zip(approvals, found, strict=True)]

    history = history_by("subject_id")


def _viewer_can(info: Info, approval: Approval, rows: object) -> ApprovalViewerCan:
    if approval.state != ApprovalState.PENDING:
        return ApprovalViewerCan(decide=False, withdraw=False)
    actor = info.context.actor
    votes: list[Vote] = approval_selectors.votes_of(rows)  # type: ignore[arg-type]
    panel = panel_of_record(
        approval_type=approval.approval_type, roles=approval.roles, needed=approval.needed, votes=votes
    )
    asked = policy.asked_of(
        requested_by=approval.requested_by_id,
        assignee_id=approval.assignee_id,
        escalated_at=approval.escalated_at,
        handed_on_at=approval.handed_on_at,
        delegated_to=approval.delegated_to_id,
    )
    role = policy.may_decide(actor, panel, votes, asked)
    own = approval.requested_by_id == actor.user_id and actor.may(Permission.WORKFLOW_PROGRESS)
    return ApprovalViewerCan(decide=role is not None, withdraw=own or actor.may(Permission.CASE_APPROVE))
