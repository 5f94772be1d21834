"""Document and its versions, as the schema shows them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.domain.cases.selectors import cases_by_id
from cma_graphql.domain.clients.selectors import clients_by_id
from cma_graphql.domain.debts.selectors import debts_by_id
from cma_graphql.domain.documents import policy, selectors
from cma_graphql.domain.users.selectors import memberships_by_id, memberships_by_optional_id
from cma_graphql.graph.audit.relations import history_by
from cma_graphql.graph.compliance.relations import items_by_document
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import AccessLevel, DocumentType, UploadState
from cma_graphql.graph.fields import relation
from cma_graphql.graph.looking_ahead import reader_for
from cma_graphql.graph.node import Node, node_type, write_id
from cma_graphql.graph.notes.relations import notes_of_document
from cma_graphql.graph.records import FromRecord
from cma_graphql.graph.refs import CaseRef, ClientRef, DebtRef, MembershipRef
from cma_graphql.graph.workflow.relations import stages_by_document


@strawberry.type(description="Why the file of a version was refused.")
class UploadFault:
    """The rule that a file broke."""

    field: str = strawberry.field(
        description="What was announced of the file and is not so: `size`, `sha256` or `mediaType`."
    )
    rule: str = strawberry.field(description="The rule's stable name, such as `media-type-mismatch`.")
    message: str = strawberry.field(description="A sentence for a person.")


@strawberry.type(description="One file of a document: announced, handed in, looked at, and never changed again.")
class DocumentVersion(FromRecord):
    """One version."""

    client_column: ClassVar[str | None] = "client_id"

    number: int = strawberry.field(description="1 for the first, 2 for the next.")
    file_name: str = strawberry.field(description="The file's name, as it is saved under.")
    declared_media_type: str = strawberry.field(description="What it was said to be: `application/pdf`.")
    verified_media_type: str | None = strawberry.field(
        description="What its own bytes say it is; null until it is available."
    )
    size: int = strawberry.field(description="How many bytes it has.")
    sha256: str = strawberry.field(name="sha256", description="Its SHA-256, in hexadecimal.")
    encryption_key_id: str | None = strawberry.field(
        description="The key under which the store keeps it; null until it is available."
    )
    upload_state: UploadState = strawberry.field(description="How far its file has come.")
    requested_at: datetime = strawberry.field(description="When it was announced.")
    completed_at: datetime | None = strawberry.field(description="When its file was settled.")
    client_id: strawberry.Private[UUID | None]
    requested_by: strawberry.Private[UUID]
    failure_field: strawberry.Private[str | None]
    failure_rule: strawberry.Private[str | None]
    failure_reason: strawberry.Private[str | None]

    @strawberry.field(description="Why its file was refused; null where it was not.")
    def fault(self) -> UploadFault | None:
        """Put the fault together."""
        if self.failure_field is None or self.failure_rule is None or self.failure_reason is None:
            return None
        field = "mediaType" if self.failure_field == "media_type" else self.failure_field
        return UploadFault(field=field, rule=self.failure_rule, message=self.failure_reason)

    @relation(description="Who announced it.", requires=Permission.USER_READ)
    async def uploader(versions: list["DocumentVersion"], info: Info) -> list[MembershipRef | None]:
        """Answer who announced each version."""
        return await memberships_by_id(reader_for(info), [version.requested_by for version in versions])


@strawberry.type(
    description="What the viewer may do with a document, by right; an ended case forbids most of it still."
)
class DocumentViewerCan:
    """The viewer's rights over one document."""

    download: bool = strawberry.field(description="Download its files.")
    update: bool = strawberry.field(description="Change its title, type, description and tags, and link it to debts.")
    add_version: bool = strawberry.field(description="Hand in a further version.")
    set_access: bool = strawberry.field(description="Settle who sees it.")
    make_confidential: bool = strawberry.field(description="Hide it from all but managers and compliance officers.")
    delete: bool = strawberry.field(description="Delete and restore it.")


