"""Kept in Redis, for all processes together."""

import threading
import time

import redis
import structlog

PREFIX = "scribe:cache:"
_ANSWER_SECONDS = 0.25
# After a failure Redis is left alone for this long: a dead one must not slow down every request.
_REST_SECONDS = 5.0
# Versions that nobody asks for any more go by themselves.
_KEEP_SECONDS = 3600

_log = structlog.get_logger(__name__)


class RedisCache:
    """A Redis that may be gone at any time."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS, retry=None
        )
        self._lock = threading.Lock()
        self._rest_until = 0.0

    def get(self, key: str) -> bytes | None:
        """See `Cache`."""
        if time.monotonic() < self._rest_until:
            return None
        try:
            kept = self._client.get(PREFIX + key)
        except (redis.RedisError, OSError) as error:
            self._rest(error)
            return None
        return kept if isinstance(kept, bytes) else None

    def put(self, key: str, value: bytes) -> None:
        """See `Cache`."""
        if time.monotonic() < self._rest_until:
            return
        try:
            self._client.set(PREFIX + key, value, ex=_KEEP_SECONDS)
        except (redis.RedisError, OSError) as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        with self._lock:
            self._rest_until = time.monotonic() + _REST_SECONDS
        _log.warning("cache_failed", error=type(error).__name__, seconds=_REST_SECONDS)
