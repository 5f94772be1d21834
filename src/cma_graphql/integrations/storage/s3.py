"""Keeps files in an S3 bucket, encrypted by it: uploads and downloads go past this server, by presigned requests.

What comes in lies under `incoming/`, what is kept under `kept/`. boto3 waits for its answers, so it works in threads.
"""

import asyncio
import base64
import functools
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from cma_graphql.core.clock import now
from cma_graphql.core.errors import Unavailable
from cma_graphql.core.logging import get_logger
from cma_graphql.integrations.storage.port import (
    Announced,
    DownloadAddress,
    FileChanged,
    Found,
    StorageKey,
    UploadTarget,
    attachment,
)

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

P = ParamSpec("P")
T = TypeVar("T")

_PIECE_BYTES = 256 * 1024
_CONNECT_SECONDS = 2.0
_READ_SECONDS = 5.0
_ATTEMPTS = 2
_INCOMING = "incoming/"
_KEPT = "kept/"
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_CHANGED = frozenset({"412", "PreconditionFailed"})
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where the files are, and who asks. Without a key the usual sources of AWS are asked, a role's for one."""

    name: str
    region: str
    endpoint: str | None = None
    """Another server than Amazon's that speaks S3."""
    access_key_id: str | None = None
    secret_access_key: str | None = None
    kms_key_id: str | None = None
    """The key of AWS KMS that encrypts; none: the bucket's own AES-256."""

    def __repr__(self) -> str:
        return f"<Bucket {self.name}>"


