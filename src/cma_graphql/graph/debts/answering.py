"""What the mutations of one debt share: which debt, in which version, and the debt as it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.graph.context import Info
from cma_graphql.graph.debts.types import Debt
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="Which debt to change, as you last read it.")
class DebtInput(MutationInput):
    """The part that inputs about one debt share."""

    id: strawberry.ID = strawberry.field(description="The debt.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a debt answers.")
class DebtPayload(Payload):
    """The part that payloads with a debt share."""

    debt: Debt | None = strawberry.field(
        default=None, description="The debt as it is now; null where it was refused, or is out of the viewer's sight."
    )


P = TypeVar("P", bound=DebtPayload)


def on_debt(given: DebtInput) -> dict[str, Any]:
    """Answer which debt an input is about, as services take it; raise NotFound for an id of something else."""
    return {"debt_id": read_id("debt", given.id), "version": given.expected_version}


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its debt as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (debt_id,) = outcome.subject_ids
    return payload(debt=await reread(info, Debt, debt_id), replayed=outcome.replayed)
