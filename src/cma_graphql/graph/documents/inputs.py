"""How lists of documents are filtered and ordered."""

from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.graph.documents.enums import AccessLevel, DocumentOrder, DocumentType, UploadState
from cma_graphql.graph.node import find_id


@strawberry.input(
    description="Which documents to list: every condition given has to hold; values in a list are alternatives."
)
class DocumentFilter:
    """Conditions on documents."""

    type: list[DocumentType] | None = strawberry.field(default=None, description="Being of one of these types.")
    state: list[UploadState] | None = strawberry.field(
        default=None, description="The newest version being in one of these states."
    )
    access_level: list[AccessLevel] | None = strawberry.field(
        default=None, description="Having one of these access levels."
    )
    case: list[strawberry.ID] | None = strawberry.field(default=None, description="Belonging to one of these cases.")
    client: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Belonging to a case of one of these clients."
    )
    debt: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Being evidence of one of these debts."
    )
    uploaded_by: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Handed in by one of these people."
    )
    shared_with_client: bool | None = strawberry.field(
        default=None, description="Being shared with the client, or not."
    )
    without_case: bool | None = strawberry.field(
        default=None, description="`true`: belonging to no case, such as a caseload to import."
    )


DocumentFilterArgument = Annotated[DocumentFilter | None, strawberry.argument(description="Which documents.")]
DocumentOrderArgument = Annotated[DocumentOrder, strawberry.argument(description="In which order.")]

_CHOICES = ("type", "state", "access_level")
_IDS = (("case", "case"), ("client", "client"), ("debt", "debt"), ("uploaded_by", "membership"))


def document_filters(given: DocumentFilter | None) -> dict[str, object]:
    """Answer the listing's conditions; an id that is none of its type matches nothing."""
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
    if given.shared_with_client is not None:
        filters["shared_with_client" if given.shared_with_client else "not_shared_with_client"] = True
    if given.without_case:
        filters["without_case"] = True
    return filters


def _keys(prefix: str, ids: list[strawberry.ID]) -> list[UUID]:
    return [key for text in ids if (key := find_id(prefix, text)) is not None]
