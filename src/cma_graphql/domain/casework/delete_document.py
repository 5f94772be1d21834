"""Deletes a document that nothing rests on."""

from uuid import UUID

from cma_graphql.core.errors import Invalid
from cma_graphql.domain.compliance.selectors import items_of_documents
from cma_graphql.domain.documents.services import delete
from cma_graphql.domain.workflow.selectors import stages_of_documents
from cma_graphql.persistence.unit_of_work import UnitOfWork


async def delete_document(uow: UnitOfWork, *, document_id: UUID, version: int, reason: str) -> UUID:
    """Delete a document, so that nobody sees or downloads it; its record and its files stay.

    What shows that a requirement is met has to be there when somebody asks for it. Raises Forbidden, NotFound,
    Conflict, Invalid (rule `evidence`, with the codes of the requirements or the stages).
    """
    deleted = await delete.delete_document(uow, document_id=document_id, version=version, reason=reason)
    # The case is locked by now, so no requirement is being completed with this document at this moment.
    (shown,) = await items_of_documents(uow, [document_id])
    if shown:
        raise Invalid(
            "id",
            "evidence",
            "Requirements are met by this document: open them again first.",
            codes=[item["code"] for item in shown],
        )
    (stages,) = await stages_of_documents(uow, [document_id])
    if stages:
        raise Invalid(
            "id",
            "evidence",
            "Stages of the case rest on this document: open them again first.",
            stages=[stage["code"] or stage["name"] for stage in stages],
        )
    return deleted
