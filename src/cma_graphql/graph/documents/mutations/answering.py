"""What the mutations of one document share: which one, in which version, and the document as it is afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import strawberry

from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.types import Document
from cma_graphql.graph.errors import Payload
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write


@strawberry.input(description="Which document to change, as you last read it.")
class DocumentInput(MutationInput):
    """The part that inputs about one document share."""

    id: strawberry.ID = strawberry.field(description="The document.")
    expected_version: int = strawberry.field(description="The `version` that you read; another one is a conflict.")


@strawberry.type(description="What a mutation of a document answers.")
class DocumentPayload(Payload):
    """The part that payloads with a document share."""

    document: Document | None = strawberry.field(
        default=None,
        description="The document as it is now; null where it was refused, or is out of the viewer's sight.",
    )


P = TypeVar("P", bound=DocumentPayload)


def on_document(given: DocumentInput) -> dict[str, Any]:
    """Answer which document an input is about, as services take it; raise NotFound for an id of something else."""
    return {"document_id": read_id("document", given.id), "version": given.expected_version}


async def answer(
    info: Info, payload: type[P], service: Callable[..., Awaitable[UUID]], given: MutationInput, **arguments: Any
) -> P:
    """Call a service in a unit of work; answer its document as it is afterwards."""
    outcome = await write(info, service, given, **arguments)
    (document_id,) = outcome.subject_ids
    return payload(document=await reread(info, Document, document_id), replayed=outcome.replayed)
