"""What happens to documents."""

from dataclasses import dataclass
from typing import ClassVar

from cma_graphql.core.events import Event


@dataclass(frozen=True, kw_only=True)
class DocumentEvent(Event):
    """Something that happened to a document."""

    entity: ClassVar[str] = "document"


@dataclass(frozen=True, kw_only=True)
class DocumentUploadRequested(DocumentEvent):
    """A document was announced; its first file is awaited."""

    name: ClassVar[str] = "document.upload_requested"


@dataclass(frozen=True, kw_only=True)
class DocumentVersionRequested(DocumentEvent):
    """A further version of a document was announced."""

    name: ClassVar[str] = "document.version_requested"


@dataclass(frozen=True, kw_only=True)
class DocumentScanStarted(DocumentEvent):
    """A version's file has come and is being looked at."""

    name: ClassVar[str] = "document.scan_started"


@dataclass(frozen=True, kw_only=True)
class DocumentUploaded(DocumentEvent):
    """A version's file is there, is what it was said to be, and can be downloaded."""

    name: ClassVar[str] = "document.uploaded"


@dataclass(frozen=True, kw_only=True)
class DocumentUploadRefused(DocumentEvent):
    """A version's file is not what it was said to be; nobody can download it."""

    name: ClassVar[str] = "document.upload_refused"


@dataclass(frozen=True, kw_only=True)
class DocumentDownloaded(DocumentEvent):
    """Somebody was given the address of a version's file."""

    name: ClassVar[str] = "document.downloaded"


@dataclass(frozen=True, kw_only=True)
class DocumentUpdated(DocumentEvent):
    """A document's title, kind, description or tags changed."""

    name: ClassVar[str] = "document.updated"


@dataclass(frozen=True, kw_only=True)
class DocumentAccessChanged(DocumentEvent):
    """Other people than before may see a document."""

    name: ClassVar[str] = "document.access_changed"


@dataclass(frozen=True, kw_only=True)
class DocumentDebtLinked(DocumentEvent):
    """A document is evidence of a debt."""

    name: ClassVar[str] = "document.debt_linked"


@dataclass(frozen=True, kw_only=True)
class DocumentDebtUnlinked(DocumentEvent):
    """A document is not evidence of that debt any more."""

    name: ClassVar[str] = "document.debt_unlinked"


@dataclass(frozen=True, kw_only=True)
class DocumentDeleted(DocumentEvent):
    """A document was deleted; its record stays and can be restored."""

    name: ClassVar[str] = "document.deleted"


@dataclass(frozen=True, kw_only=True)
class DocumentRestored(DocumentEvent):
    """A deleted document is back."""

    name: ClassVar[str] = "document.restored"
