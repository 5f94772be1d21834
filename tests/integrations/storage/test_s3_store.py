"""Files in a bucket, by the real protocol: forms that are posted, addresses that are fetched, a server that goes."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx
import orjson
import pytest

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.integrations.storage.port import FileChanged, StorageKey
from cma_graphql.integrations.storage.s3 import S3Store
from integrations.storage.conftest import a_key, announced, content_in, found_in, in_minutes
from support.buckets import REGION, BucketWorld, a_bucket, bucket_at, post, s3_server
from support.logs import logged

CONTENT = b"%PDF-1.7 Dear Ms Okafor" + bytes(600_000)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run an S3 server for the module."""
    with s3_server() as address:
        yield address


@pytest.fixture
def world(endpoint: str) -> BucketWorld:
    """Make a bucket of the test's own."""
    return a_bucket(endpoint)


async def came_in(world: BucketWorld, content: bytes = CONTENT) -> StorageKey:
    said = announced(content)
    answer = await post(await world.store.upload_target(said, expires_at=in_minutes()), content)
    assert answer.status_code == 204
    return said.key


async def test_a_file_comes_in_is_kept_and_goes_out(world: BucketWorld) -> None:
    said = announced(CONTENT)
    assert await world.store.find(said.key) is None
    target = await world.store.upload_target(said, expires_at=in_minutes())
    assert (target.method, dict(target.headers)) == ("POST", {})
    assert (await post(target, CONTENT)).status_code == 204
    assert world.objects() == {f"incoming/{said.key.text}"}
    found = await found_in(world.store, said.key)
    assert (found.size, found.kept) == (len(CONTENT), False)
    assert await content_in(world.store, said.key, found) == CONTENT
    assert await world.store.keep(said.key, found) == "AES256"
    assert world.objects() == {f"kept/{said.key.text}"}
    kept = await found_in(world.store, said.key)
    assert (kept.size, kept.kept) == (len(CONTENT), True)
    assert await content_in(world.store, said.key, kept) == CONTENT
    address = await world.store.download_address(
        said.key, file_name='Brief "März".pdf', media_type="application/pdf", expires_at=in_minutes(1)
    )
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(address.url)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"Brief _M_rz_.pdf\"; filename*=UTF-8''Brief%20%22M%C3%A4rz%22.pdf"
    )


async def test_the_form_takes_exactly_what_was_announced(world: BucketWorld) -> None:
    said = announced(CONTENT)
    target = await world.store.upload_target(said, expires_at=in_minutes())
    policy = orjson.loads(base64.b64decode(target.form["policy"]))
    conditions = {
        name: value for each in policy["conditions"] if isinstance(each, dict) for name, value in each.items()
    }
    checksum = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert conditions | {"x-amz-date": "", "x-amz-credential": ""} == {
        "bucket": world.bucket,
        "key": f"incoming/{said.key.text}",
        "Content-Type": "application/pdf",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": checksum,
        "x-amz-server-side-encryption": "AES256",
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": "",
        "x-amz-date": "",
    }
    assert ["content-length-range", len(CONTENT), len(CONTENT)] in policy["conditions"]
    assert {name: target.form[name] for name in ("Content-Type", "x-amz-checksum-sha256")} == {
        "Content-Type": "application/pdf",
        "x-amz-checksum-sha256": checksum,
    }
    ends = policy["expiration"].replace("Z", "+00:00")
    assert abs((target.expires_at - type(target.expires_at).fromisoformat(ends)).total_seconds()) < 5
    assert "signature" not in repr(target)


async def test_a_download_is_good_for_its_time(world: BucketWorld) -> None:
    key = await came_in(world)
    address = await world.store.download_address(
        key, file_name="a.pdf", media_type="application/pdf", expires_at=now() + timedelta(seconds=60)
    )
    said = parse_qs(urlsplit(address.url).query)
    assert said["X-Amz-Expires"] in (["59"], ["60"])
    assert urlsplit(address.url).path == f"/{world.bucket}/kept/{key.text}"
    assert "X-Amz-Signature" not in repr(address)


