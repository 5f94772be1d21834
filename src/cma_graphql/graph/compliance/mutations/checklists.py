"""Mutations of frameworks and checklists: the centre's own, and those of a case."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.compliance.services.begin import begin_by_hand
from cma_graphql.domain.compliance.services.checklists import (
    NewRequirement,
    Replaced,
    create_checklist,
    retire_checklist,
)
from cma_graphql.domain.compliance.services.frameworks import create_framework
from cma_graphql.domain.compliance.services.waiving import waive_checklist
from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.compliance.inputs import (
    CaseComplianceBeginInput,
    CaseComplianceWaiveInput,
    ComplianceChecklistCreateInput,
    ComplianceChecklistRetireInput,
    ComplianceFrameworkCreateInput,
    ComplianceRequirementInput,
)
from cma_graphql.graph.compliance.types import CaseCompliance, ComplianceChecklist, ComplianceFramework
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import reread, write


@strawberry.type(description="What complianceFrameworkCreate answers.")
class ComplianceFrameworkCreatePayload(Payload):
    """Payload of complianceFrameworkCreate."""

    framework: ComplianceFramework | None = strawberry.field(default=None, description="The new framework.")


@strawberry.type(description="What complianceChecklistCreate answers.")
class ComplianceChecklistCreatePayload(Payload):
    """Payload of complianceChecklistCreate."""

    checklist: ComplianceChecklist | None = strawberry.field(default=None, description="The new checklist.")


@strawberry.type(description="What complianceChecklistRetire answers.")
class ComplianceChecklistRetirePayload(Payload):
    """Payload of complianceChecklistRetire."""

    checklist: ComplianceChecklist | None = strawberry.field(default=None, description="The retired checklist.")


@strawberry.type(description="What caseComplianceBegin answers.")
class CaseComplianceBeginPayload(Payload):
    """Payload of caseComplianceBegin."""

    case: Case | None = strawberry.field(default=None, description="The case with its checklists.")


@strawberry.type(description="What caseComplianceWaive answers.")
class CaseComplianceWaivePayload(Payload):
    """Payload of caseComplianceWaive."""

    case_compliance: CaseCompliance | None = strawberry.field(
        default=None, description="The checklist of the case, on which nothing is owed any more."
    )


def _requirement(given: ComplianceRequirementInput) -> NewRequirement:
    return NewRequirement(
        code=given.code,
        text=given.text,
        source=given.source,
        certainty=given.certainty,
        mandatory=given.mandatory,
        evidence_kind=given.evidence_kind,
        case_types=given.case_types,
        weight=given.weight,
        gate_stage=given.gate_stage,
        deadline_days=given.deadline_days,
    )


def _checklist(given: ComplianceChecklistCreateInput) -> dict[str, Any]:
    old = given.replaces
    return {
        "framework_id": read_id("complianceframework", given.framework_id, field="framework_id"),
        "code": given.code,
        "name": given.name,
        "case_types": given.case_types,
        "requirements": [_requirement(item) for item in given.requirements],
        "gate_stage": given.gate_stage,
        "mandatory": given.mandatory,
        "replaces": None
        if old is None
        else Replaced(
            checklist_id=read_id("compliancechecklist", old.id, field="replaces"), version=old.expected_version
        ),
    }


@strawberry.type
class ChecklistMutations:
    """What can be done with frameworks and checklists."""

    @mutation(
        requires=Permission.FRAMEWORK_MANAGE,
        description="Add a framework of the centre's own, beside its copies of the network's.",
    )
    async def compliance_framework_create(
        self,
        info: Info,
        input: Annotated[ComplianceFrameworkCreateInput, strawberry.argument(description="The framework.")],
    ) -> ComplianceFrameworkCreatePayload:
        """Create a framework."""
        outcome = await write(
            info,
            create_framework,
            input,
            code=input.code,
            name=input.name,
            edition=input.edition,
            effective_from=input.effective_from,
            effective_to=input.effective_to,
            source=input.source,
            description=input.description,
        )
        framework = await reread(info, ComplianceFramework, outcome.subject_ids[0])
        return ComplianceFrameworkCreatePayload(framework=framework, replayed=outcome.replayed)

    @mutation(
        requires=Permission.FRAMEWORK_MANAGE,
        description="Add a checklist to a framework, or a new revision in the place of another. It is checked as a "
        "whole. Cases opened from now on are given it; cases at work keep the revision with which they began.",
    )
    async def compliance_checklist_create(
        self,
        info: Info,
        input: Annotated[ComplianceChecklistCreateInput, strawberry.argument(description="The checklist.")],
    ) -> ComplianceChecklistCreatePayload:
        """Create a checklist."""
        outcome = await write(info, create_checklist, input, **_checklist(input))
        checklist = await reread(info, ComplianceChecklist, outcome.subject_ids[0])
        return ComplianceChecklistCreatePayload(checklist=checklist, replayed=outcome.replayed)

    @mutation(
        requires=Permission.FRAMEWORK_MANAGE,
        description="Give a checklist to no case any more. Cases that have it keep it.",
    )
    async def compliance_checklist_retire(
        self,
        info: Info,
        input: Annotated[ComplianceChecklistRetireInput, strawberry.argument(description="The checklist.")],
    ) -> ComplianceChecklistRetirePayload:
        """Retire a checklist."""
        key = read_id("compliancechecklist", input.id)
        outcome = await write(info, retire_checklist, input, checklist_id=key, version=input.expected_version)
        checklist = await reread(info, ComplianceChecklist, outcome.subject_ids[0])
        return ComplianceChecklistRetirePayload(checklist=checklist, replayed=outcome.replayed)

    @mutation(
        requires=Permission.COMPLIANCE_TICK,
        description="Give a case one more checklist, or all that its type asks for and it lacks: a case opened before "
        "its centre had checklists comes by them so.",
    )
    async def case_compliance_begin(
        self, info: Info, input: Annotated[CaseComplianceBeginInput, strawberry.argument(description="The case.")]
    ) -> CaseComplianceBeginPayload:
        """Begin checklists of a case."""
        named = input.checklist_id
        outcome = await write(
            info,
            begin_by_hand,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            checklist_id=None if named is None else read_id("compliancechecklist", named, field="checklist_id"),
        )
        case = await reread(info, Case, outcome.subject_ids[0])
        return CaseComplianceBeginPayload(case=case, replayed=outcome.replayed)

    @mutation(
        requires=Permission.COMPLIANCE_WAIVE,
        description="Waive all that is owed on a checklist of a case, for one reason: where a client does not come "
        "back, say.",
    )
    async def case_compliance_waive(
        self, info: Info, input: Annotated[CaseComplianceWaiveInput, strawberry.argument(description="The checklist.")]
    ) -> CaseComplianceWaivePayload:
        """Waive what is owed on a checklist of a case."""
        outcome = await write(
            info,
            waive_checklist,
            input,
            case_compliance_id=read_id("casecompliance", input.id),
            version=input.expected_version,
            reason=input.reason,
        )
        waived = await reread(info, CaseCompliance, outcome.subject_ids[0])
        return CaseComplianceWaivePayload(case_compliance=waived, replayed=outcome.replayed)
