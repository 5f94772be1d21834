"""What happens to debts: balances, payments, new holders, priorities, states."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.debts.services import money, standing
from cma_graphql.domain.debts.services.reassign import reassign_debt
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.answering import DebtInput, DebtPayload, answer, on_debt
from cma_graphql.graph.debts.enums import DebtPriority, DebtStatus
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.scalars import Money

_NOTE = "What is said about it; at most 500 characters."


@strawberry.input(description="What a debt stood at on a day.")
class DebtRecordBalanceInput(DebtInput):
    """A balance."""

    amount: Money = strawberry.field(description="What the debt stood at.")
    as_of: date | None = strawberry.field(
        default=None, description="On which day; today unless said. Not in the future."
    )
    note: str | None = strawberry.field(default=None, description=_NOTE)


@strawberry.type(description="The debt with its balance.")
class DebtRecordBalancePayload(DebtPayload):
    """What debtRecordBalance answers."""


@strawberry.input(description="A payment on a debt.")
class DebtRecordPaymentInput(DebtInput):
    """A payment."""

    amount: Money = strawberry.field(description="How much was paid: at least a penny.")
    paid_on: date | None = strawberry.field(
        default=None, description="On which day; today unless said. Not in the future."
    )
    note: str | None = strawberry.field(default=None, description=_NOTE)


@strawberry.type(description="The debt after the payment.")
class DebtRecordPaymentPayload(DebtPayload):
    """What debtRecordPayment answers."""


@strawberry.input(description="Who holds or collects a debt from now on.")
class DebtReassignInput(DebtInput):
    """A new holder."""

    creditor_id: strawberry.ID = strawberry.field(
        description="The new holder, of the centre's `creditors`; the creditor itself, where it takes the debt back."
    )
    held_from: date = strawberry.field(
        description="From which day: not in the future, and not before the present holder had it."
    )
    reason: str = strawberry.field(description="Why, such as *sold* or *passed to collection*; at most 500 characters.")


@strawberry.type(description="The debt with its new holder.")
class DebtReassignPayload(DebtPayload):
    """What debtReassign answers."""


@strawberry.input(description="A priority against the type's.")
class DebtOverridePriorityInput(DebtInput):
    """A priority, and why."""

    priority: DebtPriority = strawberry.field(description="The debt's priority for this client.")
    reason: str = strawberry.field(description="Why; at most 500 characters.")


@strawberry.type(description="The debt with its priority.")
class DebtOverridePriorityPayload(DebtPayload):
    """What debtOverridePriority answers."""


@strawberry.input(description="A debt whose priority is to be its type's again.")
class DebtResetPriorityInput(DebtInput):
    """Which debt."""


@strawberry.type(description="The debt with its type's priority.")
class DebtResetPriorityPayload(DebtPayload):
    """What debtResetPriority answers."""


@strawberry.input(description="A debt's next state.")
class DebtChangeStatusInput(DebtInput):
    """A state, and why."""

    status: DebtStatus = strawberry.field(description="One of the debt's `allowedStatuses`.")
    reason: str | None = strawberry.field(
        default=None,
        description="Why; at most 500 characters. Needed where a debt that had come to its end is taken up again.",
    )


@strawberry.type(description="The debt in its new state.")
class DebtChangeStatusPayload(DebtPayload):
    """What debtChangeStatus answers."""


@strawberry.type
class DebtActMutations:
    """What can happen to debts."""

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Record what a debt stood at on a day. The latest day's is its present balance, less what was paid "
        "after that day; an earlier day's is history alone.",
    )
    async def debt_record_balance(
        self, info: Info, input: Annotated[DebtRecordBalanceInput, strawberry.argument(description="The balance.")]
    ) -> DebtRecordBalancePayload:
        """Record a balance."""
        return await answer(
            info,
            DebtRecordBalancePayload,
            money.record_balance,
            input,
            **on_debt(input),
            amount=input.amount,
            as_of=input.as_of,
            note=input.note,
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Record a payment on a debt. It lowers the balance, unless it was made before the day of the "
        "balance; it is refused with the rule `more-than-balance` where nothing would be left to pay it on.",
    )
    async def debt_record_payment(
        self, info: Info, input: Annotated[DebtRecordPaymentInput, strawberry.argument(description="The payment.")]
    ) -> DebtRecordPaymentPayload:
        """Record a payment."""
        return await answer(
            info,
            DebtRecordPaymentPayload,
            money.record_payment,
            input,
            **on_debt(input),
            amount=input.amount,
            paid_on=input.paid_on,
            note=input.note,
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Pass a debt to a collector, to whoever bought it, or back to its creditor. Its state stays, and "
        "its earlier holders are kept.",
    )
    async def debt_reassign(
        self, info: Info, input: Annotated[DebtReassignInput, strawberry.argument(description="The new holder.")]
    ) -> DebtReassignPayload:
        """Pass a debt on."""
        return await answer(
            info,
            DebtReassignPayload,
            reassign_debt,
            input,
            **on_debt(input),
            creditor_id=read_id("creditor", input.creditor_id, field="creditor_id"),
            held_from=input.held_from,
            reason=input.reason,
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Set a debt's priority against its type's: what is essential is personal.",
    )
    async def debt_override_priority(
        self,
        info: Info,
        input: Annotated[DebtOverridePriorityInput, strawberry.argument(description="The priority.")],
    ) -> DebtOverridePriorityPayload:
        """Override a priority."""
        return await answer(
            info,
            DebtOverridePriorityPayload,
            standing.override_priority,
            input,
            **on_debt(input),
            priority=input.priority,
            reason=input.reason,
        )

    @mutation(requires=Permission.DEBT_WRITE, description="Give a debt its type's priority again.")
    async def debt_reset_priority(
        self, info: Info, input: Annotated[DebtResetPriorityInput, strawberry.argument(description="Which debt.")]
    ) -> DebtResetPriorityPayload:
        """Take an override back."""
        return await answer(info, DebtResetPriorityPayload, standing.reset_priority, input, **on_debt(input))

    @mutation(requires=Permission.DEBT_WRITE, description="Take a debt to another state, one of its `allowedStatuses`.")
    async def debt_change_status(
        self, info: Info, input: Annotated[DebtChangeStatusInput, strawberry.argument(description="The state.")]
    ) -> DebtChangeStatusPayload:
        """Change a debt's state."""
        return await answer(
            info,
            DebtChangeStatusPayload,
            standing.change_status,
            input,
            **on_debt(input),
            status=input.status,
            reason=input.reason,
        )