@node_type(table="documents", load=selectors.documents_by_id, requires=Permission.DOCUMENT_ACCESS)
@strawberry.type(description="A paper of a case, in one or more versions; one without a case is the centre's own.")
class Document(Node):
    """One document."""

    prefix: ClassVar[str] = "document"
    client_column: ClassVar[str | None] = "client_id"

    title: str = strawberry.field(description="What it is called.")
    access_level: AccessLevel = strawberry.field(description="Which of the centre's staff see it.")
    shared_with_client: bool = strawberry.field(description="Whether the client sees it in the portal.")
    from_client: bool = strawberry.field(description="Whether the client handed it in, and so sees it in any case.")
    description: str | None = strawberry.field(description="What it is about.")
    tags: list[str] = strawberry.field(description="Words by which it is found, in order.")
    upload_state: UploadState = strawberry.field(description="How far the file of its newest version has come.")
    created_at: datetime = strawberry.field(description="When it was announced.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    version: int = strawberry.field(description="Counts its changes; send it back as `expectedVersion`.")
    document_type: strawberry.Private[str]
    case_id: strawberry.Private[UUID | None]
    client_id: strawberry.Private[UUID | None]
    created_by: strawberry.Private[UUID]

    @strawberry.field(description="What it is to the work on the case.")
    def type(self) -> DocumentType:
        """Read the type."""
        return DocumentType(self.document_type)

    @relation(
        description="Until which day it is kept: six years from the end of its case; null while the case goes on, "
        "and for a paper of the centre's own.",
        reads=(),
    )
    async def retention_date(documents: list["Document"], info: Info) -> list[date | None]:
        """Answer until when each document is kept."""
        return await selectors.retention_dates(info.context.reader, [document.case_id for document in documents])

    @relation(
        description="The case it belongs to; null for a paper of the centre's own.",
        requires=Permission.CASE_READ,
        reads=(),
    )
    async def case(documents: list["Document"], info: Info) -> list[CaseRef | None]:
        """Answer each document's case."""
        keys = [document.case_id for document in documents]
        found = await cases_by_id(info.context.reader, [key for key in keys if key is not None])
        cases = iter(found)
        return [None if key is None else next(cases) for key in keys]

    @relation(description="Whose case it belongs to.", requires=Permission.CLIENT_READ, reads=())
    async def client(documents: list["Document"], info: Info) -> list[ClientRef | None]:
        """Answer each document's client."""
        keys = [document.client_id for document in documents]
        found = await clients_by_id(info.context.reader, [key for key in keys if key is not None])
        clients = iter(found)
        return [None if key is None else next(clients) for key in keys]

    @relation(description="Its versions, newest first; at most 100.", size=5, reads=())
    async def versions(documents: list["Document"], info: Info) -> list[list[DocumentVersion]]:
        """Answer each document's versions."""
        return await selectors.versions_of_documents(info.context.reader, [it.key for it in documents])  # type: ignore[return-value]

    @relation(
        description="The newest version whose file is available: what is downloaded. Null until there is one.", reads=()
    )
    async def current_version(documents: list["Document"], info: Info) -> list[DocumentVersion | None]:
        """Answer each document's current version."""
        return await selectors.current_versions(info.context.reader, [it.key for it in documents])  # type: ignore[return-value]

    @relation(description="Who handed it in.", requires=Permission.USER_READ, reads=())
    async def uploader(documents: list["Document"], info: Info) -> list[MembershipRef | None]:
        """Answer who handed each document in."""
        return await memberships_by_id(reader_for(info), [document.created_by for document in documents])

    compliance_items = items_by_document()
    workflow_stages = stages_by_document()
    notes = notes_of_document()

    @relation(description="The debts it is evidence of; at most 100.", requires=Permission.CASE_READ, size=5, reads=())
    async def debts(documents: list["Document"], info: Info) -> list[list[DebtRef] | None]:
        """Answer the debts of each document."""
        keys = await selectors.debt_ids_of_documents(info.context.reader, [document.key for document in documents])
        wanted = list({key for each in keys for key in each})
        found = dict(zip(wanted, await debts_by_id(info.context.reader, wanted), strict=True))
        return [[found[key] for key in each if found[key] is not None] for each in keys]

    @relation(description="What the viewer may do with it.")
    async def viewer_can(documents: list["Document"], info: Info) -> list[DocumentViewerCan]:
        """Answer the viewer's rights over each document."""
        facts = [policy.DocumentFacts(case_id=it.case_id, from_client=it.from_client) for it in documents]
        rights = await policy.rights_over(info.context.reader, facts)
        return [DocumentViewerCan(**asdict(right)) for right in rights]

    history = history_by("subject_id")


@strawberry.type(description="A deleted document: what one needs to know to restore it.")
class DeletedDocument(FromRecord):
    """One deleted document."""

    client_column: ClassVar[str | None] = "client_id"

    title: str = strawberry.field(description="What it is called.")
    deletion_reason: str | None = strawberry.field(description="Why it was deleted.")
    deleted_at: datetime = strawberry.field(description="When it was deleted.")
    version: int = strawberry.field(description="Send it back as `expectedVersion` to restore the document.")
    key: strawberry.Private[UUID]
    document_type: strawberry.Private[str]
    client_id: strawberry.Private[UUID | None]
    deleted_by: strawberry.Private[UUID | None]

    @strawberry.field(description="The document's id, the same as before and after.")
    def id(self) -> strawberry.ID:
        """Write the id."""
        return write_id("document", self.key)

    @strawberry.field(description="What it is to the work on the case.")
    def type(self) -> DocumentType:
        """Read the type."""
        return DocumentType(self.document_type)

    @relation(description="Who deleted it.", requires=Permission.USER_READ)
    async def deleter(documents: list["DeletedDocument"], info: Info) -> list[MembershipRef | None]:
        """Answer who deleted each document."""
        return await memberships_by_optional_id(reader_for(info), [it.deleted_by for it in documents])
