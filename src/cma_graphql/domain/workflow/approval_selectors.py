"""Every select of approvals, of what approvers said, and of who may approve."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, Text, Uuid, and_, bindparam, not_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.clients.sight import keys_on_cases_seen, looked_up
from cma_graphql.domain.users.models import Membership, MembershipStatus
from cma_graphql.domain.workflow.approval_models import Approval, ApprovalDecision
from cma_graphql.domain.workflow.counting import Decision, Vote
from cma_graphql.domain.workflow.selectors import MOST_DUE, with_somebody_else
from cma_graphql.domain.workflow.states import ApprovalState
from cma_graphql.persistence.base import ACTOR_CENTRE, ACTOR_USER
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, statement

APPROVAL_COLUMNS = (
    Approval.id.label("key"),
    Approval.case_id,
    Approval.client_id,
    Approval.stage_id,
    Approval.subject,
    Approval.approval_type,
    Approval.roles,
    Approval.needed,
    Approval.state,
    Approval.request_note,
    Approval.requested_at,
    Approval.requested_by.label("requested_by_id"),
    Approval.assignee_id,
    Approval.delegated_to.label("delegated_to_id"),
    Approval.asked_roles,
    Approval.deadline_at,
    Approval.escalated_at,
    Approval.handed_on_at,
    Approval.settled_at,
    Approval.settled_by.label("settled_by_id"),
    Approval.settled_note,
    Approval.resolution_type,
    Approval.closure_reason,
    Approval.proposal,
    Approval.satisfaction,
    Approval.updated_at,
    Approval.version,
)
DECISION_COLUMNS = (
    ApprovalDecision.id.label("key"),
    ApprovalDecision.approval_id,
    ApprovalDecision.user_id,
    ApprovalDecision.decision,
    ApprovalDecision.role,
    ApprovalDecision.comment,
    ApprovalDecision.delegated_to.label("delegated_to_id"),
    ApprovalDecision.decided_at,
)
_PENDING = Approval.state == ApprovalState.PENDING.value
_DECIDED = looked_up(
    ApprovalDecision.centre_id == ACTOR_CENTRE,
    ApprovalDecision.approval_id == Approval.id,
    ApprovalDecision.user_id == ACTOR_USER,
    or_(ApprovalDecision.decision != Decision.DELEGATE.value, Approval.delegated_to != ACTOR_USER),  # NULL: no
)
_ASKED = Approval.asked_roles.bool_op("&&")(bindparam("awaiting", type_=ARRAY(Text())))
_AWAITING_ME = and_(
    _PENDING,
    Approval.requested_by != ACTOR_USER,
    or_(Approval.assignee_id.is_(None), Approval.assignee_id != ACTOR_USER),
    not_(_DECIDED),
    _ASKED,
)

APPROVALS = Listing(
    Approval,
    columns=APPROVAL_COLUMNS,
    orders={
        "REQUESTED_AT_DESC": Order((Approval.requested_at,), descending=True),
        "REQUESTED_AT_ASC": Order((Approval.requested_at,)),
    },
    conditions={
        "case": Approval.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "state": Approval.state == any_(bindparam("state", type_=ARRAY(Text()))),
        "subject": Approval.subject == any_(bindparam("subject", type_=ARRAY(Text()))),
        "role": Approval.roles.bool_op("&&")(bindparam("role", type_=ARRAY(Text()))),
        "requester": Approval.requested_by == any_(bindparam("requester", type_=ARRAY(Uuid()))),
        "overdue": and_(_PENDING, Approval.deadline_at < bindparam("overdue", type_=DateTime(timezone=True))),
        "awaiting": _AWAITING_ME,
    },
    source=keys_on_cases_seen(Approval),
    merged={"state": Approval.state},
    exact=("case",),
)


@statement
def approvals_by_key(sight: Sight) -> AnySelect:
    """Select these approvals."""
    return select(*APPROVAL_COLUMNS).where(live(Approval, sight), Approval.id == any_(KEYS))


@statement
def approvals_by_case(sight: Sight) -> AnySelect:
    """Select the approvals of these cases, newest first."""
    return (
        select(*APPROVAL_COLUMNS)
        .where(live(Approval, sight), Approval.case_id == any_(KEYS))
        .order_by(Approval.case_id, Approval.requested_at.desc(), Approval.id.desc())
    )


@statement
def approvals_by_stage(sight: Sight) -> AnySelect:
    """Select the approvals of these stages, newest first."""
    return (
        select(*APPROVAL_COLUMNS)
        .where(live(Approval, sight), Approval.stage_id == any_(KEYS))
        .order_by(Approval.stage_id, Approval.requested_at.desc(), Approval.id.desc())
    )


@statement
def pending_by_case(sight: Sight) -> AnySelect:
    """Select what is still to be decided in these cases, oldest first."""
    return (
        select(Approval.id.label("key"), Approval.case_id, Approval.subject, Approval.stage_id)
        .where(live(Approval, sight), _PENDING, Approval.case_id == any_(KEYS))
        .order_by(Approval.case_id, Approval.requested_at, Approval.id)
    )


@statement
def decisions_by_approval(sight: Sight) -> AnySelect:
    """Select what approvers said about these, in order."""
    return (
        select(*DECISION_COLUMNS)
        .where(live(ApprovalDecision, sight), ApprovalDecision.approval_id == any_(KEYS))
        .order_by(ApprovalDecision.approval_id, ApprovalDecision.decided_at, ApprovalDecision.id)
    )


@statement
def holders_of_roles(_sight: Sight) -> AnySelect:
    """Select the active members of the centre who hold one of these roles, whoever asks."""
    return (
        select(Membership.id.label("key"), Membership.roles)
        .where(
            Membership.centre_id == ACTOR_CENTRE,
            Membership.status == MembershipStatus.ACTIVE.value,
            Membership.roles.bool_op("&&")(bindparam("roles", type_=ARRAY(Text()))),
        )
        .order_by(Membership.id)
    )


@statement
def approvals_to_escalate(sight: Sight) -> AnySelect:
    """Select approvals that nobody decided in time and that were not escalated yet."""
    return (
        select(Approval.id.label("key"), Approval.case_id)
        .where(
            live(Approval, sight),
            _PENDING,
            Approval.deadline_at < bindparam("at", type_=DateTime(timezone=True)),
            Approval.escalated_at.is_(None),
            ~with_somebody_else(Approval.case_id),
        )
        .order_by(Approval.deadline_at, Approval.id)
        .limit(bindparam("most", type_=Integer()))
    )


async def approvals_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these approvals, in their order, None for those the actor does not see."""
    return await aligned(reads, approvals_by_key, keys)


