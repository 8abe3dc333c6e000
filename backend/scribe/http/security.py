"""What every answer tells the browser, and which browsers may change anything."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scribe.core.errors import Forbidden
from scribe.http.errors import render

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS = {
    # An answer of the API is never a document; pages bring a policy of their own (spa.py).
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Permissions-Policy": "microphone=(self), screen-wake-lock=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ForeignOrigin(Forbidden):
    """Another site's page sent this."""

    code, message = "foreign_origin", "This request did not come from Scribe's own page."


class SecurityHeaders:
    """ASGI middleware: adds what the answer does not set itself."""

    def __init__(self, app: ASGIApp, *, over_https: bool) -> None:
        self.app = app
        self._headers = dict(_HEADERS)
        if over_https:
            self._headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; complete the answer's headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class SameOriginOnly:
    """ASGI middleware: refuses unsafe verbs that another site's page caused, on top of SameSite=Strict.

    A browser names the origin of every unsafe request. One that names none is no browser's, so it may pass only
    if it brings no cookie: then there is no one's sign-in to abuse.
    """

    def __init__(self, app: ASGIApp, *, allowed: str) -> None:
        self.app = app
        self._allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] not in _SAFE and not self._passes(Headers(scope=scope)):
            await render(ForeignOrigin())(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _passes(self, headers: Headers) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            # The browser's own word, which pages cannot set.
            return site == "same-origin"
        if origin is not None:
            return origin == self._allowed
        return "cookie" not in headers
