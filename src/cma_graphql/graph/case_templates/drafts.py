"""A template's draft: what its next version is to say, what is wrong with it, what it would change."""

from collections.abc import Mapping, Sequence
from typing import Self
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Role
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.case_templates.checking import faults_of
from cma_graphql.domain.case_templates.definition import Definition
from cma_graphql.domain.case_templates.difference import StageDifference, difference
from cma_graphql.domain.case_templates.said import definitions_of
from cma_graphql.domain.case_templates.template_selectors import drafts_by_id, newest_versions, people_by_role
from cma_graphql.graph.case_templates.enums import Difference
from cma_graphql.graph.case_templates.said import (
    CaseTemplateApprovalRule,
    CaseTemplateDocumentRule,
    CaseTemplateNotificationRule,
    CaseTemplateStage,
)
from cma_graphql.graph.cost_directives import list_size
from cma_graphql.graph.errors import RuleParameter, field_name, parameters_of, path_of
from cma_graphql.persistence.reads import Reads


@strawberry.type(description="What keeps a draft from being published.")
class CaseTemplateFault:
    """A fault of a draft."""

    path: list[str] = strawberry.field(description="Where it is: `stages`, `3`, `approval`, `minApprovers`.")
    rule: str = strawberry.field(description="The rule's stable name, such as `cyclic`.")
    message: str = strawberry.field(description="A sentence for a person.")
    parameters: list[RuleParameter] = strawberry.field(description="What the rule was measured by.")

    @classmethod
    def of(cls, fault: Invalid) -> Self:
        """Show one."""
        return cls(
            path=path_of(fault.field)[1:],
            rule=fault.rule,
            message=fault.message,
            parameters=parameters_of(fault.params),
        )


@strawberry.type(description="A stage that a draft would make other than it is.")
class CaseTemplateStageDifference:
    """One stage's difference."""

    code: str = strawberry.field(description="The stage's code.")
    kind: Difference = strawberry.field(description="What the draft does to it.")
    fields: list[str] = strawberry.field(description="Which of its fields, for a CHANGED one.")

    @classmethod
    def of(cls, found: StageDifference) -> Self:
        """Show one."""
        return cls(code=found.code, kind=found.kind, fields=[field_name(name) for name in found.fields])


@strawberry.type(description="What a draft would make other than it is in the newest version.")
class CaseTemplateChanges:
    """A draft against the version it follows."""

    stages: list[CaseTemplateStageDifference] = strawberry.field(
        description="The stages that would be other, in their order; those that are gone last."
    )
    approval_rules: bool = strawberry.field(description="Whether the approval rules would be other.")
    notification_rules: bool = strawberry.field(description="Whether the notification rules would be other.")
    document_rules: bool = strawberry.field(description="Whether the document rules would be other.")

    @classmethod
    def between(cls, old: Definition, new: Definition) -> Self:
        """Compare."""
        found = difference(old, new)
        return cls(
            stages=[CaseTemplateStageDifference.of(stage) for stage in found.stages],
            approval_rules=found.approval_rules,
            notification_rules=found.notification_rules,
            document_rules=found.document_rules,
        )


@strawberry.type(description="What a template's next version is to say, while somebody works on it.")
class CaseTemplateDraft:
    """A draft."""

    stages: list[CaseTemplateStage] = strawberry.field(
        description="Its stages, in their order.", directives=[list_size(15)]
    )
    approval_rules: list[CaseTemplateApprovalRule] = strawberry.field(
        description="What needs an approval in every stage.", directives=[list_size(10)]
    )
    notification_rules: list[CaseTemplateNotificationRule] = strawberry.field(
        description="Who is told of what.", directives=[list_size(10)]
    )
    document_rules: list[CaseTemplateDocumentRule] = strawberry.field(
        description="The documents that a case has to have.", directives=[list_size(10)]
    )
    faults: list[CaseTemplateFault] = strawberry.field(
        description="What keeps it from being published; empty: it can be."
    )
    changes: CaseTemplateChanges = strawberry.field(description="What it would make other than it is.")

    @classmethod
    def of(cls, said: Definition, before: Definition, holders: Mapping[Role, int]) -> Self:
        """Show one."""
        return cls(
            stages=[CaseTemplateStage.of(stage) for stage in said.stages],
            approval_rules=[CaseTemplateApprovalRule.of(rule) for rule in said.approval_rules],
            notification_rules=[CaseTemplateNotificationRule.of(rule) for rule in said.notification_rules],
            document_rules=[CaseTemplateDocumentRule.of(rule) for rule in said.document_rules],
            faults=[CaseTemplateFault.of(fault) for fault in faults_of(said, holders=holders)],
            changes=CaseTemplateChanges.between(before, said),
        )


async def drafts_of(reads: Reads, keys: Sequence[UUID]) -> list[CaseTemplateDraft | None]:
    """Answer the draft of each of these templates: the same few statements for however many."""
    found = await drafts_by_id(reads, keys)
    if not any(said is not None for said in found):
        return [None] * len(keys)
    holders = await people_by_role(reads)
    newest = [None if row is None else row["key"] for row in await newest_versions(reads, keys)]
    published = [key for key in newest if key is not None]
    before = dict(zip(published, await definitions_of(reads, published), strict=True))
    return [
        None if said is None else CaseTemplateDraft.of(said, Definition() if key is None else before[key], holders)
        for said, key in zip(found, newest, strict=True)
    ]
