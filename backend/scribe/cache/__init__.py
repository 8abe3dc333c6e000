"""What is kept ready, and may be lost at any time. Nothing of a patient is ever put here: Redis is not encrypted."""

from scribe.cache.base import Cache
from scribe.cache.nothing import KeepsNothing
from scribe.cache.redis import RedisCache
from scribe.core.settings import RedisSettings

__all__ = ["Cache", "make_cache"]


def make_cache(settings: RedisSettings) -> Cache:
    """Redis where it is set; else nothing is kept."""
    url = settings.redis_url.get_secret_value()
    return RedisCache(url) if url else KeepsNothing()
