"""Every select of workflows, their stages and their history; approval_selectors.py has the approvals."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, DateTime, Integer, Text, Uuid, and_, bindparam, exists, not_, or_, select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.domain.case_templates.kinds import StageType
from cma_graphql.domain.cases.models import Case, CaseStatus
from cma_graphql.domain.clients.sight import keys_on_cases_seen
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowStageStep
from cma_graphql.domain.workflow.states import BEGUN, ENDED, StageState
from cma_graphql.persistence.base import ACTOR_CENTRE
from cma_graphql.persistence.listing import Listing, Order
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, aligned, grouped, live, of_centre, statement

MOST_DUE = 200
"""How many records one call of what is due by itself takes."""

WORKFLOW_COLUMNS = (
    CaseWorkflow.id.label("key"),
    CaseWorkflow.case_id,
    CaseWorkflow.client_id,
    CaseWorkflow.template_version_id,
    CaseWorkflow.state,
    CaseWorkflow.started_at,
    CaseWorkflow.ended_at,
    CaseWorkflow.end_reason,
    CaseWorkflow.documents,
    CaseWorkflow.version,
)
STAGE_COLUMNS = (
    WorkflowStage.id.label("key"),
    WorkflowStage.case_id,
    WorkflowStage.client_id,
    WorkflowStage.workflow_id,
    WorkflowStage.code,
    WorkflowStage.name,
    WorkflowStage.description,
    WorkflowStage.stage_type,
    WorkflowStage.advice_stage,
    WorkflowStage.position,
    WorkflowStage.required,
    WorkflowStage.parallel,
    WorkflowStage.auto_assign,
    WorkflowStage.role,
    WorkflowStage.condition,
    WorkflowStage.depends_on,
    WorkflowStage.returns_to,
    WorkflowStage.approval_type,
    WorkflowStage.approver_roles,
    WorkflowStage.min_approvers,
    WorkflowStage.estimated_hours,
    WorkflowStage.wait_days,
    WorkflowStage.gate_evidence,
    WorkflowStage.documents.label("required_documents"),
    WorkflowStage.state,
    WorkflowStage.assignee_id,
    WorkflowStage.ready_at,
    WorkflowStage.started_at,
    WorkflowStage.completed_at,
    WorkflowStage.completed_by.label("completed_by_id"),
    WorkflowStage.deadline_at,
    WorkflowStage.completion_notes,
    WorkflowStage.evidence_document_id,
    WorkflowStage.reason,
    WorkflowStage.created_at,
    WorkflowStage.updated_at,
    WorkflowStage.version,
)
STEP_COLUMNS = (
    WorkflowStageStep.id.label("key"),
    WorkflowStageStep.stage_id,
    WorkflowStageStep.from_state,
    WorkflowStageStep.to_state,
    WorkflowStageStep.reason,
    WorkflowStageStep.changed_at,
    WorkflowStageStep.changed_by.label("changed_by_id"),
)
_WAITING = or_(*(WorkflowStage.state == state.value for state in sorted({*BEGUN, StageState.READY})))
_OPEN = and_(*(WorkflowStage.state != state.value for state in sorted(ENDED)))
_WAITS = and_(WorkflowStage.stage_type == StageType.WAIT.value, WorkflowStage.state == StageState.IN_PROGRESS.value)
_AT = bindparam("at", type_=DateTime(timezone=True))
_STAGE_ORDER = (WorkflowStage.case_id, WorkflowStage.position, WorkflowStage.parallel, WorkflowStage.id)

STAGES = Listing(
    WorkflowStage,
    columns=STAGE_COLUMNS,
    orders={
        "CREATED_AT_DESC": Order((WorkflowStage.created_at,), descending=True),
        "CREATED_AT_ASC": Order((WorkflowStage.created_at,)),
    },
    conditions={
        "case": WorkflowStage.case_id == any_(bindparam("case", type_=ARRAY(Uuid()))),
        "state": WorkflowStage.state == any_(bindparam("state", type_=ARRAY(Text()))),
        "stage_type": WorkflowStage.stage_type == any_(bindparam("stage_type", type_=ARRAY(Text()))),
        "assignee": WorkflowStage.assignee_id == any_(bindparam("assignee", type_=ARRAY(Uuid()))),
        "overdue": and_(_WAITING, WorkflowStage.deadline_at < bindparam("overdue", type_=DateTime(timezone=True))),
        "due_before": and_(
            _WAITING, WorkflowStage.deadline_at < bindparam("due_before", type_=DateTime(timezone=True))
        ),
        "created_from": WorkflowStage.created_at >= bindparam("created_from", type_=DateTime(timezone=True)),
        "created_before": WorkflowStage.created_at < bindparam("created_before", type_=DateTime(timezone=True)),
    },
    source=keys_on_cases_seen(WorkflowStage),
    merged={
        "assignee": WorkflowStage.assignee_id,
        "state": WorkflowStage.state,
        "stage_type": WorkflowStage.stage_type,
    },
    exact=("case",),
)


@statement
def workflows_by_key(sight: Sight) -> AnySelect:
    """Select these workflows."""
    return select(*WORKFLOW_COLUMNS).where(live(CaseWorkflow, sight), CaseWorkflow.id == any_(KEYS))


@statement
def workflows_by_case(sight: Sight) -> AnySelect:
    """Select the workflows of these cases."""
    return select(*WORKFLOW_COLUMNS).where(live(CaseWorkflow, sight), CaseWorkflow.case_id == any_(KEYS))


@statement
def stages_by_key(sight: Sight) -> AnySelect:
    """Select these stages."""
    return select(*STAGE_COLUMNS).where(live(WorkflowStage, sight), WorkflowStage.id == any_(KEYS))


@statement
def stages_by_case(sight: Sight) -> AnySelect:
    """Select the stages of these cases, in their order."""
    return (
        select(*STAGE_COLUMNS)
        .where(live(WorkflowStage, sight), WorkflowStage.case_id == any_(KEYS))
        .order_by(*_STAGE_ORDER)
    )


@statement
def steps_by_stage(sight: Sight) -> AnySelect:
    """Select the steps of these stages, oldest first."""
    return (
        select(*STEP_COLUMNS)
        .where(live(WorkflowStageStep, sight), WorkflowStageStep.stage_id == any_(KEYS))
        .order_by(WorkflowStageStep.stage_id, WorkflowStageStep.changed_at, WorkflowStageStep.id)
    )


@statement
def open_stages_by_case(sight: Sight) -> AnySelect:
    """Select the required stages of these cases that are still open, in their order."""
    return (
        select(*STAGE_COLUMNS)
        .where(live(WorkflowStage, sight), WorkflowStage.required, _OPEN, WorkflowStage.case_id == any_(KEYS))
        .order_by(*_STAGE_ORDER)
    )


@statement
def stages_by_document(sight: Sight) -> AnySelect:
    """Select the stages that these documents are evidence of: all of one case's, each document's."""
    return (
        select(*STAGE_COLUMNS)
        .where(live(WorkflowStage, sight), WorkflowStage.evidence_document_id == any_(KEYS))
        .order_by(WorkflowStage.evidence_document_id, WorkflowStage.position, WorkflowStage.id)
    )


def with_somebody_else(case_id: Any) -> ColumnElement[bool]:
    """Match what hangs on a case that was referred: its time does not run while another organisation has it."""
    return exists().where(
        Case.centre_id == ACTOR_CENTRE,
        Case.id == case_id,
        Case.deleted_at.is_(None),
        Case.status == CaseStatus.REFERRED.value,
    )


@statement
def late_stages(sight: Sight) -> AnySelect:
    """Select stages that have passed their deadline and were not told of yet, the latest first."""
    return (
        select(WorkflowStage.id.label("key"), WorkflowStage.case_id)
        .where(
            live(WorkflowStage, sight),
            _WAITING,
            WorkflowStage.deadline_at < _AT,
            WorkflowStage.late_at.is_(None),
            ~with_somebody_else(WorkflowStage.case_id),
            not_(_WAITS),
        )
        .order_by(WorkflowStage.deadline_at, WorkflowStage.id)
        .limit(bindparam("most", type_=Integer()))
    )


@statement
def passed_waits(sight: Sight) -> AnySelect:
    """Select stages that wait for days of which one has passed since it was looked last, the longest ago first."""
    return (
        select(WorkflowStage.id.label("key"), WorkflowStage.case_id)
        .where(
            live(WorkflowStage, sight),
            _WAITING,
            _WAITS,
            WorkflowStage.deadline_at < _AT,
            or_(WorkflowStage.late_at.is_(None), WorkflowStage.late_at < WorkflowStage.deadline_at),
            ~with_somebody_else(WorkflowStage.case_id),
        )
        .order_by(WorkflowStage.deadline_at, WorkflowStage.id)
        .limit(bindparam("most", type_=Integer()))
    )


async def workflows_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these workflows, in their order, None for those the actor does not see."""
    return await aligned(reads, workflows_by_key, keys)


