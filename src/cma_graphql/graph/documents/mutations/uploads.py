"""Handing files in and fetching them: the server says where, the file itself goes past GraphQL."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from cma_graphql.access.permissions import Permission
from cma_graphql.core.errors import NotFound
from cma_graphql.domain.documents.policy import DocumentFacts, rights_over
from cma_graphql.domain.documents.selectors import version_of, versions_by_id
from cma_graphql.domain.documents.services import complete, download, request
from cma_graphql.domain.documents.storage import DOWNLOAD_LIFETIME, UPLOAD_LIFETIME, Examined
from cma_graphql.graph.context import Info
from cma_graphql.graph.documents.enums import AccessLevel, DocumentType
from cma_graphql.graph.documents.mutations.answering import DocumentInput, DocumentPayload, on_document
from cma_graphql.graph.documents.types import Document
from cma_graphql.graph.errors import Payload, to_user_errors
from cma_graphql.graph.fields import mutation
from cma_graphql.graph.node import read_id
from cma_graphql.graph.writing import MutationInput, reread, write
from cma_graphql.integrations.storage import port

_EXAMINATION = 500
"""What it costs to look at a file that has come in."""
_MINUTES = int(UPLOAD_LIFETIME.total_seconds() // 60)
_SECONDS = int(DOWNLOAD_LIFETIME.total_seconds())


@strawberry.type(description="A name and a value, of a header or of a form's field.")
class NamedValue:
    """One of several to send."""

    name: str = strawberry.field(description="The name.")
    value: str = strawberry.field(description="The value, to be sent as it is.")


@strawberry.type(
    description="How to hand a file in: one HTTP request, to our server or to a store of files. docs/how-to/"
    "upload-a-document.md shows it."
)
class UploadTarget:
    """An upload's request."""

    method: str = strawberry.field(description="`PUT`: the body is the file. `POST`: a multipart form is sent.")
    url: str = strawberry.field(description="Where to. It needs no other authorisation: keep it to yourself.")
    headers: list[NamedValue] = strawberry.field(description="Headers to send.")
    fields: list[NamedValue] = strawberry.field(
        description="Fields of the form, to be sent before the file, whose field is named `file`; empty for `PUT`."
    )
    expires_at: datetime = strawberry.field(description=f"Until when: {_MINUTES} minutes from the announcement.")


@strawberry.type(description="Where to fetch a file with GET, for a short time.")
class DownloadAddress:
    """A file's address."""

    url: str = strawberry.field(description="Where. It needs no other authorisation: keep it to yourself.")
    version_number: int = strawberry.field(description="Which version it is.")
    expires_at: datetime = strawberry.field(description=f"Until when: {_SECONDS} seconds from now.")


@strawberry.input(description="What a file is, before it is handed in; an upload of anything else is refused.")
class FileInput:
    """A file to come."""

    file_name: str = strawberry.field(description="Its name, with the extension that goes with its type.")
    media_type: str = strawberry.field(
        description="What it is: PDF, PNG, JPEG, TIFF, HEIC, DOCX, XLSX, ODT, CSV, plain text or an e-mail (EML). Text "
        "may name its encoding: `text/csv; charset=windows-1252`; it is UTF-8 otherwise."
    )
    size: int = strawberry.field(description="How many bytes it has; by default at most 26,214,400 (25 MiB).")
    sha256: str = strawberry.field(name="sha256", description="Its SHA-256, as 64 hexadecimal digits.")

    def said(self) -> request.FileSaid:
        """Answer it as services take it."""
        return request.FileSaid(
            file_name=self.file_name, media_type=self.media_type, size=self.size, sha256=self.sha256
        )


