"""The counts by which bounds are kept: of everything that is there, whoever asks."""

from sqlalchemy import Uuid, bindparam, func, select

from cma_graphql.access.actor import Sight
from cma_graphql.domain.documents.models import Document, DocumentDebt
from cma_graphql.persistence.reads import AnySelect, of_centre, statement


@statement
def number_of_case_documents(_sight: Sight) -> AnySelect:
    """Count a case's documents, whoever asks: the bound does not depend on who sees them."""
    return select(func.count().label("number")).where(
        of_centre(Document), Document.deleted_at.is_(None), Document.case_id == bindparam("case_id", type_=Uuid())
    )


@statement
def number_of_documents_from_client(_sight: Sight) -> AnySelect:
    """Count the documents of a case that its client announced."""
    return select(func.count().label("number")).where(
        of_centre(Document),
        Document.deleted_at.is_(None),
        Document.from_client,
        Document.case_id == bindparam("case_id", type_=Uuid()),
    )


@statement
def number_of_centre_documents(_sight: Sight) -> AnySelect:
    """Count the centre's own documents, whoever asks."""
    return select(func.count().label("number")).where(
        of_centre(Document), Document.deleted_at.is_(None), Document.case_id.is_(None)
    )


@statement
def number_of_links_of_debt(_sight: Sight) -> AnySelect:
    """Count the documents that a debt has, whoever asks."""
    return select(func.count().label("number")).where(
        of_centre(DocumentDebt),
        DocumentDebt.unlinked_at.is_(None),
        DocumentDebt.debt_id == bindparam("debt_id", type_=Uuid()),
    )
