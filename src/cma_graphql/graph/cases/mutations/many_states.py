"""Taking several cases to the same state, as a board does with a selection of cards."""

from datetime import date
from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.board import change_case_status
from cma_graphql.graph.cases.enums import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.graph.cases.mutations.several import CaseResult, CaseVersionInput, check_cases, each_case
from cma_graphql.graph.cases.mutations.states import CaseChangeStatusInput, move_of
from cma_graphql.graph.context import Info
from cma_graphql.graph.cost_directives import WRITE, list_size
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.writing import MutationInput


@strawberry.input(
    description="Cases, the state to take them to, and what that state needs, as with `caseChangeStatus`. Cases are "
    "given to an advisor by `caseAssignMany` and referred one by one."
)
class CaseChangeStatusManyInput(MutationInput):
    """Several moves on a board."""

    items: list[CaseVersionInput] = strawberry.field(description="The cases: at least one, at most 100.")
    status: CaseStatus = strawberry.field(description="The state to take them to.")
    reason: str | None = strawberry.field(default=None, description="Why.")
    review_on: date | None = strawberry.field(
        default=None, description="The day for looking at them again, after today: nine in the morning in London."
    )
    resolution_type: ResolutionType | None = strawberry.field(default=None, description="What the advice came to.")
    summary: str | None = strawberry.field(default=None, description="The result, in a few sentences.")
    closure_reason: ClosureReason | None = strawberry.field(default=None, description="Why they are closed.")
    note: str | None = strawberry.field(default=None, description="What there is to say about the closing.")
    call_off_appointments: bool = strawberry.field(
        default=False,
        description="CLOSED: whether appointments still to come are called off with them; else they stay open.",
    )


@strawberry.type(description="What became of one case of several.")
class CaseChangeStatusResult(CaseResult):
    """One item's answer."""


@strawberry.type(description="What became of each case, in the order in which they were given.")
class CaseChangeStatusManyPayload(Payload):
    """What caseChangeStatusMany answers."""

    results: list[CaseChangeStatusResult] = strawberry.field(
        default_factory=list, description="One answer for each case; empty where all was refused at once."
    )


@strawberry.type
class CaseManyStatesMutations:
    """How several cases go to a state."""

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Take up to 100 cases to a state: each by itself, so that some may be refused and others not.",
        weight=WRITE,
        size=list_size(25, by=["input.items"], of=["results"]),
    )
    async def case_change_status_many(
        self, info: Info, input: Annotated[CaseChangeStatusManyInput, strawberry.argument(description="The moves.")]
    ) -> CaseChangeStatusManyPayload:
        """Change the state of several cases, each in a transaction of its own."""
        info.context.require(Permission.CASE_CHANGE_STATUS)
        check_cases(input.items)

        def one(item: CaseVersionInput, key: str | None) -> tuple[CaseChangeStatusInput, dict[str, Any]]:
            given = CaseChangeStatusInput(
                id=item.id,
                expected_version=item.expected_version,
                status=input.status,
                reason=input.reason,
                review_on=input.review_on,
                resolution_type=input.resolution_type,
                summary=input.summary,
                closure_reason=input.closure_reason,
                note=input.note,
                call_off_appointments=input.call_off_appointments,
                idempotency_key=key,
            )
            return given, {"status": given.status, "move": move_of(given)}

        results = await each_case(info, CaseChangeStatusResult, change_case_status, input, items=input.items, one=one)
        return CaseChangeStatusManyPayload(results=results, replayed=all(result.replayed for result in results))
