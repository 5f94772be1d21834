"""The columns of a debt that hold its details: what is sensitive sealed, what sorts made from what is sorted."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from cma_graphql.domain.debts.account_number import account_number_index
from cma_graphql.domain.debts.models import Debt
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def columns_of(uow: UnitOfWork, debt: Debt, kept: Mapping[str, object]) -> dict[str, object]:
    """Answer the columns in which a debt has to change for these details, as read, to be kept.

    An account number that is the same as before is left as it is: sealed anew it would look like a change.
    """
    columns = {field: value for field, value in kept.items() if field != "account_number"}
    if "account_number" in kept:
        number = cast("str | None", kept["account_number"])
        if number != await uow.unseal(debt, "account_number"):
            columns["account_number"] = await uow.seal(debt, "account_number", number)
            columns["account_number_index"] = (
                None if number is None else account_number_index(uow.keys.vault, uow.actor.centre_id, number)
            )
    if "next_action_on" in kept:
        columns["due_key"] = kept["next_action_on"] or date.max
    return columns
