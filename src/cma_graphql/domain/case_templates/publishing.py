"""Writes what a template says down as a version, which never changes from then on."""

from uuid import UUID

from cma_graphql.core.clock import now
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.definition import Approval, Definition, StageDefinition
from cma_graphql.domain.case_templates.models import (
    CaseTemplate,
    CaseTemplateApproval,
    CaseTemplateDocument,
    CaseTemplateNotification,
    CaseTemplateStage,
    CaseTemplateVersion,
)
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def add_version(uow: UnitOfWork, template: CaseTemplate, said: Definition, *, note: str | None) -> UUID:
    """Add the version of the template's `published_number`, which whoever calls this has counted up.

    What it says has been checked as a whole. Its stages keep the ids that they had in the draft.
    """
    version = CaseTemplateVersion(
        id=new_id(),
        template_id=template.id,
        number=template.published_number,
        note=note,
        published_at=now(),
        published_by=uow.actor.user_id,
    )
    uow.add_lines([version])
    await uow.flush()
    uow.add_lines(_stage(version.id, place, stage) for place, stage in enumerate(said.stages, start=1))
    await uow.flush()
    _add_rules(uow, version.id, said)
    await uow.flush()
    return version.id


def _stage(version_id: UUID, place: int, stage: StageDefinition) -> CaseTemplateStage:
    approval = stage.approval
    return CaseTemplateStage(
        id=stage.id,
        version_id=version_id,
        code=stage.code,
        name=stage.name,
        description=stage.description,
        stage_type=stage.stage_type.value,
        advice_stage=stage.advice_stage.value,
        sequence_order=stage.sequence_order,
        position=place,
        is_required=stage.is_required,
        is_parallel=stage.is_parallel,
        auto_assign=stage.auto_assign,
        role=None if stage.role is None else stage.role.value,
        duration_days=stage.duration_days,
        estimated_hours=stage.estimated_hours,
        condition=stage.condition.value,
        sample_percent=stage.sample_percent,
        depends_on=list(stage.depends_on),
        returns_to=stage.returns_to,
        approval_type=None if approval is None else approval.approval_type.value,
        min_approvers=None if approval is None else approval.min_approvers,
        approver_roles=[] if approval is None else _roles(approval),
        approval_deadline_days=None if approval is None else approval.deadline_days,
        wait_days=list(stage.wait_days),
        gate_evidence=stage.gate_evidence.value,
    )


def _add_rules(uow: UnitOfWork, version_id: UUID, said: Definition) -> None:
    stages = {stage.code: stage.id for stage in said.stages}
    uow.add_lines(
        CaseTemplateApproval(
            id=new_id(),
            version_id=version_id,
            trigger=rule.trigger.value,
            approval_type=rule.approval.approval_type.value,
            min_approvers=rule.approval.min_approvers,
            approver_roles=_roles(rule.approval),
            approval_deadline_days=rule.approval.deadline_days,
            position=place,
        )
        for place, rule in enumerate(said.approval_rules, start=1)
    )
    uow.add_lines(
        CaseTemplateNotification(
            id=new_id(),
            version_id=version_id,
            moment=rule.moment.value,
            stage_id=None if rule.stage_code is None else stages[rule.stage_code],
            recipient=rule.recipient.value,
            channel=rule.channel.value,
            days=rule.days,
            position=place,
        )
        for place, rule in enumerate(said.notification_rules, start=1)
    )
    uow.add_lines(
        CaseTemplateDocument(
            id=new_id(),
            version_id=version_id,
            document_type=rule.document_type.value,
            stage_id=None if rule.stage_code is None else stages[rule.stage_code],
            is_mandatory=rule.is_mandatory,
            document_template=rule.document_template,
            position=place,
        )
        for place, rule in enumerate(said.document_rules, start=1)
    )


def _roles(approval: Approval) -> list[str]:
    return [role.value for role in approval.approver_roles]
