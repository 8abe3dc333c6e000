"""Hints over Redis pub/sub. Redis may be gone at any time: then nothing is published, and listeners are told."""

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis
import redis.asyncio
import structlog

from scribe.events.base import BusDown

_PREFIX = "scribe:events:"
_ANSWER_SECONDS = 0.5
# After a failure, publishing is not even tried for this long: a dead Redis must not slow down each commit.
_REST_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class RedisBus:
    """Publishes through a blocking client, listens through an asynchronous one."""

    name = "redis"

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = redis.Redis.from_url(
            url, socket_connect_timeout=_ANSWER_SECONDS, socket_timeout=_ANSWER_SECONDS, retry=None
        )
        self._lock = threading.Lock()
        self._rest_until = 0.0

    def publish(self, channel: str, message: str) -> None:
        """Tell whoever listens; a Redis that does not answer costs half a second once in five."""
        with self._lock:
            if time.monotonic() < self._rest_until:
                return
        try:
            self._client.publish(_PREFIX + channel, message)
        except (redis.RedisError, OSError) as error:
            with self._lock:
                self._rest_until = time.monotonic() + _REST_SECONDS
            _log.warning("events_publish_failed", error=type(error).__name__)

    @asynccontextmanager
    async def subscribe(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Messages from the moment of entering; `BusDown` when Redis is lost."""
        client = redis.asyncio.Redis.from_url(
            self._url, socket_connect_timeout=_ANSWER_SECONDS, retry=None, decode_responses=True
        )
        try:
            pubsub = client.pubsub(ignore_subscribe_messages=True)
            try:
                await pubsub.subscribe(_PREFIX + channel)
            except (redis.RedisError, OSError) as error:
                raise BusDown from error
            yield self._messages(pubsub)
        finally:
            await client.aclose()

    @staticmethod
    async def _messages(pubsub: "redis.asyncio.client.PubSub") -> AsyncIterator[str]:
        try:
            async for message in pubsub.listen():
                yield str(message["data"])
        except (redis.RedisError, OSError) as error:
            raise BusDown from error
        raise BusDown

    def check(self) -> None:
        """Raise if Redis does not answer."""
        self._client.ping()
