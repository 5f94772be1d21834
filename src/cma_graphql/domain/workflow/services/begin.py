"""Gives a case its workflow: the stages of a template's version, copied, so that the case keeps what it began with."""

from typing import Any
from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid
from cma_graphql.core.events import Audience, Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.case_templates.definition import Course, StageDefinition
from cma_graphql.domain.case_templates.selectors import course_of, default_course, is_retired
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of, tell_audience
from cma_graphql.domain.cases.services import audience_of, audience_of_new
from cma_graphql.domain.workflow.events import WorkflowBegun
from cma_graphql.domain.workflow.models import CaseWorkflow, WorkflowStage, WorkflowState
from cma_graphql.domain.workflow.running import Run, step_of
from cma_graphql.domain.workflow.selectors import workflows_of_cases
from cma_graphql.domain.workflow.states import StageState
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def begin_as_it_opens(uow: UnitOfWork, case: Case, course: Course | None) -> None:
    """Give a case that was just added the workflow that its type asks for; nothing where it asks for none.

    The course was read beforehand: once a case has its number, whoever opens another one waits for it. A case that
    is there goes on without a workflow until somebody begins one (`begin_by_hand`).
    """
    if course is not None:
        await _begin(uow, case, course, audience_of_new(case))


async def begin_by_hand(uow: UnitOfWork, *, case_id: UUID, version_id: UUID | None = None) -> UUID:
    """Begin a workflow on a case that has none: of a published version, or where none is named of its type's.

    Answers the case. Raises Forbidden, NotFound, Invalid (it has one; its type asks for none; the case has ended).
    """
    case = await take_case_of(uow, Permission.WORKFLOW_PROGRESS, case_id)
    (found,) = await workflows_of_cases(uow, [case.id])
    if found is not None:
        raise Invalid("case_id", "already-begun", "The case runs by a workflow already.")
    if version_id is None:
        course = await default_course(uow, case.case_type_id)
        if course is None:
            raise Invalid("case_id", "no-template", "No template is set for cases of this type: name a version.")
    else:
        course = await course_of(uow, version_id)
        if course is None:
            raise Invalid("template_version_id", "unknown", "There is no such version of a template.")
        if await is_retired(uow, version_id):
            raise Invalid(
                "template_version_id", "retired", "No case begins with this template any more: it is retired."
            )
    await _begin(uow, case, course, await audience_of(uow, case))
    return case.id


async def _begin(uow: UnitOfWork, case: Case, course: Course, audience: Audience) -> None:
    """Add a workflow with its stages and let it settle; all is sent together, so that a stage is written once."""
    workflow = CaseWorkflow(
        id=new_id(),
        case_id=case.id,
        client_id=case.client_id,
        template_version_id=course.version_id,
        state=WorkflowState.ACTIVE.value,
        started_at=now(),
        documents=_documents(course, None),
    )
    stages = [
        WorkflowStage(
            id=new_id(),
            case_id=case.id,
            client_id=case.client_id,
            workflow_id=workflow.id,
            **stage_columns(definition, course),
        )
        for definition in course.stages
    ]
    uow.add_lines([workflow, *stages])
    uow.add_lines(step_of(stage, None, by=uow.actor.user_id) for stage in stages)
    changes = {
        "template_version_id": Change(None, course.version_id, Publicity.OPEN),
        "stages": Change(None, len(stages), Publicity.OPEN),
    }
    tell_audience(uow, audience, WorkflowBegun, workflow, changes, case_id=case.id, client_id=case.client_id, new=True)
    await Run(uow, case, workflow, {stage.id: stage for stage in stages}, audience).settle()


def _documents(course: Course, code: str | None) -> list[str]:
    """Answer the types of documents that a course makes a case have by the end of a stage, or before it is closed."""
    return [rule.document_type.value for rule in course.document_rules if rule.is_mandatory and rule.stage_code == code]


def stage_columns(definition: StageDefinition, course: Course) -> dict[str, Any]:
    """Answer what a stage of a case takes over from a definition, before anything has become of it."""
    approval = definition.approval
    return {
        "code": definition.code,
        "name": definition.name,
        "description": definition.description,
        "stage_type": definition.stage_type.value,
        "advice_stage": definition.advice_stage.value,
        "position": definition.sequence_order,
        "required": definition.is_required,
        "parallel": definition.is_parallel,
        "auto_assign": definition.auto_assign,
        "role": None if definition.role is None else definition.role.value,
        "condition": definition.condition.value,
        "sample_percent": definition.sample_percent,
        "depends_on": list(definition.depends_on),
        "returns_to": definition.returns_to,
        "approval_type": None if approval is None else approval.approval_type.value,
        "approver_roles": [] if approval is None else [role.value for role in approval.approver_roles],
        "min_approvers": 1 if approval is None else approval.min_approvers,
        "approval_days": None if approval is None else approval.deadline_days,
        "duration_days": definition.duration_days,
        "estimated_hours": definition.estimated_hours,
        "wait_days": list(definition.wait_days),
        "gate_evidence": definition.gate_evidence.value,
        "documents": _documents(course, definition.code),
        "state": StageState.PENDING.value,
        "ended_with_case": False,
    }
