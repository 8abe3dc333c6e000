"""The settings as the containers will read them, and the store that they name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scribe.cli.ops import env_file, secrets
from scribe.cli.ops.checks.finding import Finding, wrong
from scribe.core.settings import Settings, SettingsInvalid, StorageSettings, load
from scribe.storage.base import StoreUnavailable
from scribe.storage.s3 import S3Store


def look(directory: Path, values: dict[str, str]) -> Iterator[Finding]:
    """Whether Scribe would start with them, and whether an S3 store takes, gives back and forgets.

    A store that runs with Scribe is not there yet, and never is for who asks from outside.
    """
    try:
        settings = _as_in_the_containers(directory, values)
    except SettingsInvalid as error:
        yield from (wrong(line) for line in str(error).splitlines())
        return
    if settings.storage.storage_backend == "s3" and "seaweedfs" not in env_file.profiles(values):
        yield from _store(settings.storage)


def _as_in_the_containers(directory: Path, values: dict[str, str]) -> Settings:
    environment = {name: value for name, value in values.items() if value} | {"ENVIRONMENT": "production"}
    for each in secrets.FILES:
        if each.name in (secrets.CERTIFICATE, secrets.CERTIFICATE_KEY):
            continue
        if text := secrets.readable(directory / "secrets", each.name):
            environment[each.name.upper()] = text
    with _environment(environment):
        return load()


@contextmanager
def _environment(environment: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _store(storage: StorageSettings) -> Iterator[Finding]:
    where = f"{storage.s3_endpoint_url or 'AWS'}, bucket {storage.s3_bucket}"
    try:
        store = S3Store(storage)
        store.check()
        key, body = f"preflight/{os.urandom(8).hex()}", os.urandom(64)
        store.put(key, body)
        given_back = store.get(key)
        store.delete(key)
    except (StoreUnavailable, ValueError) as error:
        cause = error.__cause__ or error
        yield wrong(f"The audio store ({where}) does not answer as it should: {type(cause).__name__}.")
        return
    if given_back != body:
        yield wrong(f"The audio store ({where}) gives back something else than it was given.")
