"""Live hints: what changed, told to whoever is looking. Sent only after the change is committed."""

from sqlalchemy.orm import Session, sessionmaker

from scribe.core.settings import Settings
from scribe.events.base import EventBus
from scribe.events.outbox import hint
from scribe.events.postgres import PostgresBus
from scribe.events.redis import RedisBus

__all__ = ["EventBus", "attach", "hint", "make_bus"]


def make_bus(settings: Settings) -> EventBus:
    """Redis where it is set; else PostgreSQL's own notifications, which reach every process too."""
    redis_url = settings.redis.redis_url.get_secret_value()
    if redis_url:
        return RedisBus(redis_url)
    return PostgresBus(settings.database.database_url.get_secret_value())


def attach(factory: sessionmaker[Session], bus: EventBus) -> None:
    """Let the hints of the factory's sessions go out on the bus once their transactions commit."""
    factory.configure(info={**(factory.kw.get("info") or {}), "events": bus})
