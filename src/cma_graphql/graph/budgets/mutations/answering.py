"""What the mutations of statements share: which one, in which version, and the statement as it is afterwards."""

from typing import Any

import strawberry

from cma_graphql.graph.budgets.types import BudgetSheet
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput


@strawberry.input(description="Which statement to change, as you last read it.")
class BudgetSheetInput(MutationInput):
    """The part that inputs about one statement share."""

    id: strawberry.ID = strawberry.field(description="The statement.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a statement answers.")
class BudgetSheetPayload(Payload):
    """The part that payloads with a statement share."""

    budget_sheet: BudgetSheet | None = strawberry.field(
        default=None,
        description="The statement as it is now; null where it was refused, or is out of the viewer's sight.",
    )


def on_sheet(given: BudgetSheetInput) -> dict[str, Any]:
    """Answer which statement an input is about, as services take it; raise NotFound for an id of something else."""
    return {"sheet_id": read_id("budgetsheet", given.id), "version": given.expected_version}


def what(description: str) -> Any:
    """Describe an input argument."""
    return strawberry.argument(description=description)
