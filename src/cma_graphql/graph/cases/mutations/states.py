"""Taking cases from state to state: a mutation for each intent, and one for boards."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.casework.board import Move, change_case_status
from cma_graphql.domain.casework.cancel import cancel_case
from cma_graphql.domain.casework.close import close_case
from cma_graphql.domain.casework.hold import hold_case
from cma_graphql.domain.casework.refer import refer_case
from cma_graphql.domain.casework.reopen import reopen_case
from cma_graphql.domain.casework.resolve import resolve_case
from cma_graphql.domain.casework.start import start_case
from cma_graphql.graph.cases.enums import CaseStatus, ClosureReason, ResolutionType
from cma_graphql.graph.cases.mutations.answering import CaseInput, CasePayload, answer, on_case
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id

_REVIEW_ON = "The day for looking at it again, after today: nine in the morning in London."
_CALL_OFF = (
    "Whether appointments still to come are called off with it; else they keep it open, unless there is nobody to "
    "advise: OPENED_IN_ERROR, DUPLICATE and DECEASED call them off in any case."
)


@strawberry.input(description="A case to work on.")
class CaseStartInput(CaseInput):
    """A case to start."""


@strawberry.type(description="The case, in progress.")
class CaseStartPayload(CasePayload):
    """What caseStart answers."""


@strawberry.input(description="A case that has to wait.")
class CaseHoldInput(CaseInput):
    """A case to put on hold."""

    reason: str = strawberry.field(description="What it waits for.")
    review_on: date = strawberry.field(description=_REVIEW_ON)


@strawberry.type(description="The case, on hold.")
class CaseHoldPayload(CasePayload):
    """What caseHold answers."""


@strawberry.input(description="A case whose advice has come to a result.")
class CaseResolveInput(CaseInput):
    """A case to resolve."""

    resolution_type: ResolutionType = strawberry.field(description="What the advice came to.")
    summary: str = strawberry.field(description="The result, in a few sentences.")
    satisfaction: int | None = strawberry.field(default=None, description="How satisfied the client was, 1 to 5.")


@strawberry.type(description="The resolved case.")
class CaseResolvePayload(CasePayload):
    """What caseResolve answers."""


@strawberry.input(description="A case in which nothing is left to do.")
class CaseCloseInput(CaseInput):
    """A case to close."""

    reason: ClosureReason = strawberry.field(description="Why it is closed.")
    note: str | None = strawberry.field(default=None, description="What there is to say about it.")
    call_off_appointments: bool = strawberry.field(default=False, description=_CALL_OFF)


@strawberry.type(description="The closed case.")
class CaseClosePayload(CasePayload):
    """What caseClose answers."""


@strawberry.input(description="A case to take up again.")
class CaseReopenInput(CaseInput):
    """A case to reopen."""

    reason: str = strawberry.field(description="Why it is taken up again.")


@strawberry.type(description="The reopened case.")
class CaseReopenPayload(CasePayload):
    """What caseReopen answers."""


@strawberry.input(description="A case that another organisation takes over.")
class CaseReferInput(CaseInput):
    """A case to refer."""

    referral_id: strawberry.ID = strawberry.field(
        description="The referral by which it is handed over: one that was sent, and names the recipient."
    )
    reason: str | None = strawberry.field(
        default=None, description="Why it is handed over; the referral's reason else."
    )


@strawberry.type(description="The referred case.")
class CaseReferPayload(CasePayload):
    """What caseRefer answers."""


@strawberry.input(description="A case to end without completion.")
class CaseCancelInput(CaseInput):
    """A case to cancel."""

    reason: str = strawberry.field(description="Why it is cancelled.")


@strawberry.type(description="The cancelled case.")
class CaseCancelPayload(CasePayload):
    """What caseCancel answers."""


@strawberry.input(
    description="A case, the state to take it to, and what that state needs: ASSIGNED `advisorId` and `reason`; "
    "ON_HOLD `reason` and `reviewOn`; RESOLVED `resolutionType` and `summary`; CLOSED `closureReason`; REFERRED "
    "`referralId`; REOPENED and CANCELLED `reason`."
)
class CaseChangeStatusInput(CaseInput):
    """A move on a board."""

    status: CaseStatus = strawberry.field(description="The state to take it to: one of its `allowedStatuses`.")
    reason: str | None = strawberry.field(default=None, description="Why.")
    review_on: date | None = strawberry.field(default=None, description=_REVIEW_ON)
    resolution_type: ResolutionType | None = strawberry.field(default=None, description="What the advice came to.")
    summary: str | None = strawberry.field(default=None, description="The result, in a few sentences.")
    closure_reason: ClosureReason | None = strawberry.field(default=None, description="Why it is closed.")
    note: str | None = strawberry.field(default=None, description="What there is to say about the closing.")
    call_off_appointments: bool = strawberry.field(default=False, description=f"CLOSED: {_CALL_OFF.lower()}")
    referral_id: strawberry.ID | None = strawberry.field(
        default=None, description="The referral by which another organisation takes over."
    )
    advisor_id: strawberry.ID | None = strawberry.field(default=None, description="Who advises from now on.")
    override_capacity_reason: str | None = strawberry.field(
        default=None, description="Why the person gets the case although the capacity is used up."
    )


@strawberry.type(description="The case in its new state.")
class CaseChangeStatusPayload(CasePayload):
    """What caseChangeStatus answers."""


def move_of(given: CaseChangeStatusInput) -> Move:
    """Answer what is said about a move; raise NotFound for an id of something else."""
    named, referral = given.advisor_id, given.referral_id
    return Move(
        **on_case(given),
        reason=given.reason,
        review_on=given.review_on,
        resolution_type=given.resolution_type,
        summary=given.summary,
        closure_reason=given.closure_reason,
        note=given.note,
        call_off_appointments=given.call_off_appointments,
        referral_id=None if referral is None else read_id("referral", referral, field="referral_id"),
        advisor_id=None if named is None else read_id("membership", named, field="advisor_id"),
        override_capacity_reason=given.override_capacity_reason,
    )


@strawberry.type
class CaseStateMutations:
    """How cases go from state to state."""

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Start the work on a case, or take it up again after a hold. It has an advisor, and the client "
        "has consented to advice.",
    )
    async def case_start(
        self, info: Info, input: Annotated[CaseStartInput, strawberry.argument(description="The case.")]
    ) -> CaseStartPayload:
        """Start a case."""
        return await answer(info, CaseStartPayload, start_case, input, **on_case(input))

    @mutation(requires=Permission.CASE_CHANGE_STATUS, description="Let a case wait until a day.")
    async def case_hold(
        self, info: Info, input: Annotated[CaseHoldInput, strawberry.argument(description="The case.")]
    ) -> CaseHoldPayload:
        """Put a case on hold."""
        return await answer(
            info, CaseHoldPayload, hold_case, input, **on_case(input), reason=input.reason, review_on=input.review_on
        )

    @mutation(
        requires=Permission.CASE_CONCLUDE,
        description="Write down what the advice came to. Trainees propose it, and everybody does for a vulnerable "
        "client's case of high risk.",
    )
    async def case_resolve(
        self, info: Info, input: Annotated[CaseResolveInput, strawberry.argument(description="The result.")]
    ) -> CaseResolvePayload:
        """Resolve a case."""
        return await answer(
            info,
            CaseResolvePayload,
            resolve_case,
            input,
            **on_case(input),
            resolution_type=input.resolution_type,
            summary=input.summary,
            satisfaction=input.satisfaction,
        )

    @mutation(
        requires=Permission.CASE_CONCLUDE,
        description="Close a case: nothing is left to do. Advisors close own ones; trainees propose it. Its open tasks "
        "are cancelled; appointments still to come keep it open, unless they are called off with it.",
    )
    async def case_close(
        self, info: Info, input: Annotated[CaseCloseInput, strawberry.argument(description="The case.")]
    ) -> CaseClosePayload:
        """Close a case."""
        return await answer(
            info,
            CaseClosePayload,
            close_case,
            input,
            **on_case(input),
            reason=input.reason,
            note=input.note,
            call_off_appointments=input.call_off_appointments,
        )

    @mutation(
        requires=Permission.CASE_REOPEN,
        description="Take up a resolved, closed or referred case again within six years; as a manager, a cancelled "
        "one, too.",
    )
    async def case_reopen(
        self, info: Info, input: Annotated[CaseReopenInput, strawberry.argument(description="The case.")]
    ) -> CaseReopenPayload:
        """Reopen a case."""
        return await answer(info, CaseReopenPayload, reopen_case, input, **on_case(input), reason=input.reason)

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Record that the recipient of a referral takes a case over, where the referral was sent without "
        "handing it over; the client has consented to it. Trainees propose it.",
    )
    async def case_refer(
        self, info: Info, input: Annotated[CaseReferInput, strawberry.argument(description="The case.")]
    ) -> CaseReferPayload:
        """Refer a case."""
        return await answer(
            info,
            CaseReferPayload,
            refer_case,
            input,
            **on_case(input),
            referral_id=read_id("referral", input.referral_id, field="referral_id"),
            reason=input.reason,
        )

    @mutation(
        requires=Permission.CASE_CANCEL,
        description="End a case without completion: one whose client is in no solution of the law, and about which "
        "nothing is to be decided or answered any more. Its appointments still to come are called off, its open tasks "
        "cancelled.",
    )
    async def case_cancel(
        self, info: Info, input: Annotated[CaseCancelInput, strawberry.argument(description="The case.")]
    ) -> CaseCancelPayload:
        """Cancel a case."""
        return await answer(info, CaseCancelPayload, cancel_case, input, **on_case(input), reason=input.reason)

    @mutation(
        requires=Permission.CASE_CHANGE_STATUS,
        description="Take a case to a state, as a board does when a card is moved: the same as the mutation of that "
        "intent, with its rights and rules. What the state needs and the input lacks is named in the errors.",
    )
    async def case_change_status(
        self, info: Info, input: Annotated[CaseChangeStatusInput, strawberry.argument(description="The move.")]
    ) -> CaseChangeStatusPayload:
        """Change a case's state."""
        return await answer(
            info, CaseChangeStatusPayload, change_case_status, input, status=input.status, move=move_of(input)
        )
