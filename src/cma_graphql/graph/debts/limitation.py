"""After which day a debt may be too old to be enforced, as the schema shows it."""

from dataclasses import asdict
from datetime import date
from typing import Any

import strawberry

from cma_graphql.core.clock import today
from cma_graphql.domain.debts.limitation import DatedDebt, limitation_expiry
from cma_graphql.domain.debts.selectors import debt_types_by_id, limitation_periods
from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.enums import Certainty, LimitationKind
from cma_graphql.graph.fields import relation


@strawberry.type(
    description="After which day a debt may be too old to be enforced: a prompt to look into it, made from the dates "
    "that are recorded. It is not advice, and nothing in the product follows from it."
)
class LimitationExpiry:
    """The last day of a period, and how it was found."""

    expires_on: date = strawberry.field(description="The last day of the period.")
    counted_from: date = strawberry.field(
        description="The latest of default, last payment and last written acknowledgement; the decree, where there is "
        "a Scottish one."
    )
    years: int = strawberry.field(description="How long the period is.")
    certainty: Certainty = strawberry.field(description="How sure the product is of the rule.")
    source: str = strawberry.field(description="Where the rule is from.")


def limitation_expiries() -> Any:
    """Declare the periods of limitation of debts."""

    async def limitation_expiry_of_each(debts: list[Any], info: Info) -> list[LimitationExpiry | None]:
        """Answer each debt's period, by the rules of today."""
        reader = info.context.reader
        periods = await limitation_periods(reader)
        kinds = await debt_types_by_id(reader, [debt.debt_type_id for debt in debts])
        found = [
            limitation_expiry(
                DatedDebt(
                    jurisdiction=debt.jurisdiction,
                    kind=LimitationKind.NOT_KNOWN if kind is None else kind["limitation_kind"],
                    defaulted_on=debt.defaulted_on,
                    last_payment_on=debt.last_payment_on,
                    last_acknowledged_on=debt.last_acknowledged_on,
                    judgment_on=debt.judgment_on,
                ),
                periods,
                on=today(),
            )
            for debt, kind in zip(debts, kinds, strict=True)
        ]
        return [None if expiry is None else LimitationExpiry(**asdict(expiry)) for expiry in found]

    return relation(
        description="After which day it may be too old to be enforced; null where that is not known. A prompt for the "
        "adviser, not advice."
    )(limitation_expiry_of_each)
