"""Builders of templates: small ones of a centre's own, in a draft or published."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.case_templates.definition import Approval, DocumentRule, NotificationRule
from cma_graphql.domain.case_templates.kinds import (
    ApprovalType,
    Channel,
    NotificationMoment,
    Recipient,
    StageType,
    TemplateCategory,
)
from cma_graphql.domain.case_templates.services.drafting import add_stage, set_rules
from cma_graphql.domain.case_templates.services.publish import publish_template
from cma_graphql.domain.case_templates.services.templates import create_template, set_type_template
from cma_graphql.domain.case_templates.stages import StatedStage
from cma_graphql.domain.cases.models import CaseStage
from cma_graphql.domain.cases.type_services import create_case_type
from cma_graphql.domain.documents.models import DocumentType
from cma_graphql.domain.workflow.services.begin import begin_by_hand
from cma_graphql.persistence.writing import unit_of_work
from support.compliance import fetched
from support.data import Data

SEEN_TO = Approval(
    approval_type=ApprovalType.SINGLE, min_approvers=1, approver_roles=(Role.CENTRE_MANAGER,), deadline_days=3
)


def a_stage(name: str = "A stage", **said: Any) -> StatedStage:
    """State a stage, a task of the case's advisor in triage unless said."""
    usual = {"stage_type": StageType.TASK, "advice_stage": CaseStage.TRIAGE, "role": Role.ADVISOR}
    return StatedStage(name=name, **{**usual, **said})


async def a_template(data: Data, manager: Actor, *codes: str, published: bool = True, **given: Any) -> UUID:
    """Make a template with stages of these codes, one after another; published unless said."""
    values = {"code": "LOCAL", "name": "Local course", **given}
    async with unit_of_work(data.database, data.keys, manager) as uow:
        template = await create_template(uow, **values)
        for version, code in enumerate(codes or ("FIRST", "SECOND"), start=1):
            await add_stage(uow, template_id=template, version=version, code=code, stage=a_stage(code))
        if published:
            await publish_template(uow, template_id=template, version=1 + len(codes or ("FIRST", "SECOND")))
    return template


async def fill_templates(data: Data, world: Any) -> None:
    """Give a walk's centre templates and a case type whose words carry the centre's mark, one of them a draft."""
    manager, mark = world.actors[Role.CENTRE_MANAGER.value], world.mark
    words = {"name": mark, "description": mark}
    template = await a_template(data, manager, f"{mark.upper()}-1", "SECOND", **words, code=mark.upper())
    draft = await a_template(data, manager, published=False, **words, code="DRAFT", category=TemplateCategory.LEGAL)
    async with unit_of_work(data.database, data.keys, manager) as uow:
        kind = await create_case_type(uow, code=mark.upper(), name=mark, description=mark, edits={})
        await set_type_template(uow, case_type_id=kind, version=1, template_id=template)
        stage = a_stage(mark, description=mark, approval=SEEN_TO)
        await add_stage(uow, template_id=draft, version=3, code="THIRD", stage=stage)
        await set_rules(
            uow,
            template_id=draft,
            version=4,
            notification_rules=[
                NotificationRule(
                    moment=NotificationMoment.APPROVAL_REQUESTED,
                    stage_code="THIRD",
                    recipient=Recipient.APPROVERS,
                    channel=Channel.TASK,
                    days=0,
                )
            ],
            document_rules=[
                DocumentRule(
                    document_type=DocumentType.ADVICE_LETTER,
                    stage_code="SECOND",
                    is_mandatory=True,
                    document_template=mark,
                )
            ],
        )


def a_rule(
    moment: NotificationMoment,
    recipient: Recipient = Recipient.ASSIGNEE,
    channel: Channel = Channel.TASK,
    *,
    days: int = 0,
    stage: str | None = None,
) -> NotificationRule:
    """Make a rule by which whoever does any stage is given a task at once, unless said."""
    return NotificationRule(moment=moment, stage_code=stage, recipient=recipient, channel=channel, days=days)


async def with_rules(data: Data, manager: Actor, case_id: UUID, rules: Sequence[NotificationRule]) -> None:
    """Have a case run by a template of two stages, the first of which a manager approves, that has these rules.

    Each is the case's advisor's, and due within five days.
    """
    usual = {"auto_assign": True, "duration_days": 5}
    async with unit_of_work(data.database, data.keys, manager) as uow:
        template = await create_template(uow, code="RULES", name="With rules")
        await add_stage(
            uow, template_id=template, version=1, code="FIRST", stage=a_stage("FIRST", approval=SEEN_TO, **usual)
        )
        await add_stage(uow, template_id=template, version=2, code="SECOND", stage=a_stage("SECOND", **usual))
        await set_rules(uow, template_id=template, version=3, notification_rules=rules)
        await publish_template(uow, template_id=template, version=4)
    async with unit_of_work(data.database, data.keys, manager) as uow:
        (version,) = await fetched(data, "SELECT id FROM case_template_versions WHERE template_id = $1", template)
        await begin_by_hand(uow, case_id=case_id, version_id=version["id"])
