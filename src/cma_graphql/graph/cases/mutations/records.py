"""Opening, changing, deleting and restoring cases."""

from datetime import date
from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Invalid
from cma_graphql.domain.cases.selectors import deleted_cases_by_id
from cma_graphql.domain.casework import delete, update
from cma_graphql.domain.casework.open import open_case
from cma_graphql.graph.cases.enums import BillingMethod, CaseCategory, CaseStage, Level, Priority
from cma_graphql.graph.cases.mutations.answering import CaseInput, CasePayload, answer, on_case
from cma_graphql.graph.cases.types import DeletedCase
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.scalars import Money
from cma_graphql.graph.staffing.enums import AdvisorSkill
from cma_graphql.graph.writing import MutationInput, given_fields, write


@strawberry.input(description="A case to open.")
class CaseOpenInput(MutationInput):
    """A new case."""

    client_id: strawberry.ID = strawberry.field(description="Whose case it is.")
    case_type_id: strawberry.ID = strawberry.field(description="What kind of case it is, of the centre's `caseTypes`.")
    title: str = strawberry.field(description="What it is called, in one line of up to 200 characters.")
    description: str = strawberry.field(description="What it is about, in up to 10,000 characters.")
    summary: str | None = strawberry.field(default=None, description="Where it stands, in a few sentences.")
    tags: list[str] = strawberry.field(
        default_factory=list,
        description="Words of the centre's own by which it is found: at most 20 of at most 40 characters, kept in "
        "small letters.",
    )
    category: CaseCategory | None = strawberry.field(
        default=None, description="Whose debts, or what, it concerns; null: as its type proposes."
    )
    priority: Priority | None = strawberry.field(
        default=None, description="How soon it needs attention; null: as its type proposes."
    )
    complexity: Level | None = strawberry.field(
        default=None,
        description="How complex it is: 1, 2, 3 or 5 points of its advisor's capacity; null: as its type proposes.",
    )
    risk_level: Level = strawberry.field(default=Level.MEDIUM, description="How risky it is.")
    restricted: bool = strawberry.field(
        default=False, description="Whether only its advisor, its team, managers and compliance officers may see it."
    )
    estimated_value: Money | None = strawberry.field(
        default=None, description="What it is thought to be worth; needed where the work is billed."
    )
    actual_cost: Money | None = strawberry.field(
        default=None, description="What it has cost the centre; at most half more than the estimate."
    )
    billing_method: BillingMethod | None = strawberry.field(
        default=None, description="Who pays for the work; null: as its type proposes."
    )
    team_id: strawberry.ID | None = strawberry.field(default=None, description="The team whose case it is.")
    advisor_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        default=None,
        description="Who advises. Absent: you, if you are an advisor, otherwise nobody. Null: nobody yet.",
    )
    auto_assign: bool = strawberry.field(
        default=False,
        description="Whether it goes to the advisor best placed to take it, by workload, skills and availability; "
        "where there is none it waits in triage. Not together with `advisorId`.",
    )
    skills: list[AdvisorSkill] = strawberry.field(
        default_factory=list, description="What that advisor has to be able to do, beside what the case asks for."
    )
    override_capacity_reason: str | None = strawberry.field(
        default=None,
        description="Why the advisor takes the case although the capacity is used up. For another person than "
        "yourself it needs `CASE_ASSIGN`.",
    )


@strawberry.type(description="The opened case.")
class CaseOpenPayload(CasePayload):
    """What caseOpen answers."""


@strawberry.input(description="What to change of a case; an absent field stays as it is, a null empties it.")
class CaseUpdateInput(CaseInput):
    """Changes of a case."""

    title: strawberry.Maybe[str] = strawberry.field(description="What it is called, in up to 200 characters.")
    description: strawberry.Maybe[str] = strawberry.field(description="What it is about, in up to 10,000 characters.")
    summary: strawberry.Maybe[str | None] = strawberry.field(description="Where it stands, in a few sentences.")
    tags: strawberry.Maybe[list[str]] = strawberry.field(
        description="All its tags: at most 20 of at most 40 characters, kept in small letters."
    )
    category: strawberry.Maybe[CaseCategory] = strawberry.field(description="Whose debts, or what, it concerns.")
    case_type_id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="What kind of case it is.")
    priority: strawberry.Maybe[Priority] = strawberry.field(description="How soon it needs attention.")
    complexity: strawberry.Maybe[Level] = strawberry.field(description="How complex it is.")
    risk_level: strawberry.Maybe[Level] = strawberry.field(description="How risky it is.")
    estimated_value: strawberry.Maybe[Money | None] = strawberry.field(description="What it is thought to be worth.")
    actual_cost: strawberry.Maybe[Money | None] = strawberry.field(description="What it has cost the centre.")
    billing_method: strawberry.Maybe[BillingMethod] = strawberry.field(description="Who pays for the work.")
    review_on: strawberry.Maybe[date | None] = strawberry.field(
        description="The day for looking at it again, after today: nine in the morning in London."
    )
    satisfaction: strawberry.Maybe[int | None] = strawberry.field(description="How satisfied the client was, 1 to 5.")


@strawberry.type(description="The changed case.")
class CaseUpdatePayload(CasePayload):
    """What caseUpdate answers."""


@strawberry.input(description="Which reviews a case needs; an absent field stays as it is.")
class CaseUpdateLegalInput(CaseInput):
    """Changes of what a case needs."""

    compliance_required: strawberry.Maybe[bool] = strawberry.field(description="Whether it needs a compliance review.")
    legal_review_required: strawberry.Maybe[bool] = strawberry.field(description="Whether it needs a legal review.")


