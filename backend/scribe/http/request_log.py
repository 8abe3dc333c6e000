"""The outermost layer: names each request, measures it, logs it, and answers where all else failed."""

import logging
import re
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from scribe.core.errors import ScribeError
from scribe.core.ids import new_id
from scribe.core.logging import frames
from scribe.core.request_context import request_id
from scribe.core.tracing import current_trace
from scribe.http import metrics
from scribe.http.errors import render, route_template

_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Asked every few seconds by machines; they would drown the rest.
QUIET = ("/health", "/health/live", "/health/ready", "/metrics")

log = structlog.get_logger(__name__)


class RequestLog:
    """ASGI middleware. The id is the proxy's where it is well formed, else the trace's, else a new one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and note how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        name = given if _WELL_FORMED.fullmatch(given) else current_trace() or new_id().hex
        token = request_id.set(name)
        exchange = _Exchange(scope, send, name)
        try:
            await self.app(scope, receive, exchange.send)
        except ClientDisconnect:
            log.info("client_gone", route=route_template(scope))
        except Exception as error:  # noqa: BLE001 - nothing may leave the app unanswered, nor its text be logged
            log.error("unhandled_error", error=type(error).__name__, frames=frames(error))  # noqa: TRY400
            if exchange.status == 0:
                await render(ScribeError())(scope, receive, exchange.send)
        finally:
            _remember_caller(scope)
            exchange.note()
            request_id.reset(token)


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, send: Send, name: str) -> None:
        self.scope, self._send, self._name = scope, send, name
        self.status = 0
        self._began = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-ID"] = self._name
            metrics.request_duration_seconds.labels(
                self.scope["method"], route_template(self.scope), str(self.status)
            ).observe(time.perf_counter() - self._began)
        await self._send(message)

    def note(self) -> None:
        viewer = self.scope.get("state", {}).get("viewer")
        who: dict[str, Any] = (
            {"user_id": str(viewer.user_id), "clinic_id": str(viewer.clinic_id)} if viewer is not None else {}
        )
        log.log(
            _level(self.scope, self.status),
            "request",
            method=self.scope["method"],
            route=route_template(self.scope),
            # 0: the client went away before it was answered.
            status=self.status,
            ms=round((time.perf_counter() - self._began) * 1000, 1),
            **who,
        )


def _remember_caller(scope: Scope) -> None:
    viewer = scope.get("state", {}).get("viewer")
    if viewer is not None:
        scope["app"].state.limits.known.remember(HTTPConnection(scope), viewer.user_id)


def _level(scope: Scope, status: int) -> int:
    if status >= 500:
        return logging.ERROR
    is_file = "route" not in scope and 0 < status < 400
    return logging.DEBUG if is_file or scope["path"] in QUIET else logging.INFO
