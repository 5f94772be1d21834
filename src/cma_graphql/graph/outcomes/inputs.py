"""What mutations and lists of outcomes are given."""

from datetime import date
from typing import Annotated

import strawberry

from cma_graphql.domain.outcomes.details import OutcomeDetails
from cma_graphql.graph.node import find_id, read_id
from cma_graphql.graph.outcomes.enums import GainBasis, GainCertainty, OutcomeCode
from cma_graphql.graph.scalars import Money
from cma_graphql.graph.writing import MutationInput


@strawberry.input(description="An outcome to record.")
class OutcomeRecordInput(MutationInput):
    """An outcome as somebody told of it."""

    case_id: strawberry.ID = strawberry.field(description="The case, which may be at its end.")
    code: OutcomeCode = strawberry.field(description="What came about.")
    occurred_on: date | None = strawberry.field(
        default=None, description="The day on which it did; not in the future. Today unless said."
    )
    amount: Money | None = strawberry.field(
        default=None,
        description="How much money it is, 0.01 to 9999999999.99: needed for the codes of the group `MONEY`, refused "
        "for the others.",
    )
    basis: GainBasis | None = strawberry.field(
        default=None,
        description="Whether the amount is had once or every year: once unless said. `ANNUAL` fits `INCOME_GAINED` and "
        "`EXPENDITURE_REDUCED`.",
    )
    certainty: GainCertainty | None = strawberry.field(
        default=None, description="How sure the amount is; estimated unless said."
    )
    debt_id: strawberry.ID | None = strawberry.field(
        default=None, description="The debt of the same case that it concerns."
    )
    note: str | None = strawberry.field(default=None, description="What there is to say; at most 1,000 characters.")
    main: bool = strawberry.field(
        default=False, description="Report the case under it. A case's first outcome is the main one in any case."
    )


@strawberry.input(description="An outcome to report its case under.")
class OutcomeMakeMainInput(MutationInput):
    """Which outcome, as it was read."""

    id: strawberry.ID = strawberry.field(description="The outcome.")
    expected_version: int = strawberry.field(description="The outcome's `version` as you read it.")


@strawberry.input(description="An outcome to withdraw.")
class OutcomeWithdrawInput(MutationInput):
    """Which outcome, as it was read, and why."""

    id: strawberry.ID = strawberry.field(description="The outcome.")
    expected_version: int = strawberry.field(description="The outcome's `version` as you read it.")
    reason: str = strawberry.field(description="Why it is withdrawn; at most 1,000 characters.")


@strawberry.input(description="Conditions on outcomes; all of them hold.")
class OutcomeFilter:
    """Conditions on outcomes."""

    code: list[OutcomeCode] | None = strawberry.field(default=None, description="Being one of these.")
    certainty: list[GainCertainty] | None = strawberry.field(
        default=None, description="Being an amount of one of these degrees of certainty."
    )
    main: bool = strawberry.field(default=False, description="Only those that their cases are reported under.")
    standing: bool = strawberry.field(default=False, description="Only those that have not been withdrawn.")
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="Being in one of these cases.")
    since: date | None = strawberry.field(default=None, description="Having come about on this day or later.")
    until: date | None = strawberry.field(default=None, description="Having come about on this day or earlier.")


OutcomeFilterArgument = Annotated[OutcomeFilter | None, strawberry.argument(description="Which outcomes.")]


def stated_outcome(given: OutcomeRecordInput) -> OutcomeDetails:
    """Answer what is stated. Raise NotFound for the debt."""
    return OutcomeDetails(
        code=given.code,
        occurred_on=given.occurred_on,
        amount=given.amount,
        basis=given.basis,
        certainty=given.certainty,
        debt_id=None if given.debt_id is None else read_id("debt", given.debt_id, field="debt_id"),
        note=given.note,
    )


def outcome_filters(given: OutcomeFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is no case's matches nothing."""
    if given is None:
        return {}
    filters: dict[str, object] = {name: True for name in ("main", "standing") if getattr(given, name)}
    for name in ("since", "until"):
        day = getattr(given, name)
        if day is not None:
            filters[name] = day
    for name in ("code", "certainty"):
        chosen = getattr(given, name)
        if chosen is not None:
            filters[name] = [member.value for member in chosen]
    if given.case is not None:
        filters["case"] = [key for text in given.case if (key := find_id("case", text)) is not None]
    return filters
