"""What the mutations of one template share: which one, in which version, and how it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.graph.case_templates.inputs import CaseTemplateInput
from cma_graphql.graph.case_templates.types import CaseTemplate
from cma_graphql.graph.context import Info
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.type(description="What a mutation of a template answers.")
class CaseTemplatePayload(Payload):
    """The part that payloads with a template share."""

    case_template: CaseTemplate | None = strawberry.field(
        default=None, description="The template as it is now; null where it was refused."
    )


P = TypeVar("P", bound=CaseTemplatePayload)


def on_template(given: CaseTemplateInput) -> dict[str, Any]:
    """Answer which template an input is about; raise NotFound for an id of something else."""
    return {"template_id": read_id("casetemplate", given.id), "version": given.expected_version}


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its template as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (template_id,) = outcome.subject_ids
    return payload(case_template=await reread(info, CaseTemplate, template_id), replayed=outcome.replayed)


def what(description: str) -> Any:
    """Describe an argument."""
    return strawberry.argument(description=description)
