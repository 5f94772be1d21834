"""What can be done with outcomes."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.outcomes.services import make_outcome_main, record_outcome, withdraw_outcome
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.outcomes.inputs import (
    OutcomeMakeMainInput,
    OutcomeRecordInput,
    OutcomeWithdrawInput,
    stated_outcome,
)
from cma_graphql.graph.outcomes.types import Outcome
from cma_graphql.graph.writing import reread, write

_OUTCOME = "The outcome as it is now; null where it was refused, or where the viewer does not see it."


def _what(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="What recording an outcome answers.")
class OutcomeRecordPayload(Payload):
    """The new outcome."""

    outcome: Outcome | None = strawberry.field(default=None, description=_OUTCOME)


@strawberry.type(description="What choosing the main outcome answers.")
class OutcomeMakeMainPayload(Payload):
    """The main outcome."""

    outcome: Outcome | None = strawberry.field(default=None, description=_OUTCOME)


@strawberry.type(description="What withdrawing an outcome answers.")
class OutcomeWithdrawPayload(Payload):
    """The withdrawn outcome."""

    outcome: Outcome | None = strawberry.field(default=None, description=_OUTCOME)


@strawberry.type
class OutcomeMutations:
    """What can be done with outcomes."""

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Write what the advice came to into a case's ledger, before or after its end: 200 at most.",
    )
    async def outcome_record(
        self, info: Info, input: Annotated[OutcomeRecordInput, _what("The outcome.")]
    ) -> OutcomeRecordPayload:
        """Record an outcome."""
        outcome = await write(
            info,
            record_outcome,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            details=stated_outcome(input),
            main=input.main,
        )
        return OutcomeRecordPayload(
            outcome=await reread(info, Outcome, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Report a case under one of its outcomes; the one before ceases to be the main one.",
    )
    async def outcome_make_main(
        self, info: Info, input: Annotated[OutcomeMakeMainInput, _what("Which outcome.")]
    ) -> OutcomeMakeMainPayload:
        """Choose the main outcome."""
        outcome = await write(
            info, make_outcome_main, input, outcome_id=read_id("outcome", input.id), version=input.expected_version
        )
        return OutcomeMakeMainPayload(
            outcome=await reread(info, Outcome, outcome.subject_ids[0]), replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.WORKFLOW_PROGRESS,
        description="Withdraw an outcome that was not so. It stays in the ledger, with the reason, and counts no more.",
    )
    async def outcome_withdraw(
        self, info: Info, input: Annotated[OutcomeWithdrawInput, _what("Which outcome, and why.")]
    ) -> OutcomeWithdrawPayload:
        """Withdraw an outcome."""
        outcome = await write(
            info,
            withdraw_outcome,
            input,
            outcome_id=read_id("outcome", input.id),
            version=input.expected_version,
            reason=input.reason,
        )
        return OutcomeWithdrawPayload(
            outcome=await reread(info, Outcome, outcome.subject_ids[0]), replayed=outcome.replayed
        )
