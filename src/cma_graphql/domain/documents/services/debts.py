"""Says which debts of its case a document is evidence of."""

from uuid import UUID

from cma_graphql.access.permissions import Permission
from cma_graphql.core.clock import now
from cma_graphql.core.errors import Invalid, LimitReached
from cma_graphql.core.events import Change, Publicity
from cma_graphql.core.ids import new_id
from cma_graphql.domain.debts.models import Debt
from cma_graphql.domain.documents.bound_selectors import number_of_links_of_debt
from cma_graphql.domain.documents.events import DocumentDebtLinked, DocumentDebtUnlinked
from cma_graphql.domain.documents.models import DocumentDebt
from cma_graphql.domain.documents.selectors import links_of_document
from cma_graphql.domain.documents.taking import Taken, take_document, tell_of_document
from cma_graphql.persistence.unit_of_work import UnitOfWork

MOST_LINKS = 100
"""How many debts a document has, and how many documents a debt."""


async def link_debt(uow: UnitOfWork, *, document_id: UUID, version: int, debt_id: UUID) -> UUID:
    """Link a document with a debt of the same case; nothing where it is linked already.

    Raises Forbidden, NotFound, Conflict, Invalid (rule `other-case`), LimitReached (100 either way).
    """
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, version=version)
    debt = await uow.lock(Debt, debt_id, field="debt_id")
    if taken.document.case_id != debt.case_id:
        raise Invalid("debt_id", "other-case", "The debt is one of another case.")
    links = await uow.all(links_of_document, document_id=document_id)
    if any(link["debt_id"] == debt_id for link in links):
        return document_id
    counted = await uow.one(number_of_links_of_debt, debt_id=debt_id)
    if len(links) >= MOST_LINKS or (counted is not None and counted["number"] >= MOST_LINKS):
        raise LimitReached("document-debts", MOST_LINKS)
    uow.add(
        DocumentDebt(
            id=new_id(),
            document_id=document_id,
            debt_id=debt_id,
            client_id=debt.client_id,
            linked_at=now(),
            linked_by=uow.actor.user_id,
        )
    )
    uow.touch(taken.document)
    await tell_of_document(uow, DocumentDebtLinked, taken, {"debt_id": Change(None, debt_id, Publicity.OPEN)})
    return document_id


async def unlink_debt(uow: UnitOfWork, *, document_id: UUID, version: int, debt_id: UUID) -> UUID:
    """End the link between a document and a debt; nothing where there is none. Raises as `link_debt` does."""
    taken = await take_document(uow, Permission.DOCUMENT_ACCESS, document_id, version=version)
    links = {link["debt_id"]: link["key"] for link in await uow.all(links_of_document, document_id=document_id)}
    if debt_id in links:
        await _unlink(uow, taken, debt_id, links[debt_id])
    return document_id


async def _unlink(uow: UnitOfWork, taken: Taken, debt_id: UUID, link_id: UUID) -> None:
    link = await uow.lock(DocumentDebt, link_id)
    uow.change(link, unlinked_at=now(), unlinked_by=uow.actor.user_id)
    uow.touch(taken.document)
    await tell_of_document(uow, DocumentDebtUnlinked, taken, {"debt_id": Change(debt_id, None, Publicity.OPEN)})
