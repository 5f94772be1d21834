"""How what a template says is kept while somebody works on it, and in the network's catalogue: as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Role
from cma_graphql.core.ids import new_id
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
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.domain.documents.models import DocumentType

Json = Mapping[str, Any]


def write_draft(definition: Definition) -> dict[str, Any]:
    """Write a definition as JSON: codes and numbers, nothing that needs this code to be understood."""
    written: dict[str, tuple[Any, ...]] = {
        "stages": definition.stages,
        "approval_rules": definition.approval_rules,
        "notification_rules": definition.notification_rules,
        "document_rules": definition.document_rules,
    }
    return {name: [_plain(asdict(line)) for line in lines] for name, lines in written.items()}


def read_draft(draft: Json) -> Definition:
    """Read a definition from JSON that `write_draft` has written; stages without an id are given one."""
    return Definition(
        stages=tuple(_read_stage(stage) for stage in draft["stages"]),
        approval_rules=tuple(
            ApprovalRule(trigger=ApprovalTrigger(rule["trigger"]), approval=_read_approval(rule["approval"]))
            for rule in draft["approval_rules"]
        ),
        notification_rules=tuple(
            NotificationRule(
                moment=NotificationMoment(rule["moment"]),
                stage_code=rule["stage_code"],
                recipient=Recipient(rule["recipient"]),
                channel=Channel(rule["channel"]),
                days=rule["days"],
            )
            for rule in draft["notification_rules"]
        ),
        document_rules=tuple(
            DocumentRule(
                document_type=DocumentType(rule["document_type"]),
                stage_code=rule["stage_code"],
                is_mandatory=rule["is_mandatory"],
                document_template=rule["document_template"],
            )
            for rule in draft["document_rules"]
        ),
    )


def with_new_ids(stages: Sequence[StageDefinition]) -> tuple[StageDefinition, ...]:
    """Answer the same stages as those of another draft: each has an id of its own."""
    return tuple(replace(stage, id=new_id()) for stage in stages)


def _read_stage(given: Json) -> StageDefinition:
    return StageDefinition(
        id=UUID(given["id"]) if given.get("id") else new_id(),
        code=given["code"],
        name=given["name"],
        description=given["description"],
        stage_type=StageType(given["stage_type"]),
        advice_stage=CaseStage(given["advice_stage"]),
        sequence_order=given["sequence_order"],
        is_required=given["is_required"],
        is_parallel=given["is_parallel"],
        auto_assign=given["auto_assign"],
        role=None if given["role"] is None else Role(given["role"]),
        duration_days=given["duration_days"],
        estimated_hours=given["estimated_hours"],
        condition=StageCondition(given["condition"]),
        sample_percent=given["sample_percent"],
        depends_on=tuple(given["depends_on"]),
        returns_to=given["returns_to"],
        approval=None if given["approval"] is None else _read_approval(given["approval"]),
        wait_days=tuple(given["wait_days"]),
        gate_evidence=EvidenceKind(given["gate_evidence"]),
    )


def _read_approval(given: Json) -> Approval:
    return Approval(
        approval_type=ApprovalType(given["approval_type"]),
        min_approvers=given["min_approvers"],
        approver_roles=tuple(Role(role) for role in given["approver_roles"]),
        deadline_days=given["deadline_days"],
    )


def _plain(value: Any) -> Any:
    """Write enums and ids as text, tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return str(value) if isinstance(value, UUID) else value
