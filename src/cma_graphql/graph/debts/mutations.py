"""Adding, changing, deleting and restoring debts."""

from typing import Annotated, Any

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.debts.selectors import deleted_debts_by_id
from cma_graphql.domain.debts.services import update
from cma_graphql.domain.debts.services.add import add_debt
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.answering import DebtInput, DebtPayload, answer, on_debt
from cma_graphql.graph.debts.deleted import DeletedDebt
from cma_graphql.graph.debts.stating import DebtAddInput, DebtUpdateInput, changed_details, known_details
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.records import wrapped
from cma_graphql.graph.writing import write


@strawberry.type(description="The new debt.")
class DebtAddPayload(DebtPayload):
    """What debtAdd answers."""


@strawberry.type(description="The changed debt.")
class DebtUpdatePayload(DebtPayload):
    """What debtUpdate answers."""


@strawberry.input(description="A debt to delete.")
class DebtDeleteInput(DebtInput):
    """Which debt, and why."""

    reason: str = strawberry.field(description="Why it is deleted, in up to 500 characters; the audit trail keeps it.")


@strawberry.type(description="What deleting a debt answers.")
class DebtDeletePayload(Payload):
    """What debtDelete answers."""

    deleted_debt: DeletedDebt | None = strawberry.field(
        default=None, description="What one needs to know to restore it; null where it was refused."
    )


@strawberry.input(description="A deleted debt to bring back.")
class DebtRestoreInput(DebtInput):
    """Which debt."""


@strawberry.type(description="The restored debt.")
class DebtRestorePayload(DebtPayload):
    """What debtRestore answers."""


def _named(prefix: str, field: str, given: Any) -> dict[str, Any]:
    """Read an id that may be left out."""
    return {} if given is None else {field: read_id(prefix, given.value, field=field)}


@strawberry.type
class DebtMutations:
    """What can be done with the record of a debt."""

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Add a debt to a case, of which there may be 200. Its priority is its type's.",
    )
    async def debt_add(
        self, info: Info, input: Annotated[DebtAddInput, strawberry.argument(description="The debt.")]
    ) -> DebtAddPayload:
        """Add a debt."""
        return await answer(
            info,
            DebtAddPayload,
            add_debt,
            input,
            case_id=read_id("case", input.case_id, field="case_id"),
            debt_type_id=read_id("debttype", input.debt_type_id, field="debt_type_id"),
            creditor_id=read_id("creditor", input.creditor_id, field="creditor_id"),
            current_balance=input.current_balance,
            balance_as_of=input.balance_as_of,
            details=known_details(input),
        )

    @mutation(requires=Permission.DEBT_WRITE, description="Change what a debt says of itself.")
    async def debt_update(
        self, info: Info, input: Annotated[DebtUpdateInput, strawberry.argument(description="The changes.")]
    ) -> DebtUpdatePayload:
        """Change a debt."""
        return await answer(
            info,
            DebtUpdatePayload,
            update.update_debt,
            input,
            **on_debt(input),
            details=changed_details(input),
            **_named("debttype", "debt_type_id", input.debt_type_id),
            **_named("creditor", "creditor_id", input.creditor_id),
        )

    @mutation(
        requires=Permission.DEBT_WRITE,
        description="Delete a debt that should not have been recorded; it can be restored. One that is done with is "
        "closed instead, by `debtChangeStatus`.",
    )
    async def debt_delete(
        self, info: Info, input: Annotated[DebtDeleteInput, strawberry.argument(description="The debt.")]
    ) -> DebtDeletePayload:
        """Delete a debt."""
        outcome = await write(info, update.delete_debt, input, **on_debt(input), reason=input.reason)
        (record,) = await deleted_debts_by_id(info.context.reader, outcome.subject_ids)
        return DebtDeletePayload(deleted_debt=wrapped(DeletedDebt, record, info.context), replayed=outcome.replayed)

    @mutation(requires=Permission.DEBT_WRITE, description="Bring back a deleted debt, one of `deletedDebts`.")
    async def debt_restore(
        self, info: Info, input: Annotated[DebtRestoreInput, strawberry.argument(description="The debt.")]
    ) -> DebtRestorePayload:
        """Restore a debt."""
        return await answer(info, DebtRestorePayload, update.restore_debt, input, **on_debt(input))
