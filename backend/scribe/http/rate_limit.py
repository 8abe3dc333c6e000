"""Rate limits per caller and route: on Redis for all processes together, else in this one alone.

A Redis that is set may be gone at any time: then there are no limits until it is back.

Both released versions of fastapi-limiter look for the called route in a way that current FastAPI breaks, count
parametrised routes or callers together, and believe any X-Forwarded-For; so only its counting script is used.
"""

import hashlib
import math
import time
from collections import OrderedDict
from typing import Literal
from uuid import UUID

import redis.asyncio
import structlog
from fastapi import Request, Response
from fastapi_limiter import FastAPILimiter
from fastapi_limiter.depends import RateLimiter
from redis.exceptions import NoScriptError, RedisError
from starlette.requests import HTTPConnection

from scribe.accounts.dependencies import COOKIE
from scribe.core.errors import ScribeError, Unavailable
from scribe.core.settings import Settings
from scribe.http.crowd import CHUNK_ROUTE
from scribe.http.errors import route_template
from scribe.http.windows import Windows

PREFIX = "scribe:limit"
_ANSWER_SECONDS = 0.25
# After a failure Redis is left alone for this long: a dead one must not slow down every request.
_REST_SECONDS = 5.0
_REMEMBERED = 20_000

log = structlog.get_logger(__name__)


class RateLimited(ScribeError):
    """More requests than allowed."""

    status, code, message = 429, "rate_limited", "Too many requests. Wait a moment, then go on."


class Crowded(Unavailable):
    """More webhooks than allowed. A vendor takes a 429 for "never again", and comes back after a 503."""

    code = "crowded"


class KnownCallers:
    """Which user a cookie or bearer token belongs to, as earlier requests of this process found out.

    Only what was once accepted counts as its user; all else counts as its address, so that making up cookies
    gains nothing.
    """

    def __init__(self) -> None:
        self._users: OrderedDict[bytes, UUID] = OrderedDict()

    def remember(self, connection: HTTPConnection, user_id: UUID) -> None:
        """Count requests with this one's credential as the user's from now on."""
        credential = _credential(connection)
        if credential:
            self._users[credential] = user_id
            self._users.move_to_end(credential)
            if len(self._users) > _REMEMBERED:
                self._users.popitem(last=False)

    def user_of(self, connection: HTTPConnection) -> UUID | None:
        """The user, if the credential was accepted before."""
        return self._users.get(_credential(connection))


def _credential(connection: HTTPConnection) -> bytes:
    # Hashed: what lies in memory should open nothing.
    given = connection.headers.get("authorization") or connection.cookies.get(COOKIE) or ""
    return hashlib.sha256(given.encode()).digest() if given else b""


class RouteLimit(RateLimiter):
    """So many requests per window of one caller on one route."""

    def __init__(self, text: str) -> None:
        times, _, seconds = text.partition("/")
        super().__init__(times=int(times), seconds=int(seconds))

    def wait_here(self, windows: Windows, key: str) -> int:
        """As `wait_seconds`, counted in this process."""
        return windows.wait_seconds(key, self.times, self.milliseconds / 1000)

    async def wait_seconds(self, client: redis.asyncio.Redis, key: str) -> int:
        """0 if the request may pass, else when to come again."""
        if FastAPILimiter.lua_sha is None:
            await self._load(client)
        try:
            wait_ms = await self._count(key)
        except NoScriptError:
            # Redis was started anew.
            await self._load(client)
            wait_ms = await self._count(key)
        return max(1, math.ceil(wait_ms / 1000)) if wait_ms else 0

    async def _count(self, key: str) -> int:
        return int(await self._check(key))  # type: ignore[no-untyped-call]

    @staticmethod
    async def _load(client: redis.asyncio.Redis) -> None:
        FastAPILimiter.lua_sha = await client.script_load(FastAPILimiter.lua_script)


class Limits:
    """The app's limits (`app.state.limits`)."""

    def __init__(self, settings: Settings) -> None:
        limits = settings.limits
        self.known = KnownCallers()
        self._is_enabled = limits.rate_limits_enabled
        self._url = settings.redis.redis_url.get_secret_value()
        self._windows = Windows()
        self._default = RouteLimit(limits.rate_limit_default)
        self._special = {
            ("GET", "/api/consultations"): RouteLimit(limits.rate_limit_consultations_list),
            ("POST", "/api/session"): RouteLimit(limits.rate_limit_sign_in),
            ("POST", "/api/session/unlock"): RouteLimit(limits.rate_limit_sign_in),
            ("POST", "/api/account/password"): RouteLimit(limits.rate_limit_sign_in),
            ("PUT", CHUNK_ROUTE): RouteLimit(limits.rate_limit_chunks),
        }
        self._webhooks = RouteLimit(limits.rate_limit_webhooks)
        self._rest_until = 0.0
        self._redis: redis.asyncio.Redis | None = None

    @property
    def standing(self) -> Literal["redis", "in_process", "off"]:
        """Where requests are counted now."""
        if not self._is_enabled or time.monotonic() < self._rest_until:
            return "off"
        return "redis" if self._url else "in_process"

    def open(self) -> None:
        """Take up the connection to Redis (at the app's start); it is made when first needed."""
        if self._is_enabled and self._url:
            self._redis = redis.asyncio.Redis.from_url(
                self._url, socket_timeout=_ANSWER_SECONDS, socket_connect_timeout=_ANSWER_SECONDS, retry=None
            )
            FastAPILimiter.redis, FastAPILimiter.lua_sha = self._redis, None

    async def close(self) -> None:
        """Give it back."""
        if self._redis is not None:
            await self._redis.aclose()
            self._redis = None

    async def check(self, request: Request) -> None:
        """Raise `RateLimited` (`Crowded`, for webhooks) if the caller has had enough of this route."""
        if self.standing == "off":
            return
        route = route_template(request.scope)
        is_webhook = route.startswith("/api/hooks/")
        limit = self._webhooks if is_webhook else self._special.get((request.method, route), self._default)
        key = f"{PREFIX}:{self._caller(request)}:{request.method}:{route}"
        wait = await self._wait(limit, key)
        if wait:
            raise Crowded(retry_after=wait) if is_webhook else RateLimited(retry_after=wait)

    async def _wait(self, limit: RouteLimit, key: str) -> int:
        if self._redis is None:
            return limit.wait_here(self._windows, key)
        try:
            return await limit.wait_seconds(self._redis, key)
        except (RedisError, OSError) as error:
            self._rest_until = time.monotonic() + _REST_SECONDS
            log.warning("limits_off", error=type(error).__name__, seconds=_REST_SECONDS)
            return 0

    def _caller(self, request: Request) -> str:
        user_id = self.known.user_of(request)
        if user_id is not None:
            return f"user:{user_id}"
        # The server has put the client's address here, from its trusted proxy's word only.
        return f"address:{request.client.host if request.client else '-'}"


async def limit(request: Request, _response: Response) -> None:
    """Dependency of every route."""
    await request.app.state.limits.check(request)
