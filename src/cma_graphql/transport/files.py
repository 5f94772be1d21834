"""Takes files in and gives them out at signed addresses, where a folder of this server keeps them.

The address is the authorisation: it was given to somebody who may, names one file, and is good for minutes. No body
is ever held in memory.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from cma_graphql.core.errors import Unavailable
from cma_graphql.core.signed_addresses import AddressRefused
from cma_graphql.integrations.storage.port import DOWNLOADS, UPLOADS, AlreadyThere, Leaving, WrongLength, attachment
from cma_graphql.transport.answers import RETRY_SECONDS, error_body, json_response
from cma_graphql.transport.negotiation import JSON
from cma_graphql.transport.record import record_of

FILE_PATHS = (UPLOADS, DOWNLOADS)
CLIENT_GONE = 499
UPLOAD_SECONDS = 300.0
"""How long the sending of a file may take."""


class LocalFiles(Protocol):
    """A store whose files pass through this server."""

    async def receive(self, token: str, chunks: AsyncIterable[bytes]) -> None:
        """Take a file in. Raises AddressRefused, WrongLength, AlreadyThere, Unavailable."""
        ...

    async def send(self, token: str) -> Leaving:
        """Give a file out. Raises AddressRefused, Unavailable."""
        ...


class _Refused(Exception):
    """A request for a file that is refused."""

    def __init__(self, status: int, code: str, message: str, **extensions: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extensions = extensions


class FilesEndpoint:
    """The two kinds of addresses of files."""

    def __init__(self, files: LocalFiles, *, seconds: float = UPLOAD_SECONDS) -> None:
        self._files = files
        self._seconds = seconds

    async def upload(self, request: Request) -> Response:
        """Take the body as the address's file: 204, or a refusal in the form of every other."""
        try:
            await self._receive(request)
        except _Refused as refused:
            return _answer(request, refused)
        except ClientDisconnect:
            record_of(request.scope).add_codes(["CLIENT_GONE"])
            return Response(status_code=CLIENT_GONE)  # for the log: nobody reads it
        return Response(status_code=204)

    async def download(self, request: Request) -> Response:
        """Give the address's file as an attachment that no browser shows and no cache keeps."""
        try:
            leaving = await self._files.send(request.path_params["token"])
        except AddressRefused as refused:
            return _answer(request, _of_address(refused))
        except Unavailable as away:
            return _answer(request, _Refused(503, away.code, away.message))
        return StreamingResponse(
            _closing(leaving.chunks),
            media_type=leaving.media_type,
            headers={"Content-Length": str(leaving.size), "Content-Disposition": attachment(leaving.file_name)},
        )

    async def _receive(self, request: Request) -> None:
        if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            raise _Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the file without a content encoding.")
        try:
            async with asyncio.timeout(self._seconds):
                await self._files.receive(request.path_params["token"], request.stream())
        except AddressRefused as refused:
            raise _of_address(refused) from None
        except WrongLength as wrong:
            raise _Refused(
                413 if wrong.longer else 400,
                "INVALID",
                str(wrong),
                field="size",
                rule="size-mismatch",
                params={"expected": wrong.expected},
            ) from None
        except AlreadyThere:
            message = "A file has been handed in at this address already: complete it, or announce another version."
            raise _Refused(409, "CONFLICT", message) from None
        except Unavailable as away:
            raise _Refused(503, away.code, away.message) from None
        except TimeoutError:
            raise _Refused(408, "REQUEST_TIMEOUT", "The file did not arrive in time.") from None


def file_routes(files: LocalFiles) -> list[BaseRoute]:
    """Give the routes of uploads and downloads."""
    endpoint = FilesEndpoint(files)
    return [
        Route(f"{UPLOADS}/{{token}}", endpoint.upload, methods=["PUT", "POST"]),
        Route(f"{DOWNLOADS}/{{token}}", endpoint.download, methods=["GET"]),
    ]


def _of_address(refused: AddressRefused) -> _Refused:
    return _Refused(
        403, "FORBIDDEN", "This address is not good, or not any more: ask for another.", reason=refused.reason
    )


def _answer(request: Request, refused: _Refused) -> Response:
    record = record_of(request.scope)
    record.add_codes([refused.code])
    body = error_body(refused.code, refused.message, record.request_id, refused.extensions)
    # What was not read of the body would be taken for the next request.
    headers = {"Connection": "close"} if request.method != "GET" else {}
    if refused.status == 503:  # noqa: PLR2004
        headers["Retry-After"] = str(RETRY_SECONDS)
    return json_response(body, refused.status, JSON, headers)


async def _closing(chunks: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(chunks):
        async for chunk in chunks:
            yield chunk