@strawberry.input(description="A document whose file is about to be handed in.")
class DocumentUploadRequestInput(MutationInput):
    """A new document."""

    case_id: strawberry.ID | None = strawberry.field(
        default=None, description="The case it belongs to. Only a caseload to import belongs to none."
    )
    title: str = strawberry.field(description="What it is called, in one line of up to 200 characters.")
    type: DocumentType = strawberry.field(description="What it is to the work on the case.")
    file: FileInput = strawberry.field(description="The file.")
    description: str | None = strawberry.field(default=None, description="What it is about, in up to 2,000 characters.")
    tags: list[str] = strawberry.field(
        default_factory=list, description="Words by which it is found: at most 20, of at most 40 characters."
    )
    access_level: AccessLevel | None = strawberry.field(
        default=None, description="Which of the centre's staff see it; `CASE_TEAM` unless said."
    )
    shared_with_client: bool = strawberry.field(default=False, description="Whether the client sees it in the portal.")


@strawberry.type(description="The announced document, and how to hand its file in.")
class DocumentUploadRequestPayload(DocumentPayload):
    """What documentUploadRequest answers."""

    version_number: int | None = strawberry.field(default=None, description="Which version the file will be.")
    upload: UploadTarget | None = strawberry.field(
        default=None, description="How to hand the file in; null where it was refused, or has been completed since."
    )


@strawberry.input(description="A further version of a document, about to be handed in.")
class DocumentVersionRequestInput(DocumentInput):
    """A new version."""

    file: FileInput = strawberry.field(description="The file.")


@strawberry.type(description="The document, and how to hand its new file in.")
class DocumentVersionRequestPayload(DocumentUploadRequestPayload):
    """What documentVersionRequest answers."""


@strawberry.input(description="A version whose file has been handed in.")
class DocumentUploadCompleteInput(MutationInput):
    """An upload to complete."""

    id: strawberry.ID = strawberry.field(description="The document.")
    version_number: int = strawberry.field(description="The version.")


@strawberry.type(
    description="The document with its new file. Where the file is refused, `errors` says why, naming what was "
    "announced and is not so, and the version stays as QUARANTINED or FAILED."
)
class DocumentUploadCompletePayload(DocumentPayload):
    """What documentUploadComplete answers."""


@strawberry.input(description="A file to download.")
class DocumentDownloadInput:
    """A file to download; not repeatable under a key, since each address given out is on record."""

    id: strawberry.ID = strawberry.field(description="The document.")
    version_number: int | None = strawberry.field(
        default=None, description="Which version; the current one unless said."
    )


@strawberry.type(description="Where to download a file.")
class DocumentDownloadPayload(Payload):
    """What documentDownload answers."""

    download: DownloadAddress | None = strawberry.field(
        default=None, description="The address; null where it was refused."
    )


async def _announced(
    info: Info, document_id: UUID, version_id: UUID, *, replayed: bool
) -> tuple[Document | None, int | None, UploadTarget | None]:
    """Answer an announced document, the number of the announced version and how to hand its file in.

    A repetition calls no service, so that it asks here whether the actor still may.
    """
    document = await reread(info, Document, document_id)
    (version,) = await versions_by_id(info.context.reader, [version_id])
    if version is None:
        return document, None, None
    number: int = version["number"]
    if version["upload_state"] not in complete.UNSETTLED or (replayed and not await _may_hand_in(info, document)):
        return document, number, None
    return document, number, _shown(await info.context.storage.upload_target(version))


async def _may_hand_in(info: Info, document: Document | None) -> bool:
    if document is None:
        return False
    facts = DocumentFacts(case_id=document.case_id, from_client=document.from_client)
    (rights,) = await rights_over(info.context.reader, [facts])
    return rights.add_version


def _shown(target: port.UploadTarget) -> UploadTarget:
    return UploadTarget(
        method=target.method,
        url=target.url,
        headers=[NamedValue(name=name, value=value) for name, value in target.headers.items()],
        fields=[NamedValue(name=name, value=value) for name, value in target.form.items()],
        expires_at=target.expires_at,
    )