class S3Store:
    """Files in one bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket.name
        self._kms_key_id = bucket.kms_key_id
        self._session = boto3.Session(
            aws_access_key_id=bucket.access_key_id,
            aws_secret_access_key=bucket.secret_access_key,
            region_name=bucket.region,
        )
        self._client: S3Client = self._session.client(
            "s3",
            endpoint_url=bucket.endpoint,
            config=Config(
                signature_version="s3v4",
                connect_timeout=_CONNECT_SECONDS,
                read_timeout=_READ_SECONDS,
                retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
                s3={"addressing_style": "auto" if bucket.endpoint is None else "path"},
            ),
        )

    async def upload_target(self, announced: Announced, *, expires_at: datetime) -> UploadTarget:
        """Answer a presigned POST that takes exactly what was announced: its length, type and SHA-256."""
        checksum = base64.b64encode(bytes.fromhex(announced.sha256)).decode()
        exactly = {
            "Content-Type": announced.media_type,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": checksum,
            **self._encrypted_form(),
        }
        length: list[Any] = ["content-length-range", announced.size, announced.size]
        signed = await _asked(
            self._signed_post,
            Bucket=self._bucket,
            Key=_INCOMING + announced.key.text,
            Fields=dict(exactly),
            Conditions=[*({name: value} for name, value in exactly.items()), length],
            ExpiresIn=_seconds_until(expires_at),
        )
        return UploadTarget(method="POST", url=signed["url"], form=signed["fields"], expires_at=expires_at)

    def _signed_post(self, **given: Any) -> Mapping[str, Any]:
        if self._session.get_credentials() is None:  # botocore signs a form with an AttributeError then
            raise NoCredentialsError
        return self._client.generate_presigned_post(**given)

    async def find(self, key: StorageKey) -> Found | None:
        """Ask for a file's head, kept or incoming."""
        for prefix in (_KEPT, _INCOMING):
            try:
                head = await _asked(self._client.head_object, Bucket=self._bucket, Key=prefix + key.text)
            except _Absent:
                continue
            return Found(head["ContentLength"], head["ETag"], kept=prefix == _KEPT)
        return None

    async def read(self, key: StorageKey, found: Found) -> AsyncGenerator[bytes]:
        """Fetch a file a piece at a time; the store itself refuses another one than that which was found."""
        prefix = _KEPT if found.kept else _INCOMING
        try:
            answer = await _asked(
                self._client.get_object, Bucket=self._bucket, Key=prefix + key.text, IfMatch=found.mark
            )
        except _Absent:
            raise FileChanged from None
        body = answer["Body"]
        try:
            while piece := await _asked(body.read, _PIECE_BYTES):
                yield piece
        finally:
            body.close()

    async def keep(self, key: StorageKey, found: Found) -> str:
        """Copy a file to where no upload reaches, within the store; answer the key that encrypts it there."""
        if not found.kept:
            try:
                await _asked(
                    self._client.copy_object,
                    Bucket=self._bucket,
                    Key=_KEPT + key.text,
                    CopySource={"Bucket": self._bucket, "Key": _INCOMING + key.text},
                    CopySourceIfMatch=found.mark,
                    **self._encrypted(),
                )
                await _asked(self._client.delete_object, Bucket=self._bucket, Key=_INCOMING + key.text)
            except _Absent:
                pass  # replaced meanwhile, or kept by another that completes the same upload: the next request tells
        try:
            head: Mapping[str, Any] = await _asked(self._client.head_object, Bucket=self._bucket, Key=_KEPT + key.text)
        except _Absent:
            raise FileChanged from None
        key_id = head.get("SSEKMSKeyId") or head.get("ServerSideEncryption")
        if key_id is None:
            _log.error("the bucket does not encrypt")
            raise Unavailable
        return str(key_id)

    async def download_address(
        self, key: StorageKey, *, file_name: str, media_type: str, expires_at: datetime
    ) -> DownloadAddress:
        """Answer a presigned GET, whose answer is an attachment."""
        url = await _asked(
            self._client.generate_presigned_url,
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _KEPT + key.text,
                "ResponseContentDisposition": attachment(file_name),
                "ResponseContentType": media_type,
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=_seconds_until(expires_at),
        )
        return DownloadAddress(url=url, expires_at=expires_at)

    async def delete(self, key: StorageKey) -> None:
        """Delete a file; what is not there is no error of S3's."""
        for prefix in (_KEPT, _INCOMING):
            await _asked(self._client.delete_object, Bucket=self._bucket, Key=prefix + key.text)

    async def forget_abandoned(self, *, before: datetime) -> int:
        """Delete what lies under `incoming/` since before an instant."""
        return await _asked(self._forget_abandoned, before)

    def _forget_abandoned(self, before: datetime) -> int:
        forgotten = 0
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_INCOMING):
            for item in page.get("Contents", ()):
                if item["LastModified"] < before:
                    self._client.delete_object(Bucket=self._bucket, Key=item["Key"])
                    forgotten += 1
        return forgotten

    async def ping(self) -> None:
        """Ask for the bucket; raise Unavailable where it is not there for us."""
        try:
            await _asked(self._client.head_bucket, Bucket=self._bucket)
        except _Absent:
            raise Unavailable from None

    def _encrypted(self) -> dict[str, Any]:
        if self._kms_key_id is None:
            return {"ServerSideEncryption": "AES256"}
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._kms_key_id}

    def _encrypted_form(self) -> dict[str, str]:
        kind: Literal["AES256", "aws:kms"] = "AES256" if self._kms_key_id is None else "aws:kms"
        key = {} if self._kms_key_id is None else {"x-amz-server-side-encryption-aws-kms-key-id": self._kms_key_id}
        return {"x-amz-server-side-encryption": kind, **key}


class _Absent(Exception):
    """What was asked for is not there, or is another by now."""


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _ABSENT | _CHANGED:
            raise _Absent from None
        _log.error("the store of files refused", code=code, operation=error.operation_name)
        raise Unavailable("The store of files does not respond. Try again in a moment.") from None
    except (BotoCoreError, OSError) as error:
        # Not chained: the texts of such errors hold addresses and names of buckets.
        _log.error("the store of files is away", kind=type(error).__name__)
        raise Unavailable("The store of files does not respond. Try again in a moment.") from None


async def _asked(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask S3 in a thread; raise _Absent, or Unavailable for everything else that goes wrong."""
    with _in_our_words():
        return await asyncio.to_thread(functools.partial(call, *args, **kwargs))


def _seconds_until(instant: datetime) -> int:
    return max(1, int((instant - now()).total_seconds()))
