"""The single-page app: hashed assets for ever, and index.html with a fresh nonce for every other address."""

import mimetypes
import re
import secrets
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from scribe.core.errors import NotFound

# Vite writes it into every tag that needs one (frontend/vite.config.ts).
PLACEHOLDER = b"__CSP_NONCE__"
_POLICY = (
    "default-src 'none'; script-src 'self'{assets} 'nonce-{nonce}'; style-src 'self'{assets} 'nonce-{nonce}'; "
    "img-src 'self'{assets} data: blob:; font-src 'self'{assets}; connect-src 'self'; media-src 'self' blob:; "
    "worker-src 'self' blob:; "
    "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# A build for a CDN names its origin (ASSET_BASE_URL in frontend/vite.config.ts).
_ELSEWHERE = re.compile(rb'(?:src|href)="(https?://[^/"]+)/assets/')
# They hold nobody's data, and a CDN may hand them to the page of another origin.
_HASHED = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# Not in every machine's table of types.
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("application/manifest+json", ".webmanifest")


class Spa:
    """ASGI app over Vite's output. Without one, every address is not found."""

    def __init__(self, dist: Path | None) -> None:
        self._dist = dist.resolve() if dist else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file or the page."""
        path = scope["path"]
        if scope["type"] != "http" or path == "/api" or path.startswith(("/api/", "/.")):
            raise NotFound
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405)
        response = await run_in_threadpool(self._answer, path.lstrip("/"))
        await response(scope, receive, send)

    def _answer(self, path: str) -> Response:
        if self._dist is None:
            raise NotFound
        file = self._file(self._dist, path)
        if file is not None:
            is_hashed = path.startswith("assets/")
            return FileResponse(file, headers=_HASHED if is_hashed else {"Cache-Control": "no-cache"})
        if path.startswith("assets/") or "." in path.rpartition("/")[2]:
            raise NotFound
        return self._page(self._dist)

    @staticmethod
    def _file(dist: Path, path: str) -> Path | None:
        try:
            file = (dist / path).resolve()
            is_ours = file.is_relative_to(dist) and file.is_file()
        except (OSError, ValueError):
            # A name that the file system cannot hold.
            return None
        return file if is_ours and file.suffix != ".html" else None

    @staticmethod
    def _page(dist: Path) -> Response:
        nonce = secrets.token_urlsafe(16)
        try:
            page = (dist / "index.html").read_bytes()
        except OSError as error:
            raise NotFound from error
        assets = "".join(f" {origin.decode()}" for origin in sorted(set(_ELSEWHERE.findall(page))))
        headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce, assets=assets), "Cache-Control": "no-store"}
        return Response(page.replace(PLACEHOLDER, nonce.encode()), media_type="text/html", headers=headers)
