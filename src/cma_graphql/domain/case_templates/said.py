"""What published versions say: every select of their stages and rules."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.sql import any_

from cma_graphql.access.actor import Sight
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.definition import (
    Approval,
    ApprovalRule,
    Definition,
    DocumentRule,
    NotificationRule,
    StageDefinition,
)
from cma_graphql.domain.case_templates.kinds import (
    ApprovalTrigger,
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageCondition,
    StageType,
)
from cma_graphql.domain.case_templates.models import (
    CaseTemplateApproval,
    CaseTemplateDocument,
    CaseTemplateNotification,
    CaseTemplateStage,
)
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import DocumentType
from cma_graphql.persistence.reads import KEYS, AnySelect, Reads, Record, grouped, live, statement


@statement
def stages_by_version(sight: Sight) -> AnySelect:
    """Select the stages of these versions, in their order."""
    stage = CaseTemplateStage
    return (
        select(
            stage.version_id,
            stage.id,
            stage.code,
            stage.name,
            stage.description,
            stage.stage_type,
            stage.advice_stage,
            stage.sequence_order,
            stage.is_required,
            stage.is_parallel,
            stage.auto_assign,
            stage.role,
            stage.duration_days,
            stage.estimated_hours,
            stage.condition,
            stage.sample_percent,
            stage.depends_on,
            stage.returns_to,
            stage.approval_type,
            stage.min_approvers,
            stage.approver_roles,
            stage.approval_deadline_days,
            stage.wait_days,
            stage.gate_evidence,
        )
        .where(live(stage, sight), stage.version_id == any_(KEYS))
        .order_by(stage.version_id, stage.position)
    )


@statement
def approval_rules_by_version(sight: Sight) -> AnySelect:
    """Select the approval rules of these versions, in their order."""
    rule = CaseTemplateApproval
    return (
        select(
            rule.version_id,
            rule.trigger,
            rule.approval_type,
            rule.min_approvers,
            rule.approver_roles,
            rule.approval_deadline_days,
        )
        .where(live(rule, sight), rule.version_id == any_(KEYS))
        .order_by(rule.version_id, rule.position)
    )


@statement
def notification_rules_by_version(sight: Sight) -> AnySelect:
    """Select the notification rules of these versions, in their order, each with the code of its stage."""
    rule = CaseTemplateNotification
    return (
        select(
            rule.version_id,
            rule.moment,
            CaseTemplateStage.code.label("stage_code"),
            rule.recipient,
            rule.channel,
            rule.days,
        )
        .outerjoin(
            CaseTemplateStage,
            (CaseTemplateStage.centre_id == rule.centre_id) & (CaseTemplateStage.id == rule.stage_id),
        )
        .where(live(rule, sight), rule.version_id == any_(KEYS))
        .order_by(rule.version_id, rule.position)
    )


@statement
def document_rules_by_version(sight: Sight) -> AnySelect:
    """Select the document rules of these versions, in their order, each with the code of its stage."""
    rule = CaseTemplateDocument
    return (
        select(
            rule.version_id,
            rule.document_type,
            CaseTemplateStage.code.label("stage_code"),
            rule.is_mandatory,
            rule.document_template,
        )
        .outerjoin(
            CaseTemplateStage,
            (CaseTemplateStage.centre_id == rule.centre_id) & (CaseTemplateStage.id == rule.stage_id),
        )
        .where(live(rule, sight), rule.version_id == any_(KEYS))
        .order_by(rule.version_id, rule.position)
    )


async def definition_of(reads: Reads, version_id: UUID) -> Definition:
    """Answer all that one published version says."""
    (said,) = await definitions_of(reads, [version_id])
    return said


async def definitions_of(reads: Reads, keys: Sequence[UUID]) -> list[Definition]:
    """Answer all that each of these published versions says, by four statements."""
    stages = await stages_of_versions(reads, keys)
    approvals = await approval_rules_of_versions(reads, keys)
    notifications = await notification_rules_of_versions(reads, keys)
    documents = await document_rules_of_versions(reads, keys)
    return [
        Definition(
            stages=tuple(stages[place]),
            approval_rules=tuple(approvals[place]),
            notification_rules=tuple(notifications[place]),
            document_rules=tuple(documents[place]),
        )
        for place in range(len(keys))
    ]


async def stages_of_versions(reads: Reads, keys: Sequence[UUID]) -> list[list[StageDefinition]]:
    """Answer the stages of each of these versions, in their order."""
    return [[_stage(row) for row in rows] for rows in await grouped(reads, stages_by_version, keys, by="version_id")]


async def approval_rules_of_versions(reads: Reads, keys: Sequence[UUID]) -> list[list[ApprovalRule]]:
    """Answer the approval rules of each of these versions."""
    found = await grouped(reads, approval_rules_by_version, keys, by="version_id")
    return [
        [ApprovalRule(trigger=ApprovalTrigger(row["trigger"]), approval=_approval(row)) for row in rows]
        for rows in found
    ]


async def notification_rules_of_versions(reads: Reads, keys: Sequence[UUID]) -> list[list[NotificationRule]]:
    """Answer the notification rules of each of these versions."""
    found = await grouped(reads, notification_rules_by_version, keys, by="version_id")
    return [
        [
            NotificationRule(
                moment=NotificationMoment(row["moment"]),
                stage_code=row["stage_code"],
                recipient=Recipient(row["recipient"]),
                channel=Channel(row["channel"]),
                days=row["days"],
            )
            for row in rows
        ]
        for rows in found
    ]


async def document_rules_of_versions(reads: Reads, keys: Sequence[UUID]) -> list[list[DocumentRule]]:
    """Answer the document rules of each of these versions."""
    found = await grouped(reads, document_rules_by_version, keys, by="version_id")
    return [
        [
            DocumentRule(
                document_type=DocumentType(row["document_type"]),
                stage_code=row["stage_code"],
                is_mandatory=row["is_mandatory"],
                document_template=row["document_template"],
            )
            for row in rows
        ]
        for rows in found
    ]


def _approval(row: Record) -> Approval:
    return Approval(
        approval_type=ApprovalType(row["approval_type"]),
        min_approvers=row["min_approvers"],
        approver_roles=tuple(Role(role) for role in row["approver_roles"]),
        deadline_days=row["approval_deadline_days"],
    )


def _stage(row: Record) -> StageDefinition:
    alike: dict[str, Any] = {name: row[name] for name in _ALIKE}
    return StageDefinition(
        **alike,
        stage_type=StageType(row["stage_type"]),
        advice_stage=CaseStage(row["advice_stage"]),
        role=None if row["role"] is None else Role(row["role"]),
        condition=StageCondition(row["condition"]),
        depends_on=tuple(row["depends_on"]),
        approval=None if row["approval_type"] is None else _approval(row),
        wait_days=tuple(row["wait_days"]),
        gate_evidence=EvidenceKind(row["gate_evidence"]),
    )


_ALIKE = (
    "id",
    "code",
    "name",
    "description",
    "sequence_order",
    "is_required",
    "is_parallel",
    "auto_assign",
    "duration_days",
    "estimated_hours",
    "sample_percent",
    "returns_to",
)
