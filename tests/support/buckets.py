"""A real server of the S3 protocol on loopback, and buckets in it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import boto3
import httpx
from moto.server import ThreadedMotoServer

from cma_graphql.core.ids import new_id
from cma_graphql.integrations.storage.port import UploadTarget
from cma_graphql.integrations.storage.s3 import Bucket, S3Store

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

REGION: Literal["eu-west-2"] = "eu-west-2"


@dataclass
class BucketWorld:
    """A bucket on a server, and a store over it."""

    endpoint: str
    bucket: str
    client: "S3Client"
    store: S3Store

    def other(self, **given: str | None) -> S3Store:
        """Make a store with other words about the bucket."""
        return S3Store(bucket_at(self.endpoint, self.bucket, **given))

    def objects(self) -> set[str]:
        """Answer the keys of what is there."""
        return {item["Key"] for item in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())}


def bucket_at(endpoint: str, name: str, **given: str | None) -> Bucket:
    """Say where a bucket is."""
    said: dict[str, str | None] = {"access_key_id": "here", "secret_access_key": "secret", **given}
    return Bucket(**{"name": name, "region": REGION, "endpoint": endpoint, **said})  # type: ignore[arg-type]


@contextmanager
def s3_server() -> Iterator[str]:
    """Run a server; give its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def a_bucket(endpoint: str) -> BucketWorld:
    """Make a bucket."""
    bucket = f"files-{new_id().hex}"
    client = boto3.client(
        "s3", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="here", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    return BucketWorld(endpoint, bucket, client, S3Store(bucket_at(endpoint, bucket)))


async def post(target: UploadTarget, content: bytes) -> httpx.Response:
    """Hand a file in as a browser does: the fields of the form, then the file."""
    async with httpx.AsyncClient() as browser:
        return await browser.post(target.url, data=dict(target.form), files={"file": ("blob", content)})
