"""Mutations of a template's draft: stages, their order, rules. The first of them begins a draft where there is none."""

from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.case_templates import definition
from cma_graphql.domain.case_templates.services import drafting
from cma_graphql.graph.case_templates.inputs import (
    CaseTemplateApprovalRuleInput,
    CaseTemplateDocumentRuleInput,
    CaseTemplateDraftDiscardInput,
    CaseTemplateNotificationRuleInput,
    CaseTemplateRulesSetInput,
    CaseTemplateStageAddInput,
    CaseTemplateStageRemoveInput,
    CaseTemplateStagesReorderInput,
    CaseTemplateStageUpdateInput,
)
from cma_graphql.graph.case_templates.mutations.answering import CaseTemplatePayload, answer, on_template, what
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation

_MANAGE = Permission.WORKFLOW_TEMPLATE_MANAGE


@strawberry.type(description="The template with the stage in its draft.")
class CaseTemplateStageAddPayload(CaseTemplatePayload):
    """What caseTemplateStageAdd answers."""


@strawberry.type(description="The template with the changed stage in its draft.")
class CaseTemplateStageUpdatePayload(CaseTemplatePayload):
    """What caseTemplateStageUpdate answers."""


@strawberry.type(description="The template without the stage in its draft.")
class CaseTemplateStageRemovePayload(CaseTemplatePayload):
    """What caseTemplateStageRemove answers."""


@strawberry.type(description="The template with the stages of its draft in that order.")
class CaseTemplateStagesReorderPayload(CaseTemplatePayload):
    """What caseTemplateStagesReorder answers."""


@strawberry.type(description="The template with those rules in its draft.")
class CaseTemplateRulesSetPayload(CaseTemplatePayload):
    """What caseTemplateRulesSet answers."""


@strawberry.type(description="The template without a draft.")
class CaseTemplateDraftDiscardPayload(CaseTemplatePayload):
    """What caseTemplateDraftDiscard answers."""


def _approval_rule(given: CaseTemplateApprovalRuleInput) -> definition.ApprovalRule:
    return definition.ApprovalRule(trigger=given.trigger, approval=given.approval.stated())


def _notification_rule(given: CaseTemplateNotificationRuleInput) -> definition.NotificationRule:
    return definition.NotificationRule(
        moment=given.moment,
        stage_code=given.stage_code,
        recipient=given.recipient,
        channel=given.channel,
        days=given.days,
    )


def _document_rule(given: CaseTemplateDocumentRuleInput) -> definition.DocumentRule:
    return definition.DocumentRule(
        document_type=given.document_type,
        stage_code=given.stage_code,
        is_mandatory=given.is_mandatory,
        document_template=given.document_template,
    )


@strawberry.type
class CaseTemplateDraftMutations:
    """What can be done with drafts."""

    @mutation(requires=_MANAGE, description="Put a stage into a template's draft.")
    async def case_template_stage_add(
        self, info: Info, input: Annotated[CaseTemplateStageAddInput, what("The stage.")]
    ) -> CaseTemplateStageAddPayload:
        """Add a stage."""
        return await answer(
            info,
            CaseTemplateStageAddPayload,
            drafting.add_stage,
            input,
            **on_template(input),
            code=input.code,
            after=input.after,
            stage=input.stage.stated(),
        )

    @mutation(requires=_MANAGE, description="Say anew, as a whole, what a stage of a template's draft is.")
    async def case_template_stage_update(
        self, info: Info, input: Annotated[CaseTemplateStageUpdateInput, what("The stage.")]
    ) -> CaseTemplateStageUpdatePayload:
        """Change a stage."""
        return await answer(
            info,
            CaseTemplateStageUpdatePayload,
            drafting.update_stage,
            input,
            **on_template(input),
            code=input.code,
            stage=input.stage.stated(),
        )

    @mutation(
        requires=_MANAGE,
        description="Take a stage out of a template's draft; what names it is a fault until it names another.",
    )
    async def case_template_stage_remove(
        self, info: Info, input: Annotated[CaseTemplateStageRemoveInput, what("Which stage.")]
    ) -> CaseTemplateStageRemovePayload:
        """Remove a stage."""
        return await answer(
            info,
            CaseTemplateStageRemovePayload,
            drafting.remove_stage,
            input,
            **on_template(input),
            code=input.code,
        )

    @mutation(requires=_MANAGE, description="Put the stages of a template's draft into another order, in steps.")
    async def case_template_stages_reorder(
        self, info: Info, input: Annotated[CaseTemplateStagesReorderInput, what("The order.")]
    ) -> CaseTemplateStagesReorderPayload:
        """Reorder the stages."""
        return await answer(
            info,
            CaseTemplateStagesReorderPayload,
            drafting.reorder_stages,
            input,
            **on_template(input),
            steps=input.steps,
        )

    @mutation(
        requires=_MANAGE,
        description="Say anew, as a whole, a draft's rules of approval, notification or documents.",
    )
    async def case_template_rules_set(
        self, info: Info, input: Annotated[CaseTemplateRulesSetInput, what("The rules.")]
    ) -> CaseTemplateRulesSetPayload:
        """Set the rules."""
        approvals, told, papers = input.approval_rules, input.notification_rules, input.document_rules
        return await answer(
            info,
            CaseTemplateRulesSetPayload,
            drafting.set_rules,
            input,
            **on_template(input),
            approval_rules=None if approvals is None else [_approval_rule(rule) for rule in approvals.value],
            notification_rules=None if told is None else [_notification_rule(rule) for rule in told.value],
            document_rules=None if papers is None else [_document_rule(rule) for rule in papers.value],
        )

    @mutation(
        requires=_MANAGE, description="Give up a template's draft: it says what its newest version does, as before."
    )
    async def case_template_draft_discard(
        self, info: Info, input: Annotated[CaseTemplateDraftDiscardInput, what("Which template.")]
    ) -> CaseTemplateDraftDiscardPayload:
        """Discard a draft."""
        return await answer(info, CaseTemplateDraftDiscardPayload, drafting.discard_draft, input, **on_template(input))
