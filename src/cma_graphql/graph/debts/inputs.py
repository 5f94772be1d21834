"""How lists of debts are filtered and ordered."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.core.faults import read_field
from cma_graphql.domain.debts.account_number import account_number_index, read_account_number
from cma_graphql.graph.context import Context
from cma_graphql.graph.debts.enums import DebtOrder, DebtPriority, DebtStatus, EnforcementStage, Liability
from cma_graphql.graph.node import find_id


@strawberry.input(
    description="Which debts to list: every condition given has to hold; values in a list are alternatives."
)
class DebtFilter:
    """Conditions on debts."""

    status: list[DebtStatus] | None = strawberry.field(default=None, description="Being in one of these states.")
    priority: list[DebtPriority] | None = strawberry.field(default=None, description="Having one of these priorities.")
    liability: list[Liability] | None = strawberry.field(
        default=None, description="The client answering for it in one of these ways."
    )
    enforcement_stage: list[EnforcementStage] | None = strawberry.field(
        default=None, description="Being at one of these stages."
    )
    debt_type: list[strawberry.ID] | None = strawberry.field(default=None, description="Being of one of these types.")
    creditor: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Owed to one of these creditors at first."
    )
    collector: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Held or collected by one of these creditors, for another."
    )
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="Being in one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(default=None, description="Being one of these clients'.")
    account_number: str | None = strawberry.field(
        default=None,
        description="Having this account number; spaces, hyphens and case do not count. Needs `CLIENT_READ_IDENTITY` "
        "in the whole centre.",
    )
    next_action_before: date | None = strawberry.field(
        default=None, description="The next action being due before this day."
    )


DebtFilterArgument = Annotated[DebtFilter | None, strawberry.argument(description="Which debts.")]
DebtOrderArgument = Annotated[DebtOrder, strawberry.argument(description="In which order.")]

_CHOICES = ("status", "priority", "liability", "enforcement_stage")
_IDS = (
    ("debt_type", "debttype"),
    ("creditor", "creditor"),
    ("collector", "creditor"),
    ("case", "case"),
    ("client", "client"),
)


def debt_filters(context: Context, given: DebtFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing.

    Raise Invalid for malformed values, Forbidden for a sensitive one.
    """
    if given is None:
        return {}
    filters: dict[str, object] = {
        **{
            name: [member.value for member in chosen]
            for name in _CHOICES
            if (chosen := getattr(given, name)) is not None
        },
        **{name: _keys(prefix, ids) for name, prefix in _IDS if (ids := getattr(given, name)) is not None},
    }
    if given.next_action_before is not None:
        filters["next_action_before"] = given.next_action_before
    if given.account_number is not None:
        filters["account_number_index"] = _account_number(context, given.account_number)
    return filters


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]


def _account_number(context: Context, text: str) -> bytes:
    """Answer the blind index: finding by a sensitive value tells it, so that takes the whole centre (decision 19)."""
    if context.actor.reach(Permission.CLIENT_READ_IDENTITY) is not Reach.CENTRE:
        raise Forbidden(Permission.CLIENT_READ_IDENTITY.name)
    number = read_field("filter.account_number", read_account_number, text)
    context.seen_fields.add("debts.account_number")
    return account_number_index(context.keys.vault, context.actor.centre_id, number)
