"""What every command needs: the settings, or a plain word on what is wrong with them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings, SettingsInvalid, load
from scribe.db.session import make_engine, make_session_factory
from scribe.db.tracing import trace_statements


def settings_or_exit() -> Settings:
    """The settings of this environment; prints every problem and exits with 2 where there are any."""
    try:
        return load()
    except SettingsInvalid as error:
        typer.echo(f"The settings cannot be used:\n{error}", err=True)
        raise typer.Exit(2) from error


def keyring_of(settings: Settings) -> KeyRing:
    """The keys below the settings' root key."""
    return KeyRing(base64.b64decode(settings.security.root_key.get_secret_value()))


def trace_as(service: str, settings: Settings) -> None:
    """Trace what this process does, where somebody collects that."""
    if collector := settings.logs.otel_exporter_otlp_endpoint:
        # Imported here: libraries that nobody else needs.
        from scribe.core.span_export import send_to  # noqa: PLC0415

        send_to(collector, service)
        trace_statements()


@contextmanager
def session_factory(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Sessions of a command; the connections end with it."""
    engine = make_engine(settings.database)
    try:
        yield make_session_factory(engine, keyring_of(settings))
    finally:
        engine.dispose()
