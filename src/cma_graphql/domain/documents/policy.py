"""Who may do what with documents, besides seeing them: the record rule says who sees which (domain reference 5.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.access.permissions import Permission, Reach
from cma_graphql.core.errors import Forbidden
from cma_graphql.domain.cases.models import CaseStatus
from cma_graphql.domain.cases.policy import reached
from cma_graphql.domain.cases.transitions import OPEN
from cma_graphql.domain.documents.models import AccessLevel
from cma_graphql.persistence.reads import Reads

ENDED = frozenset(set(CaseStatus) - {*OPEN, CaseStatus.RESOLVED})
"""The states of a case at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What of a document its rules look at."""

    case_id: UUID | None
    from_client: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRights:
    """What an actor may do with one document, as far as rights go; its case's state is another matter."""

    download: bool
    update: bool
    add_version: bool
    set_access: bool
    make_confidential: bool
    delete: bool


def require_files(actor: Actor) -> None:
    """Raise Forbidden for those who see what documents there are, and not what is in them: auditors (masked)."""
    if actor.require(Permission.DOCUMENT_ACCESS) is Reach.MASKED:
        raise Forbidden(Permission.DOCUMENT_ACCESS.name, "You see which documents there are, not what is in them.")


def require_level(actor: Actor, level: AccessLevel) -> None:
    """Raise Forbidden where somebody would hide a document from themselves: only managers and compliance do."""
    confidential = level is AccessLevel.MANAGERS_AND_COMPLIANCE
    if confidential and actor.reach(Permission.DOCUMENT_ACCESS) is not Reach.CENTRE:
        raise Forbidden(
            Permission.DOCUMENT_ACCESS.name, "Managers and compliance officers decide what only they may see."
        )


async def rights_over(reads: Reads, documents: Sequence[DocumentFacts]) -> list[DocumentRights]:
    """Answer what the actor may do with each of these documents, by at most one statement."""
    actor = reads.actor
    access, delete = Permission.DOCUMENT_ACCESS, Permission.DOCUMENT_DELETE
    case_ids = [document.case_id for document in documents if document.case_id is not None]
    within = await reached(reads, [access, delete], case_ids)

    def takes_in(permission: Permission, document: DocumentFacts) -> bool:
        if document.case_id is None:
            return actor.reach(permission) is not Reach.NONE and actor.may(Permission.CASELOAD_IMPORT)
        return document.case_id in within[permission]

    portal = actor.kind is ActorKind.CLIENT
    return [
        DocumentRights(
            download=actor.reach(access) not in {Reach.NONE, Reach.MASKED},
            update=takes_in(access, document),
            add_version=takes_in(access, document) or (portal and document.from_client),
            set_access=takes_in(access, document) and document.case_id is not None,
            make_confidential=actor.reach(access) is Reach.CENTRE and document.case_id is not None,
            delete=takes_in(delete, document),
        )
        for document in documents
    ]