@strawberry.type(description="The changed case.")
class CaseUpdateLegalPayload(CasePayload):
    """What caseUpdateLegal answers."""


@strawberry.input(description="Where in the advice a case is from now on.")
class CaseChangeStageInput(CaseInput):
    """A case's next stage."""

    stage: CaseStage = strawberry.field(description="The stage; any but the present one.")


@strawberry.type(description="The case at its new stage.")
class CaseChangeStagePayload(CasePayload):
    """What caseChangeStage answers."""


@strawberry.input(description="A case to delete.")
class CaseDeleteInput(CaseInput):
    """A case to delete."""

    reason: str = strawberry.field(description="Why it is deleted; the audit trail keeps it.")


@strawberry.type(description="What deleting a case answers.")
class CaseDeletePayload(Payload):
    """What caseDelete answers."""

    deleted_case: DeletedCase | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.input(description="A deleted case to bring back.")
class CaseRestoreInput(CaseInput):
    """A case to restore."""


@strawberry.type(description="The restored case.")
class CaseRestorePayload(CasePayload):
    """What caseRestore answers."""


def _advisor(given: CaseOpenInput) -> dict[str, Any]:
    if given.auto_assign:
        if given.advisor_id is not None:
            raise Invalid("advisor_id", "auto-assign", "Name an advisor, or have one chosen.")
        return {"auto_assign": True, "skills": given.skills}
    if given.advisor_id is None:
        return {}
    named = given.advisor_id.value
    return {"unassigned": True} if named is None else {"advisor_id": read_id("membership", named, field="advisor_id")}


@strawberry.type
class CaseRecordMutations:
    """What can be done with the record of a case."""

    @mutation(
        requires=Permission.CASE_CREATE,
        description="Open a case for a client. It gets the next number of the year; with an advisor it is ASSIGNED, "
        "without one NEW.",
    )
    async def case_open(
        self, info: Info, input: Annotated[CaseOpenInput, strawberry.argument(description="The case.")]
    ) -> CaseOpenPayload:
        """Open a case."""
        return await answer(
            info,
            CaseOpenPayload,
            open_case,
            input,
            client_id=read_id("client", input.client_id, field="client_id"),
            case_type_id=read_id("casetype", input.case_type_id, field="case_type_id"),
            title=input.title,
            description=input.description,
            summary=input.summary,
            tags=input.tags,
            category=input.category,
            priority=input.priority,
            complexity=input.complexity,
            risk_level=input.risk_level,
            restricted=input.restricted,
            estimated_value=input.estimated_value,
            actual_cost=input.actual_cost,
            billing_method=input.billing_method,
            team_id=None if input.team_id is None else read_id("team", input.team_id, field="team_id"),
            override_capacity_reason=input.override_capacity_reason,
            **_advisor(input),
        )

    @mutation(requires=Permission.CASE_UPDATE, description="Change what a case says of itself.")
    async def case_update(
        self, info: Info, input: Annotated[CaseUpdateInput, strawberry.argument(description="The changes.")]
    ) -> CaseUpdatePayload:
        """Change a case."""
        edits = given_fields(input, *update.CaseEdits.__optional_keys__)
        if "case_type_id" in edits:
            edits["case_type_id"] = read_id("casetype", edits["case_type_id"], field="case_type_id")
        return await answer(info, CaseUpdatePayload, update.update_case, input, **on_case(input), edits=edits)

    @mutation(requires=Permission.CASE_UPDATE_LEGAL, description="Settle which reviews a case needs.")
    async def case_update_legal(
        self, info: Info, input: Annotated[CaseUpdateLegalInput, strawberry.argument(description="The changes.")]
    ) -> CaseUpdateLegalPayload:
        """Change which reviews a case needs."""
        edits = given_fields(input, *update.LegalEdits.__optional_keys__)
        return await answer(
            info, CaseUpdateLegalPayload, update.update_case_legal, input, **on_case(input), edits=edits
        )

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Put a case elsewhere in the course of advice; stages may be revisited.",
    )
    async def case_change_stage(
        self, info: Info, input: Annotated[CaseChangeStageInput, strawberry.argument(description="The stage.")]
    ) -> CaseChangeStagePayload:
        """Change a case's stage."""
        return await answer(
            info, CaseChangeStagePayload, update.change_case_stage, input, **on_case(input), stage=input.stage
        )

    @mutation(
        requires=Permission.CASE_DELETE,
        description="Delete a case in which nothing is going on: a new one, a closed one, a cancelled one. Its number "
        "stays taken and its history stays.",
    )
    async def case_delete(
        self, info: Info, input: Annotated[CaseDeleteInput, strawberry.argument(description="The case.")]
    ) -> CaseDeletePayload:
        """Delete a case."""
        outcome = await write(info, delete.delete_case, input, **on_case(input), reason=input.reason)
        (record,) = await deleted_cases_by_id(info.context.reader, outcome.subject_ids)
        return CaseDeletePayload(deleted_case=wrapped(DeletedCase, record, info.context), replayed=outcome.replayed)

    @mutation(requires=Permission.CASE_DELETE, description="Bring back a deleted case, one of `deletedCases`.")
    async def case_restore(
        self, info: Info, input: Annotated[CaseRestoreInput, strawberry.argument(description="The case.")]
    ) -> CaseRestorePayload:
        """Restore a case."""
        return await answer(info, CaseRestorePayload, delete.restore_case, input, **on_case(input))