async def workflows_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[Record | None]:
    """Answer each case's workflow, None for one that has none."""
    return [rows[0] if rows else None for rows in await grouped(reads, workflows_by_case, case_ids, by="case_id")]


async def stages_by_id(reads: Reads, keys: Sequence[UUID]) -> list[Record | None]:
    """Answer these stages, in their order, None for those the actor does not see."""
    return await aligned(reads, stages_by_key, keys)


async def stages_of_cases(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer each case's stages, in their order."""
    return await grouped(reads, stages_by_case, case_ids, by="case_id")


async def steps_of_stages(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the steps of each stage."""
    return await grouped(reads, steps_by_stage, keys, by="stage_id")


async def open_required_stages(reads: Reads, case_ids: Sequence[UUID]) -> list[list[Record]]:
    """Answer what is required and still open in each case's workflow."""
    return await grouped(reads, open_stages_by_case, case_ids, by="case_id")


async def stages_of_documents(reads: Reads, keys: Sequence[UUID]) -> list[list[Record]]:
    """Answer the stages that each document is evidence of."""
    return await grouped(reads, stages_by_document, keys, by="evidence_document_id")


async def stages_newly_late(reads: Reads, at: datetime) -> Sequence[Record]:
    """Answer stages that have passed their deadline by a moment, of which nobody was told yet."""
    return await reads.all(late_stages, at=at, most=MOST_DUE)


async def waits_passed(reads: Reads, at: datetime) -> Sequence[Record]:
    """Answer stages that wait for days of which one has passed by a moment, since it was looked last."""
    return await reads.all(passed_waits, at=at, most=MOST_DUE)


@statement
def document_types_by_case(_sight: Sight) -> AnySelect:
    """Select the types of the documents that these cases have, whoever asks: there is a file that passed its checks."""
    return (
        select(Document.case_id, Document.document_type)
        .where(
            of_centre(Document),
            Document.deleted_at.is_(None),
            Document.current_version.is_not(None),
            Document.case_id == any_(KEYS),
        )
        .distinct()
    )


async def document_types_of(reads: Reads, case_id: UUID) -> set[str]:
    """Answer the types of the documents that a case has."""
    return {row["document_type"] for row in await reads.all(document_types_by_case, keys=[case_id])}
