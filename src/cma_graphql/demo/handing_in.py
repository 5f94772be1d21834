"""Hands papers in as people do: announced, sent to the store of files, looked at, settled."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random
from urllib.request import Request, urlopen
from uuid import UUID

from cma_graphql.access.actor import Actor, ActorKind
from cma_graphql.core.ids import new_id
from cma_graphql.demo.files import png_scan
from cma_graphql.demo.papers import Fate, PlausiblePaper
from cma_graphql.domain.debts.selectors import debts_of_cases
from cma_graphql.domain.documents.models import AccessLevel, Document
from cma_graphql.domain.documents.selectors import version_of
from cma_graphql.domain.documents.services.complete import begin_scan, settle_upload
from cma_graphql.domain.documents.services.debts import link_debt
from cma_graphql.domain.documents.services.request import FileSaid, request_upload
from cma_graphql.domain.documents.storage import DocumentStorage, Examined
from cma_graphql.integrations.storage.port import UploadTarget
from cma_graphql.persistence.database import Database
from cma_graphql.persistence.keys import CentreKeys
from cma_graphql.persistence.reads import Record
from cma_graphql.persistence.unit_of_work import UnitOfWork
from cma_graphql.persistence.writing import unit_of_work

HandIn = Callable[[UploadTarget, bytes], Awaitable[None]]
"""Sends a file where an upload target says."""
_PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class PaperMaker:
    """Makes documents with their files in one database and one store."""

    database: Database
    keys: CentreKeys
    storage: DocumentStorage
    hand_in: HandIn
    random: Random

    async def make(self, actor: Actor, case_id: UUID | None, papers: Sequence[PlausiblePaper]) -> list[UUID]:
        """Hand papers of a case in, or of the centre itself; answer those that may be shown as evidence."""
        async with unit_of_work(self.database, self.keys, actor) as uow:
            documents = [await self._announce(uow, case_id, paper) for paper in papers]
        sent = []
        for key, paper in zip(documents, papers, strict=True):
            version = await self._version(actor, key)
            if (finding := await self._send(version, paper)) is not None:
                sent.append((key, paper, version, finding))
        async with unit_of_work(self.database, self.keys, actor) as uow:
            for key, paper, _, finding in sent:
                await begin_scan(uow, document_id=key, number=1)
                await settle_upload(uow, document_id=key, number=1, examined=finding)
                if paper.kind.of_debt and case_id is not None:
                    await self._link(uow, case_id, key)
        shown = []
        for key, paper, version, finding in sent:
            if finding.findings.fault is not None:
                await self.storage.discard(version)
            elif paper.kind.access_level is not AccessLevel.MANAGERS_AND_COMPLIANCE:
                shown.append(key)
        return shown

    async def _announce(self, uow: UnitOfWork, case_id: UUID | None, paper: PlausiblePaper) -> UUID:
        kind, portal = paper.kind, uow.actor.kind is ActorKind.CLIENT
        document_id, _ = await request_upload(
            uow,
            storage=self.storage,
            case_id=case_id,
            title=kind.title,
            document_type=kind.document_type,
            file=FileSaid(
                file_name=paper.file_name,
                media_type=kind.media_type,
                size=len(_announced(paper)),
                sha256=hashlib.sha256(_announced(paper)).hexdigest(),
            ),
            tags=() if portal else kind.tags,
            access_level=None if portal else kind.access_level,
            shared_with_client=kind.shared and not portal,
        )
        return document_id

    async def _version(self, actor: Actor, document_id: UUID) -> Record:
        async with self.database.read(actor) as reader:
            version = await version_of(reader, document_id, 1)
        assert version is not None  # noqa: S101 - announced a moment ago
        return version

    async def _send(self, version: Record, paper: PlausiblePaper) -> Examined | None:
        """Send a paper's file and have it looked at; None where it is never sent, or the store will not have it."""
        if paper.fate is Fate.NEVER_SENT:
            return None
        try:
            await self.hand_in(await self.storage.upload_target(version), _sent(paper))
        except OSError:
            if paper.fate is not Fate.ALTERED:
                raise
            return None  # S3 compares the sum itself, and takes no other file than the one that was announced
        return await self.storage.examine(version, await self.storage.arrived(version))

    async def _link(self, uow: UnitOfWork, case_id: UUID, document_id: UUID) -> None:
        (debts,) = await debts_of_cases(uow, [case_id])
        if debts:
            version = (await uow.get(Document, document_id)).version
            debt_id = self.random.choice(debts)["key"]
            await link_debt(uow, document_id=document_id, version=version, debt_id=debt_id)


def _announced(paper: PlausiblePaper) -> bytes:
    """Answer the bytes that a paper's file is said to have."""
    return png_scan(Random(0)) if paper.fate is Fate.DISGUISED else paper.content  # noqa: S311 - a picture


def _sent(paper: PlausiblePaper) -> bytes:
    """Answer the bytes that come."""
    announced = _announced(paper)
    return announced[:-1] + b" " if paper.fate is Fate.ALTERED else announced


async def hand_in_over_http(target: UploadTarget, content: bytes) -> None:
    """Send a file by the request that a store elsewhere asks for. Raises OSError where it refuses."""
    headers, body = dict(target.headers), content
    if target.form:
        mark = new_id().hex
        fields = (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in target.form.items()
        )
        file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
        body = "".join((*fields, file)).encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
    request = Request(target.url, data=body, headers=headers, method=target.method)  # noqa: S310 - the store's address
    await asyncio.to_thread(_fetch, request)


def _fetch(request: Request) -> None:
    with urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
        answer.read()
