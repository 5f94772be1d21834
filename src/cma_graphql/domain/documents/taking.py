"""Takes a document for a change, its case first (decision 37), and tells of the change to those who see it."""

from dataclasses import dataclass
from uuid import UUID

from cma_graphql.access.actor import ActorKind
from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import Forbidden, NotFound
from cma_graphql.core.events import Audience, Changes, Event
from cma_graphql.domain.cases.models import Case
from cma_graphql.domain.cases.parts import take_case_of
from cma_graphql.domain.cases.services import audience_of
from cma_graphql.domain.documents.audience import audience_on
from cma_graphql.domain.documents.models import Document
from cma_graphql.domain.documents.policy import require_files
from cma_graphql.domain.documents.selectors import case_of_document
from cma_graphql.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Taken:
    """A locked document, and its case, locked before it; None for a paper of the centre's own."""

    document: Document
    case: Case | None


async def take_document(
    uow: UnitOfWork,
    permission: Permission,
    document_id: UUID,
    *,
    version: int | None = None,
    portal: bool = False,
    ended: bool = False,
    deleted: bool = False,
) -> Taken:
    """Lock a document that the actor may change.

    A client of the portal changes only what they handed in, where `portal` opens that to them. Papers of the
    centre's own are the manager's, who imports them. Raises Forbidden, NotFound, Conflict, Invalid.
    """
    require_files(uow.actor)
    uow.actor.require(permission)
    place = await uow.one(case_of_document, deleted, document_id=document_id)
    if place is None:
        raise NotFound("id")
    case: Case | None = None
    if place["case_id"] is None:
        uow.actor.require(Permission.CASELOAD_IMPORT)
    else:
        case = await take_case_of(uow, permission, place["case_id"], field="id", portal=portal, ended=ended)
    document = await uow.lock(Document, document_id, version=version, deleted=deleted)
    if uow.actor.kind is ActorKind.CLIENT and not document.from_client:
        raise Forbidden(permission.name, "The centre's staff change this: tell your advisor.")
    return Taken(document, case)


async def audience_of_document(uow: UnitOfWork, taken: Taken) -> Audience:
    """Tell who sees a document besides those who see the whole centre: never more than its record rule says."""
    document, case = taken.document, taken.case
    of_case = None if case is None else await audience_of(uow, case)
    return audience_on(
        of_case, access_level=document.access_level, with_client=document.shared_with_client or document.from_client
    )


async def tell_of_document(
    uow: UnitOfWork,
    event: type[Event],
    taken: Taken,
    changes: Changes,
    *,
    before: Audience | None = None,
    new: bool = False,
    gone: bool = False,
) -> None:
    """Record what happened to a document, for those who see it; `before`: who saw it then, where that changed."""
    await uow.flush()
    document = taken.document
    audience = await audience_of_document(uow, taken)
    uow.record(
        event(
            subject_id=document.id,
            case_id=document.case_id,
            client_id=document.client_id,
            version=document.version,
        ),
        changes=changes,
        before=None if new else before or audience,
        after=None if gone else audience,
    )
