"""The secrets: there, strong, of one mind, and nobody else's to read."""

import base64
import binascii
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from scribe.cli.ops import certificates, secrets
from scribe.cli.ops.certificates import Pair
from scribe.cli.ops.checks.finding import Finding, caution, wrong

# 24 hex digits hold 96 bits, which nobody guesses.
_SHORTEST, _FEWEST_SIGNS = 24, 8
_KEYS = (secrets.ROOT_KEY, "token_key")
_URLS = {
    "database_url": "app_database_password",
    "database_owner_url": "owner_database_password",
    "backup_database_url": "backup_database_password",
}


def look(directory: Path, host: str, now: datetime) -> Iterator[Finding]:
    """All secrets of the directory."""
    where = directory / "secrets"
    texts: dict[str, str] = {}
    for each in secrets.FILES:
        try:
            found = secrets.text_of(where, each.name)
        except (OSError, UnicodeDecodeError) as error:
            yield wrong(f"secrets/{each.name} cannot be read ({type(error).__name__}).")
            continue
        if found is None:
            yield wrong(f"secrets/{each.name} is missing. `ops init` makes what is missing.")
            continue
        texts[each.name] = found
        if not found and not each.may_be_empty:
            yield wrong(f"secrets/{each.name} is empty.")
        yield from _access(where / each.name, each.owner)
    yield from _strength(texts)
    yield from _agreement(texts)
    chain, key = texts.get(secrets.CERTIFICATE), texts.get(secrets.CERTIFICATE_KEY)
    if chain and key:
        found_faults = list(certificates.faults(Pair(chain, key), host, now))
        yield from map(wrong, found_faults)
        if not found_faults:
            yield from map(caution, certificates.cautions(chain, now))


def _access(path: Path, owner: int) -> Iterator[Finding]:
    found = path.stat()
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield wrong(f"secrets/{path.name} is open to others ({stat.filemode(found.st_mode)}): chmod 400 it.")
    if found.st_uid != owner:
        yield wrong(f"secrets/{path.name} belongs to user {found.st_uid}; its container reads it as {owner}: chown it.")


def _strength(texts: dict[str, str]) -> Iterator[Finding]:
    for name, text in texts.items():
        if name.endswith("_password") and text and (len(text) < _SHORTEST or len(set(text)) < _FEWEST_SIGNS):
            yield wrong(f"secrets/{name} is weak: at least {_SHORTEST} random signs (openssl rand -hex 24).")
    for name in _KEYS:
        if texts.get(name) and not _is_random(texts[name]):
            yield wrong(f"secrets/{name} is not 32 random bytes in base64 (openssl rand -base64 32).")


def _is_random(text: str) -> bool:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    # Thirty-two random bytes with so few different ones do not happen.
    return len(key) == 32 and len(set(key)) > 16


def _agreement(texts: dict[str, str]) -> Iterator[Finding]:
    if texts.get("root_key") and texts.get("root_key") == texts.get("token_key"):
        yield wrong("secrets/root_key and secrets/token_key are the same: one would give the other away.")
    for url, password in _URLS.items():
        parts = urlsplit(texts.get(url, ""))
        # Another host than compose's own has a password that is not here.
        if parts.hostname == "postgres" and parts.password != texts.get(password):
            yield wrong(f"secrets/{url} has another password than secrets/{password}.")
    if bool(texts.get("s3_access_key_id")) != bool(texts.get("s3_secret_access_key")):
        yield wrong("Of secrets/s3_access_key_id and secrets/s3_secret_access_key one is empty.")
