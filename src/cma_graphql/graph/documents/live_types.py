"""What is told of documents as they change."""

from typing import Annotated

import strawberry

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Permission
from cma_graphql.domain.documents.events import DocumentDownloaded
from cma_graphql.domain.documents.sighted import documents_and_audiences, may_lose_documents
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.types import Document
from cma_graphql.graph.fields import relation
from cma_graphql.graph.live.happened import Happened
from cma_graphql.graph.live.topics import Topic, leaves_sight, subject_of
from cma_graphql.graph.live.types import Heartbeat, Removed, ResyncRequired
from cma_graphql.persistence.event_log import Happening

_SETTLING = frozenset({"document", "case"})


@strawberry.type(description="Something happened to a document.")
class DocumentEvent(Happened):
    """One event, with the document as it is when the event is delivered."""

    @relation(description="The document as it is now; null where the viewer does not see it any more.")
    async def document(happened: list["DocumentEvent"], info: Info) -> list[Document | None]:  # noqa: ARG002 - read beforehand
        """Answer each event's document, which was read together with who sees it."""
        return [event.record for event in happened]  # type: ignore[misc] # records are wrapped


DocumentUpdate = Annotated[
    DocumentEvent | Removed | Heartbeat | ResyncRequired,
    strawberry.union("DocumentUpdate", description="What a subscription to documents answers."),
]


def _of_a_document(event: Happening) -> bool:
    """Tell what is told as such: who was given a file is the access log's, and nothing changes by it."""
    return event.entity == "document" and event.name != DocumentDownloaded.name


def _hides(actor: Actor, event: Happening) -> bool:
    if leaves_sight(actor, event):
        return True
    return event.entity == "case" and may_lose_documents(actor, event.before, event.after)


DOCUMENTS = Topic(
    requires=Permission.DOCUMENT_ACCESS,
    settled_by=_SETTLING,
    concerns=subject_of(_SETTLING),
    present=documents_and_audiences,
    made=DocumentEvent.of,
    tells=_of_a_document,
    hides=_hides,
)
