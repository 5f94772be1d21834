"""The same over the schema with the files in a bucket: what a browser posts and fetches, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from cma_graphql.domain.documents.storage import DocumentStorage
from cma_graphql.integrations.storage.port import UploadTarget
from cma_graphql.integrations.storage.s3 import S3Store
from graph.documents.conftest import Desk, rules
from support.buckets import BucketWorld, a_bucket, bucket_at, post, s3_server
from support.documents import LARGEST, PDF, said_of


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run an S3 server for the module."""
    with s3_server() as address:
        yield address


@pytest.fixture
def world(endpoint: str) -> BucketWorld:
    """Make a bucket."""
    return a_bucket(endpoint)


@pytest.fixture
def away(desk: Desk, world: BucketWorld) -> Desk:
    """Keep the desk's files in the bucket."""
    desk.scene.graph = replace(desk.scene.graph, storage=DocumentStorage(world.store, largest=LARGEST))
    return desk


def target_of(upload: dict[str, Any]) -> UploadTarget:
    return UploadTarget(
        method=upload["method"],
        url=upload["url"],
        form={each["name"]: each["value"] for each in upload["fields"]},
        expires_at=datetime.fromisoformat(upload["expiresAt"]),
    )


async def test_a_file_is_posted_completed_and_fetched(away: Desk, world: BucketWorld) -> None:
    announced = await away.announce()
    upload = announced["upload"]
    assert (upload["method"], upload["headers"]) == ("POST", [])
    assert (await post(target_of(upload), PDF)).status_code == 204
    payload = await away.complete(announced)
    assert payload["errors"] == []
    (version,) = payload["document"]["versions"]
    assert (version["uploadState"], version["encryptionKeyId"]) == ("AVAILABLE", "AES256")
    key = (await away.version(payload["document"]))["storage_key"]
    assert world.objects() == {f"kept/{key}"}
    address = (await away.download(payload["document"]))["download"]["url"]
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address)
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith('attachment; filename="letter.pdf"')


@pytest.mark.parametrize(
    ("came", "refused", "state"),
    [
        (PDF + b"x", ("ValidationError", "size", "size-mismatch"), "FAILED"),
        (PDF[:-1] + b"!", ("ValidationError", "sha256", "sha256-mismatch"), "FAILED"),
    ],
)
async def test_what_a_store_lets_in_is_refused_when_it_is_completed(
    away: Desk, world: BucketWorld, came: bytes, refused: tuple[str, ...], state: str
) -> None:
    announced = await away.announce()
    key = (await away.version(announced["document"]))["storage_key"]
    world.client.put_object(Bucket=world.bucket, Key=f"incoming/{key}", Body=came)
    payload = await away.complete(announced)
    assert (rules(payload), payload["document"]["uploadState"]) == ([refused], state)
    assert world.objects() == set()


async def test_a_file_that_is_not_what_it_claims_is_quarantined(away: Desk, world: BucketWorld) -> None:
    bad = b"MZ" + PDF
    announced = await away.announce(bad)
    await post(target_of(announced["upload"]), bad)
    payload = await away.complete(announced)
    assert rules(payload) == [("ValidationError", "mediaType", "media-type-mismatch")]
    assert payload["document"]["uploadState"] == "QUARANTINED"
    assert world.objects() == set()


async def test_a_file_that_comes_in_after_it_was_looked_at_reaches_nobody(away: Desk) -> None:
    announced = await away.announce()
    await post(target_of(announced["upload"]), PDF)
    document = (await away.complete(announced))["document"]
    await post(target_of(announced["upload"]), b"MZ evil")  # the form is good for some minutes still
    address = (await away.download(document))["download"]["url"]
    async with httpx.AsyncClient() as browser:
        assert (await browser.get(address)).content == PDF


async def test_a_bucket_that_is_away_leaves_what_was_announced(away: Desk, world: BucketWorld) -> None:
    gone = DocumentStorage(S3Store(bucket_at("http://127.0.0.1:9", world.bucket)), largest=LARGEST)
    announced = await away.announce()
    await post(target_of(announced["upload"]), PDF)
    broken = replace(away.scene.graph, storage=gone)
    answer = await broken.run(
        "mutation ($input: DocumentUploadCompleteInput!) { documentUploadComplete(input: $input) { replayed } }",
        as_=away.scene.advisor,
        input={"id": announced["document"]["id"], "versionNumber": 1},
    )
    assert answer.codes == ["UNAVAILABLE"]
    assert (await away.version(announced["document"]))["upload_state"] == "PENDING"
    assert (await away.complete(announced))["document"]["uploadState"] == "AVAILABLE"


async def test_a_further_version_is_another_object(away: Desk, world: BucketWorld) -> None:
    announced = await away.announce()
    await post(target_of(announced["upload"]), PDF)
    document = (await away.complete(announced))["document"]
    second = await away.on("documentVersionRequest", document, file=said_of(PDF + b"2"))
    await post(target_of(second["upload"]), PDF + b"2")
    assert (await away.complete(second))["document"]["currentVersion"] == {"number": 2}
    assert len(world.objects()) == 2
