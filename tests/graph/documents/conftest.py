"""A case whose papers are handed in, and the ways to do it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from cma_graphql.access.actor import Actor
from cma_graphql.access.permissions import Role
from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.graph.node import read_id, write_id
from cma_graphql.integrations.storage.folder import FolderStore
from support.acting import Acting
from support.asking import Graph
from support.case_scene import Scene
from support.data import Data
from support.documents import PDF, a_document, hand_in, said_of


@dataclass
class Desk:
    """A scene with a case of its advisor, and the store of its files."""

    scene: Scene
    acting: Acting
    case_id: UUID
    storage: DocumentStorage
    store: FolderStore

    async def announce(self, content: bytes = PDF, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Announce a document of the case, as its advisor unless said; answer the payload."""
        file = said_of(content, **{name: given.pop(name) for name in ("media_type", "file_name") if name in given})
        said = {
            "caseId": write_id("case", self.case_id),
            "title": "A letter of the bank",
            "type": "CREDITOR_LETTER",
            "file": {**file, **given.pop("file", {})},
            **given,
        }
        return await self.scene.ask("documentUploadRequest", as_ or self.scene.advisor, **said)

    async def complete(self, announced: dict[str, Any], as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Complete what was announced."""
        said = {"id": announced["document"]["id"], "versionNumber": announced["versionNumber"], **given}
        return await self.scene.ask("documentUploadComplete", as_ or self.scene.advisor, **said)

    async def handed_in(self, content: bytes = PDF, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Announce a document, hand its file in and complete it; answer the document."""
        announced = await self.announce(content, as_, **given)
        assert announced["errors"] == []
        await hand_in(self.store, announced["upload"]["url"], content)
        payload = await self.complete(announced, as_)
        assert payload["errors"] == []
        document: dict[str, Any] = payload["document"]
        return document

    async def paper(self, **given: Any) -> UUID:
        """Make a document of the case past the mutations; its file is not stored."""
        case_id = given.pop("case_id", self.case_id)
        return await a_document(self.scene.data, self.scene.centre, case_id, **given)

    async def on(self, name: str, document: Any, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Run a mutation of one document, as the advisor unless said."""
        key = document if isinstance(document, UUID) else read_id("document", document["id"])
        said = dict(given)
        if "expectedVersion" not in said:
            said["expectedVersion"] = (await self.row(key))["version"]
        return await self.scene.ask(name, as_ or self.scene.advisor, id=write_id("document", key), **said)

    async def download(self, document: Any, as_: Actor | None = None, **given: Any) -> dict[str, Any]:
        """Ask for the address of a file."""
        key = write_id("document", document) if isinstance(document, UUID) else document["id"]
        return await self.scene.ask("documentDownload", as_ or self.scene.advisor, id=key, **given)

    async def row(self, key: UUID) -> dict[str, Any]:
        """Read a document's row, past every policy."""
        row = await self.acting.rows.fetchrow("SELECT * FROM documents WHERE id = $1", key)
        assert row is not None
        return dict(row)

    async def version(self, document: Any, number: int = 1) -> dict[str, Any]:
        """Read a version's row, past every policy."""
        key = document if isinstance(document, UUID) else read_id("document", document["id"])
        row = await self.acting.rows.fetchrow(
            "SELECT * FROM document_versions WHERE document_id = $1 AND number = $2", key, number
        )
        assert row is not None
        return dict(row)

    async def left(self) -> tuple[int, int, int, int]:
        """Count what the centre has: documents, versions, events, audit rows."""
        counts = [
            await self.acting.rows.fetchval(f"SELECT count(*) FROM {table} WHERE centre_id = $1", self.scene.centre)  # noqa: S608
            for table in ("documents", "document_versions", "event_log", "audit_logs")
        ]
        return (counts[0], counts[1], counts[2], counts[3])

    async def portal(self) -> Actor:
        """Make the client's own way in."""
        return await self.scene.data.a_member(self.scene.centre, Role.CLIENT, client_id=self.scene.client)


@pytest.fixture
async def desk(graph: Graph, data: Data, acting: Acting, storage: DocumentStorage) -> Desk:
    """Set the scene in a centre of its own."""
    centre = await data.a_centre()
    manager, advisor = await data.a_member(centre, Role.CENTRE_MANAGER), await data.a_member(centre)
    scene = Scene(graph, data, centre, manager, advisor, await data.a_client(centre))
    store = storage.store
    assert isinstance(store, FolderStore)
    return Desk(scene, acting, await scene.a_case(status="IN_PROGRESS"), storage, store)


def rules(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Answer the refusals of a payload: kind, path, rule."""
    return [(error["__typename"], ".".join(error["path"][1:]), error.get("rule")) for error in payload["errors"]]