async def test_the_key_that_encrypts_is_recorded(world: BucketWorld) -> None:
    kms = boto3.client(
        "kms", region_name=REGION, endpoint_url=world.endpoint, aws_access_key_id="here", aws_secret_access_key="secret"
    )
    arn = kms.create_key()["KeyMetadata"]["Arn"]
    store = world.other(kms_key_id=arn)
    said = announced(CONTENT)
    target = await store.upload_target(said, expires_at=in_minutes())
    assert target.form["x-amz-server-side-encryption"] == "aws:kms"
    assert target.form["x-amz-server-side-encryption-aws-kms-key-id"] == arn
    await post(target, CONTENT)
    assert await store.keep(said.key, await found_in(store, said.key)) == arn
    head = world.client.head_object(Bucket=world.bucket, Key=f"kept/{said.key.text}")
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", arn)


async def test_another_file_than_the_one_that_was_found_is_told(world: BucketWorld) -> None:
    key = await came_in(world)
    found = await found_in(world.store, key)
    world.client.put_object(Bucket=world.bucket, Key=f"incoming/{key.text}", Body=b"MZ another")
    with pytest.raises(FileChanged):
        await content_in(world.store, key, found)
    world.client.delete_object(Bucket=world.bucket, Key=f"incoming/{key.text}")
    with pytest.raises(FileChanged):
        await content_in(world.store, key, found)
    with pytest.raises(FileChanged):
        await world.store.keep(key, found)
    assert world.objects() == set()


async def test_keeping_twice_is_keeping_once(world: BucketWorld) -> None:
    key = await came_in(world)
    found = await found_in(world.store, key)
    assert await world.store.keep(key, found) == "AES256"
    assert await world.store.keep(key, found) == "AES256"  # by another who had found it before
    assert await world.store.keep(key, await found_in(world.store, key)) == "AES256"
    assert world.objects() == {f"kept/{key.text}"}


async def test_what_comes_in_later_reaches_nobody(world: BucketWorld) -> None:
    key = await came_in(world)
    await world.store.keep(key, await found_in(world.store, key))
    world.client.put_object(Bucket=world.bucket, Key=f"incoming/{key.text}", Body=b"MZ another")
    assert await content_in(world.store, key) == CONTENT
    assert (await found_in(world.store, key)).kept


async def test_deleting_takes_both_and_twice_is_once(world: BucketWorld) -> None:
    key = await came_in(world)
    await world.store.keep(key, await found_in(world.store, key))
    world.client.put_object(Bucket=world.bucket, Key=f"incoming/{key.text}", Body=b"MZ another")
    await world.store.delete(key)
    await world.store.delete(key)
    assert world.objects() == set()


async def test_what_was_never_completed_is_forgotten(world: BucketWorld) -> None:
    kept, abandoned = await came_in(world), await came_in(world)
    await world.store.keep(kept, await found_in(world.store, kept))
    assert await world.store.forget_abandoned(before=now() - timedelta(days=1)) == 0
    assert world.objects() == {f"kept/{kept.text}", f"incoming/{abandoned.text}"}
    assert await world.store.forget_abandoned(before=now() + timedelta(days=1)) == 1
    assert world.objects() == {f"kept/{kept.text}"}


async def test_a_server_that_is_away_and_a_bucket_that_is_missing(world: BucketWorld) -> None:
    key, found = a_key(), await found_in(world.store, await came_in(world))
    away = S3Store(bucket_at("http://127.0.0.1:9", "files-secret-name"))
    missing = S3Store(bucket_at(world.endpoint, "files-secret-name"))
    await world.store.ping()
    with logged() as logs:
        for store in (away, missing):
            for refused in (store.ping(), store.keep(key, found), store.forget_abandoned(before=now())):
                with pytest.raises((Unavailable, FileChanged)) as told:
                    await refused
                assert "secret-name" not in str(told.value)
        with pytest.raises(Unavailable):
            await away.find(key)
        with pytest.raises(Unavailable):
            await away.delete(key)
        with pytest.raises(Unavailable):
            await content_in(away, key, found)
    assert "the store of files is away" in logs.getvalue()
    assert "secret-name" not in logs.getvalue()
    assert "127.0.0.1" not in logs.getvalue()


async def test_without_credentials_nothing_is_signed(world: BucketWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    store = world.other(access_key_id=None, secret_access_key=None)
    with pytest.raises(Unavailable):
        await store.upload_target(announced(CONTENT), expires_at=in_minutes())


def test_the_bucket_is_printed_without_its_keys() -> None:
    assert repr(bucket_at("http://127.0.0.1", "files")) == "<Bucket files>"