async def _examined(info: Info, document_id: UUID, number: int) -> Examined | None:
    """Look at the file of a version that is not settled, between two units of work and inside none."""
    version = await complete.version_in_question(info.context.reader, document_id, number)
    await info.context.end_reading()
    if version["upload_state"] not in complete.UNSETTLED:
        return None
    found = await info.context.storage.arrived(version)
    await write(info, complete.begin_scan, document_id=document_id, number=number)
    return await info.context.storage.examine(version, found)


@strawberry.type
class DocumentUploadMutations:
    """How files come in and go out."""

    @mutation(
        requires=Permission.DOCUMENT_ACCESS,
        description="Announce a document of a case and learn how to hand its file in. Then complete it.",
    )
    async def document_upload_request(
        self,
        info: Info,
        input: Annotated[DocumentUploadRequestInput, strawberry.argument(description="The document.")],
    ) -> DocumentUploadRequestPayload:
        """Announce a document."""
        outcome = await write(
            info,
            request.request_upload,
            input,
            storage=info.context.storage,
            case_id=None if input.case_id is None else read_id("case", input.case_id, field="case_id"),
            title=input.title,
            document_type=input.type,
            file=input.file.said(),
            description=input.description,
            tags=input.tags,
            access_level=input.access_level,
            shared_with_client=input.shared_with_client,
        )
        document, number, target = await _announced(info, *outcome.subject_ids, replayed=outcome.replayed)
        return DocumentUploadRequestPayload(
            document=document, version_number=number, upload=target, replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.DOCUMENT_ACCESS,
        description="Announce a further version of a document and learn how to hand its file in. Until that is "
        "complete, the present version is what is downloaded.",
    )
    async def document_version_request(
        self,
        info: Info,
        input: Annotated[DocumentVersionRequestInput, strawberry.argument(description="The version.")],
    ) -> DocumentVersionRequestPayload:
        """Announce a version."""
        outcome = await write(
            info,
            request.request_version,
            input,
            storage=info.context.storage,
            **on_document(input),
            file=input.file.said(),
        )
        document, number, target = await _announced(info, *outcome.subject_ids, replayed=outcome.replayed)
        return DocumentVersionRequestPayload(
            document=document, version_number=number, upload=target, replayed=outcome.replayed
        )

    @mutation(
        requires=Permission.DOCUMENT_ACCESS,
        description="Have a file looked at that has been handed in: its size, its SHA-256, and whether it is what it "
        "says it is. Completing twice is completing once.",
        call=_EXAMINATION,
    )
    async def document_upload_complete(
        self,
        info: Info,
        input: Annotated[DocumentUploadCompleteInput, strawberry.argument(description="The version.")],
    ) -> DocumentUploadCompletePayload:
        """Complete an upload."""
        document_id, number = read_id("document", input.id), input.version_number
        examined = await _examined(info, document_id, number)
        outcome = await write(
            info, complete.settle_upload, input, document_id=document_id, number=number, examined=examined
        )
        version = await complete.version_in_question(info.context.reader, document_id, number)
        refusal = complete.refusal_of(version)
        if refusal is not None:
            await info.context.storage.discard(version)
        return DocumentUploadCompletePayload(
            document=await reread(info, Document, document_id),
            errors=[] if refusal is None else to_user_errors(refusal),
            replayed=outcome.replayed,
        )

    @mutation(
        requires=Permission.DOCUMENT_ACCESS,
        description="Learn where to download a file. That you were given it is on record before you are.",
    )
    async def document_download(
        self, info: Info, input: Annotated[DocumentDownloadInput, strawberry.argument(description="The file.")]
    ) -> DocumentDownloadPayload:
        """Give out a file's address."""
        document_id = read_id("document", input.id)
        outcome = await write(info, download.record_download, document_id=document_id, number=input.version_number)
        number: int = outcome.returned
        version = await version_of(info.context.reader, document_id, number)
        await info.context.end_reading()
        if version is None:  # deleted, or hidden from the viewer, in this very moment
            raise NotFound("id")
        address = await info.context.storage.download_address(version)
        return DocumentDownloadPayload(
            download=DownloadAddress(url=address.url, version_number=number, expires_at=address.expires_at)
        )