async def approvals_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's approvals."""
    return await grouped(reads, approvals_by_case, case_ids, by="case_id")


async def approvals_of_stages(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer each stage's approvals."""
    return await grouped(reads, approvals_by_stage, keys, by="stage_id")


async def pending_of_case(reads: Reads, case_id: UUID) -> Sequence[Record]:
    """Answer what is still to be decided in a case."""
    return await reads.all(pending_by_case, keys=[case_id])


async def decisions_of_approvals(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer what approvers said about each."""
    return await grouped(reads, decisions_by_approval, keys, by="approval_id")


def votes_of(rows: Sequence[Record]) -> list[Vote]:
    """Answer decisions as they are counted."""
    return [Vote(user_id=row["user_id"], decision=Decision(row["decision"]), role=Role(row["role"])) for row in rows]


async def votes_on(reads: Reads, approval_id: UUID) -> list[Vote]:
    """Answer the decisions on an approval as they are counted."""
    return votes_of(await reads.all(decisions_by_approval, keys=[approval_id]))


async def approvers_present(reads: Reads, roles: Sequence[str]) -> Sequence[Record]:
    """Answer who at the centre holds one of these roles and acts for it at present."""
    return await reads.all(holders_of_roles, roles=list(roles))


async def overdue_approvals(reads: Reads, at: datetime) -> Sequence[Record]:
    """Answer approvals that nobody decided by a moment, and that were not escalated yet."""
    return await reads.all(approvals_to_escalate, at=at, most=MOST_DUE)
