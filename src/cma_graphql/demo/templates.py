"""A demonstration centre's own template: how it handles complaints, with a draft of what it will change."""

from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.definition import Approval
from cma_graphql.domain.case_templates.kinds import ApprovalType, StageType, TemplateCategory
from cma_graphql.domain.case_templates.services.drafting import add_stage
from cma_graphql.domain.case_templates.services.publish import publish_template
from cma_graphql.domain.case_templates.services.templates import create_template, set_type_template
from cma_graphql.domain.case_templates.stages import StatedStage
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.cases.type_selectors import case_types
from cma_graphql.domain.compliance.models import EvidenceKind
from cma_graphql.persistence.unit_of_work import UnitOfWork

_SIGNED_OFF = Approval(
    approval_type=ApprovalType.SINGLE, min_approvers=1, approver_roles=(Role.CENTRE_MANAGER,), deadline_days=5
)
_STAGES = (
    (
        "ACKNOWLEDGE",
        StatedStage(
            name="Acknowledge the complaint",
            stage_type=StageType.COMMUNICATION,
            advice_stage=CaseStage.TRIAGE,
            role=Role.COMPLIANCE_OFFICER,
            duration_days=5,
        ),
    ),
    (
        "INVESTIGATE",
        StatedStage(
            name="Investigate",
            stage_type=StageType.TASK,
            advice_stage=CaseStage.FACT_FIND,
            role=Role.COMPLIANCE_OFFICER,
            duration_days=28,
        ),
    ),
    (
        "FINAL-RESPONSE",
        StatedStage(
            name="Send the final response",
            stage_type=StageType.DOCUMENT,
            advice_stage=CaseStage.RECOMMENDATION,
            role=Role.COMPLIANCE_OFFICER,
            duration_days=56,
            approval=_SIGNED_OFF,
            returns_to="INVESTIGATE",
            gate_evidence=EvidenceKind.DOCUMENT,
        ),
    ),
)
_TO_COME = StatedStage(
    name="Learn from it",
    stage_type=StageType.REVIEW,
    advice_stage=CaseStage.CLOSURE,
    is_required=False,
    role=Role.CENTRE_MANAGER,
)


async def design_template(uow: UnitOfWork) -> None:
    """Have the actor, a compliance officer, design what complaints go through, and begin to change it."""
    template = await create_template(
        uow,
        code="COMPLAINT",
        name="Complaint handling",
        description="From a complaint to the final response within eight weeks.",
        category=TemplateCategory.COMPLIANCE,
    )
    for version, (code, stage) in enumerate(_STAGES, start=1):
        await add_stage(uow, template_id=template, version=version, code=code, stage=stage)
    await publish_template(uow, template_id=template, version=4, note="As the rules on complaints ask for.")
    kind = next(row for row in await case_types(uow) if row["code"] == "COMPLAINT")
    await set_type_template(uow, case_type_id=kind["key"], version=kind["version"], template_id=template)
    await add_stage(uow, template_id=template, version=5, code="LEARN", stage=_TO_COME)
