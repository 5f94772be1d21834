"""Taking statements from state to state, verifying them, recording what the client says and that they were sent."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.budgets.services.confirm import confirm_sheet, send_sheet
from cma_graphql.domain.budgets.services.steps import return_sheet, submit_sheet, withdraw_sheet
from cma_graphql.domain.budgets.services.verify import verify_sheet
from cma_graphql.graph.budgets.enums import ConsentChannel, VerificationStatus
from cma_graphql.graph.budgets.mutations.answering import BudgetSheetInput, BudgetSheetPayload, on_sheet, what
from cma_graphql.graph.budgets.types import BudgetSheet
from cma_graphql.graph.context import Info
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_ids
from cma_graphql.graph.writing import reread, write

P = TypeVar("P", bound=BudgetSheetPayload)


@strawberry.input(description="A draft to submit.")
class BudgetSheetSubmitInput(BudgetSheetInput):
    """Which draft."""


@strawberry.type(description="The submitted statement.")
class BudgetSheetSubmitPayload(BudgetSheetPayload):
    """What budgetSheetSubmit answers."""


@strawberry.input(description="A submitted statement to make a draft again.")
class BudgetSheetReturnInput(BudgetSheetInput):
    """Which statement, and why."""

    reason: str = strawberry.field(description="What is to be changed, in up to 1,000 characters.")


@strawberry.type(description="The returned draft.")
class BudgetSheetReturnPayload(BudgetSheetPayload):
    """What budgetSheetReturn answers."""


@strawberry.input(description="What comparing a statement with its evidence came to.")
class BudgetSheetVerifyInput(BudgetSheetInput):
    """Which statement, and the result."""

    verification_status: VerificationStatus = strawberry.field(
        description="The result: VERIFIED takes in every line, PARTIALLY_VERIFIED those of `lineIds`, the others none."
    )
    note: str | None = strawberry.field(
        default=None, description="What there is to say about it, in up to 1,000 characters; needed for REJECTED."
    )
    line_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The lines that agree with their evidence; for PARTIALLY_VERIFIED alone."
    )


@strawberry.type(description="The verified statement.")
class BudgetSheetVerifyPayload(BudgetSheetPayload):
    """What budgetSheetVerify answers."""


@strawberry.input(description="What the client says of a statement.")
class BudgetSheetConfirmInput(BudgetSheetInput):
    """Which statement, and what the client says."""

    channel: ConsentChannel = strawberry.field(description="How the client said so.")
    consent_to_send: bool = strawberry.field(
        description="Whether the client consents to its being sent to creditors, too."
    )
    confirmed_at: datetime | None = strawberry.field(
        default=None, description="When the client said so; now unless said. Not in the future."
    )


@strawberry.type(description="The confirmed statement.")
class BudgetSheetConfirmPayload(BudgetSheetPayload):
    """What budgetSheetConfirm answers."""


@strawberry.input(description="A statement that was sent.")
class BudgetSheetSendInput(BudgetSheetInput):
    """Which statement, to whom and when."""

    sent_to: str = strawberry.field(description="To whom it was sent, in up to 1,000 characters.")
    sent_at: datetime | None = strawberry.field(
        default=None,
        description="When; now unless said. Not in the future, and not before the client had confirmed and consented.",
    )


@strawberry.type(description="The sent statement.")
class BudgetSheetSendPayload(BudgetSheetPayload):
    """What budgetSheetSend answers."""


@strawberry.input(description="A statement to give up.")
class BudgetSheetWithdrawInput(BudgetSheetInput):
    """Which statement, and why."""

    reason: str = strawberry.field(description="Why it is given up, in up to 1,000 characters.")


@strawberry.type(description="The withdrawn statement.")
class BudgetSheetWithdrawPayload(BudgetSheetPayload):
    """What budgetSheetWithdraw answers."""


async def _answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: BudgetSheetInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its statement as it is afterwards."""
    outcome = await write(info, service, given, **on_sheet(given), **arguments)
    (sheet_id,) = outcome.subject_ids
    return payload(budget_sheet=await reread(info, BudgetSheet, sheet_id), replayed=outcome.replayed)


@strawberry.type
class BudgetStepMutations:
    """What can be done with a statement once it is written."""

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Hand a draft over for review: its lines stand still from then on.",
    )
    async def budget_sheet_submit(
        self, info: Info, input: Annotated[BudgetSheetSubmitInput, what("Which draft.")]
    ) -> BudgetSheetSubmitPayload:
        """Submit a draft."""
        return await _answer(info, BudgetSheetSubmitPayload, submit_sheet, input)

    @mutation(requires=Permission.DEBT_WRITE, description="Make a submitted statement a draft again.")
    async def budget_sheet_return(
        self, info: Info, input: Annotated[BudgetSheetReturnInput, what("Which statement, and why.")]
    ) -> BudgetSheetReturnPayload:
        """Return a statement."""
        return await _answer(info, BudgetSheetReturnPayload, return_sheet, input, reason=input.reason)

    @mutation(
        requires=Permission.BUDGET_VERIFY,
        description="Record whether a submitted statement agrees with its evidence; the viewer is its verifier.",
    )
    async def budget_sheet_verify(
        self, info: Info, input: Annotated[BudgetSheetVerifyInput, what("The result.")]
    ) -> BudgetSheetVerifyPayload:
        """Verify a statement."""
        return await _answer(
            info,
            BudgetSheetVerifyPayload,
            verify_sheet,
            input,
            verification=input.verification_status,
            note=input.note,
            line_ids=None if input.line_ids is None else read_ids("budgetline", input.line_ids, field="line_ids"),
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Record that the client confirms a submitted statement: it counts from then on, and the one that "
        "counted before is superseded. A consent to sending that comes later is recorded in the same way.",
    )
    async def budget_sheet_confirm(
        self, info: Info, input: Annotated[BudgetSheetConfirmInput, what("What the client says.")]
    ) -> BudgetSheetConfirmPayload:
        """Confirm a statement."""
        return await _answer(
            info,
            BudgetSheetConfirmPayload,
            confirm_sheet,
            input,
            channel=input.channel,
            consent_to_send=input.consent_to_send,
            confirmed_at=input.confirmed_at,
        )

    @mutation(
        requires=Permission.CORRESPONDENCE_SEND,
        description="Record that a confirmed statement was sent; the client has to have consented to it.",
    )
    async def budget_sheet_send(
        self, info: Info, input: Annotated[BudgetSheetSendInput, what("Which statement, to whom and when.")]
    ) -> BudgetSheetSendPayload:
        """Send a statement."""
        return await _answer(
            info, BudgetSheetSendPayload, send_sheet, input, sent_to=input.sent_to, sent_at=input.sent_at
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Give a statement up; where it counted, none counts until another is confirmed.",
    )
    async def budget_sheet_withdraw(
        self, info: Info, input: Annotated[BudgetSheetWithdrawInput, what("Which statement, and why.")]
    ) -> BudgetSheetWithdrawPayload:
        """Withdraw a statement."""
        return await _answer(info, BudgetSheetWithdrawPayload, withdraw_sheet, input, reason=input.reason)
