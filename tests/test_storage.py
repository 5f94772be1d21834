"""Where the files of documents are kept, as the settings say; and that the server itself forgets what was abandoned."""

import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from cma_graphql.app import Application
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.keyring import new_key
from cma_graphql.core.settings import Settings
from cma_graphql.domain.documents.storage import ABANDONED_AFTER, DocumentStorage
from cma_graphql.integrations.storage.folder import FolderStore
from cma_graphql.integrations.storage.s3 import S3Store
from cma_graphql.parts import SettingMissing
from cma_graphql.persistence.embedded import EmbeddedServers
from integrations.storage.conftest import a_key
from support.databases import Databases
from support.logs import logged
from support.polling import until

S3 = {"storage": "s3", "s3_bucket": "files", "s3_region": "eu-west-2"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every setting of ours out of the environment."""
    for name in list(os.environ):
        if name.startswith("CMA_"):
            monkeypatch.delenv(name)


def settings(folder: Path, **given: Any) -> Settings:
    """Answer settings for a server."""
    return Settings(
        **{
            "env": "test",
            "database_url": SecretStr("postgresql://cma_app@127.0.0.1:9/cma"),
            "redis_url": SecretStr("redis://127.0.0.1:9"),
            "public_url": "https://cma.example/",
            "email_from": "noreply@example.org",
            "data_dir": folder,
            "token_keys": SecretStr(f"test:{new_key()}"),
            "master_keys": SecretStr(f"test:{b64encode(bytes(range(32))).decode()}"),
            "index_key": SecretStr(b64encode(bytes(range(32, 64))).decode()),
            **given,
        }
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"storage": "s3"}, {"CMA_S3_BUCKET", "CMA_S3_REGION"}),
        ({"storage": "s3", "s3_bucket": "files"}, {"CMA_S3_REGION"}),
        ({**S3, "s3_access_key_id": "key"}, {"CMA_S3_SECRET_ACCESS_KEY"}),
        ({**S3, "s3_secret_access_key": "do-not-print-me"}, {"CMA_S3_ACCESS_KEY_ID"}),
        ({"env": "production"}, {"CMA_STORAGE"}),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, given: dict[str, Any], named: set[str]) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(tmp_path, **given)
    message = str(refused.value.errors()[0]["msg"])
    assert {name for name in named if name in message} == named
    assert "do-not-print-me" not in message


@pytest.mark.parametrize(
    "given", [{"storage": "ftp"}, {"document_largest": 1023}, {"document_largest": 1024**3 + 1}, {"storage": ""}]
)
def test_what_no_store_is(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(tmp_path, **given)


def test_the_store_that_is_configured(tmp_path: Path) -> None:
    unsaid = Application(settings(tmp_path)).storage
    assert isinstance(unsaid.store, FolderStore)
    assert unsaid.store._kept == tmp_path / "documents" / "kept"
    assert unsaid.largest == 25 * 1024 * 1024
    said = Application(
        settings(tmp_path, storage="folder", storage_folder=tmp_path / "x", document_largest=4096)
    ).storage
    assert isinstance(said.store, FolderStore)
    assert (said.store._kept, said.largest) == (tmp_path / "x" / "kept", 4096)
    bucket = Application(settings(tmp_path, **S3, s3_access_key_id="key", s3_secret_access_key=SecretStr("s"))).storage
    assert isinstance(bucket.store, S3Store)


def test_the_secret_is_printed_nowhere(tmp_path: Path) -> None:
    made = settings(tmp_path, **S3, s3_access_key_id="key", s3_secret_access_key=SecretStr("do-not-print-me"))
    assert "do-not-print-me" not in f"{made!r} {made} {made.model_dump()}"


def test_a_folder_needs_the_keys_that_sign_its_addresses(tmp_path: Path) -> None:
    with pytest.raises(SettingMissing, match="CMA_TOKEN_KEYS"):
        Application(settings(tmp_path, token_keys=None))


@pytest.mark.parametrize(("given", "status"), [({}, 403), ({**S3, "s3_endpoint": "http://127.0.0.1:9"}, 404)])
async def test_only_a_folder_has_addresses_here(tmp_path: Path, given: dict[str, Any], status: int) -> None:
    transport = httpx.ASGITransport(Application(settings(tmp_path, **given)).asgi())
    async with httpx.AsyncClient(transport=transport, base_url="https://cma.example") as client:
        answers = [
            await client.put("/files/uploads/a.b.c", content=b"x"),
            await client.get("/files/downloads/a.b.c"),
        ]
    assert [answer.status_code for answer in answers] == [status, status]


async def test_a_store_that_is_away_degrades_the_server(tmp_path: Path) -> None:
    (tmp_path / "documents").write_text("no folder")
    transport = httpx.ASGITransport(Application(settings(tmp_path)).asgi())
    async with httpx.AsyncClient(transport=transport, base_url="https://cma.example") as client:
        answer = await client.get("/readyz")
    assert answer.json()["checks"]["storage"] == "degraded"


@pytest.fixture
def abandoned(tmp_path: Path) -> Path:
    """Leave a file that came in two days ago and was never completed."""
    path = tmp_path / "documents" / "incoming" / a_key().text
    path.parent.mkdir(parents=True)
    path.write_bytes(b"sealed")
    long_ago = path.stat().st_mtime - 2 * ABANDONED_AFTER.total_seconds()
    os.utime(path, (long_ago, long_ago))
    return path


async def test_a_server_forgets_what_was_never_completed(
    tmp_path: Path, abandoned: Path, databases: Databases, database_name: str, servers: EmbeddedServers
) -> None:
    app = Application(
        settings(
            tmp_path,
            database_url=SecretStr(databases.app(database_name)),
            redis_url=SecretStr(servers.redis_url),
        )
    )
    fresh = abandoned.with_name("fresh")
    fresh.write_bytes(b"sealed")
    async with app.lifespan(app.asgi()):  # type: ignore[arg-type]
        await until(lambda: not abandoned.exists())
    assert fresh.exists()


async def test_a_store_that_is_away_is_asked_again_a_minute_later(
    tmp_path: Path,
    databases: Databases,
    database_name: str,
    servers: EmbeddedServers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[float] = []

    async def away(_storage: DocumentStorage) -> None:
        asked.append(1)
        raise Unavailable

    monkeypatch.setattr(DocumentStorage, "forget_abandoned", away)
    monkeypatch.setattr("cma_graphql.app._A_MINUTE", 0.001)
    app = Application(
        settings(
            tmp_path,
            database_url=SecretStr(databases.app(database_name)),
            redis_url=SecretStr(servers.redis_url),
        )
    )
    with logged() as logs:
        async with app.lifespan(app.asgi()):  # type: ignore[arg-type]
            await until(lambda: len(asked) >= 2)
    assert '"kind":"Unavailable"' in logs.getvalue()
