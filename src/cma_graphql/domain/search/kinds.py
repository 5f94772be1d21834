"""What can be searched: each kind of record, with what finding one needs and by what they are ranked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import extract

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.clients.models import Client
from cma_graphql.domain.clients.selectors import client_keys_seen
from cma_graphql.domain.clients.sight import case_keys_searched, keys_on_cases_seen
from cma_graphql.domain.creditors.models import Creditor
from cma_graphql.domain.documents.models import Document, DocumentVersion
from cma_graphql.persistence.base import CentreRow
from cma_graphql.persistence.narrowing import Source


class SearchKind(StrEnum):
    """A kind of record that can be searched."""

    CLIENT = "CLIENT"
    CASE = "CASE"
    CREDITOR = "CREDITOR"
    DOCUMENT = "DOCUMENT"


@dataclass(frozen=True, slots=True)
class Searched:
    """How records of one kind are searched; which of their columns, their model says."""

    entity: type[CentreRow]
    prefix: str
    """The prefix of their ids, by which they are loaded."""
    requires: Permission
    """Without it, none is found."""
    ranked_by: Any
    """The column, or an expression, that ranks records which match equally well: the least first."""
    source: Source | None = None
    """The keys of what a narrow sight sees; None where all see all of them."""
    also: tuple[str, ...] = ()
    """Other tables in whose columns words of these records stand."""

    @property
    def tables(self) -> list[str]:
        """Name the tables whose words count."""
        return [self.entity.__tablename__, *self.also]


SEARCHED: dict[SearchKind, Searched] = {
    SearchKind.CLIENT: Searched(Client, "client", Permission.CLIENT_READ, Client.name_key, client_keys_seen),
    SearchKind.CASE: Searched(Case, "case", Permission.CASE_READ, Case.case_number, case_keys_searched),
    SearchKind.CREDITOR: Searched(Creditor, "creditor", Permission.REFERENCE_READ, Creditor.name_key),
    SearchKind.DOCUMENT: Searched(
        Document,
        "document",
        Permission.DOCUMENT_ACCESS,
        -extract("epoch", Document.created_at),
        keys_on_cases_seen(Document),
        also=(DocumentVersion.__tablename__,),
    ),
}
"""In the order in which they are answered."""
