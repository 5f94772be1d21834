"""What the mutations of one case share: which case, in which version, and the case as it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.graph.cases.types import Case
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="Which case to change, as you last read it.")
class CaseInput(MutationInput):
    """The part that inputs about one case share."""

    id: strawberry.ID = strawberry.field(description="The case.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a case answers.")
class CasePayload(Payload):
    """The part that payloads with a case share."""

    case: Case | None = strawberry.field(
        default=None, description="The case as it is now; null where it was refused, or is out of the viewer's sight."
    )


P = TypeVar("P", bound=CasePayload)


def on_case(given: CaseInput) -> dict[str, Any]:
    """Answer which case an input is about, as services take it; raise NotFound for an id of something else."""
    return {"case_id": read_id("case", given.id), "version": given.expected_version}


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its case as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (case_id,) = outcome.subject_ids
    return payload(case=await reread(info, Case, case_id), replayed=outcome.replayed)
