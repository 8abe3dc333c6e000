"""The secrets that a bare server needs, sealed so that nobody who runs the server, or its backups, can open them.

HPKE (RFC 9180) to the recovery key's public half. Its private half is made once, and kept on paper or in a safe.
"""

import base64
import binascii
import hashlib
import json
import os
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository, stores_of
from scribe.core import crypto
from scribe.core.settings import BackupSettings

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"scribe keys"
_PREFIX = "keys/"
# What only this server knows; everything else a bare server can be given anew.
NAMES = (
    *("ROOT_KEY", "TOKEN_KEY", "BACKUP_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "ASSEMBLYAI_API_KEY"),
    *("ASSEMBLYAI_API_KEY_EU", "LLM_API_KEY", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"),
)


def new_recovery_key() -> tuple[str, str]:
    """A private key for the safe, and its public half for the server."""
    private = X25519PrivateKey.generate()
    return (
        base64.b64encode(private.private_bytes_raw()).decode(),
        base64.b64encode(private.public_key().public_bytes_raw()).decode(),
    )


def public_of(private: str) -> str:
    """The half of a recovery key that a server needs to go on making bundles for it."""
    return base64.b64encode(_private(private).public_key().public_bytes_raw()).decode()


def secrets_here() -> dict[str, str]:
    """The secrets that this environment has."""
    return {name: value for name in NAMES if (value := os.environ.get(name))}


def keep(repository: Repository, settings: BackupSettings, secrets: dict[str, str], now: datetime) -> bool:
    """Keep a bundle of the secrets; False where today's is there already and holds the same."""
    public = _public(settings.backup_recovery_public)
    today, mark = f"{_PREFIX}{now.astimezone(UTC):%Y%m%d}", _fingerprint(settings.key, secrets)
    newest = max(repository.names(_PREFIX), default="")
    if newest.startswith(today) and newest.endswith(mark):
        return False
    name = f"{today}t{now.astimezone(UTC):%H%M%S}-{mark}"
    repository.put_open(name, _SUITE.encrypt(json.dumps(secrets).encode(), public, _INFO))
    return True


def is_current(repository: Repository, settings: BackupSettings, secrets: dict[str, str]) -> bool:
    """Whether the newest bundle holds exactly these secrets; told without opening it."""
    bundles = sorted(repository.names(_PREFIX))
    return bool(bundles) and bundles[-1].endswith(_fingerprint(settings.key, secrets))


def open_newest(settings: BackupSettings, private: str) -> dict[str, str]:
    """The secrets of the newest bundle. Needs no backup key: that is in it."""
    prefix = (settings.bucket_and_prefix or ("", ""))[1]
    bare = Repository(*stores_of(settings), bytes(crypto.KEY_BYTES), prefix)
    bundles = sorted(bare.names(_PREFIX))
    if not bundles:
        raise BackupFailed("The repository holds no bundle of keys.")
    for name in reversed(bundles):
        opened = _opened(bare.sealed(name), private)
        if opened is not None:
            return opened
    raise BackupFailed("The recovery key opens no bundle of this repository: is it the right one?")


def names_of(repository: Repository) -> list[str]:
    """The bundles, oldest first."""
    return sorted(repository.names(_PREFIX))


def _opened(blob: bytes, private: str) -> dict[str, str] | None:
    key = _private(private)
    try:
        return dict(json.loads(_SUITE.decrypt(blob, key, _INFO)))
    except (InvalidTag, ValueError):
        return None


def _private(text: str) -> X25519PrivateKey:
    try:
        return X25519PrivateKey.from_private_bytes(base64.b64decode(text.strip(), validate=True))
    except (ValueError, binascii.Error) as error:
        raise BackupFailed("This is no recovery key: it is 32 bytes in base64.") from error


def _public(text: str) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error) as error:
        raise BackupFailed(
            "BACKUP_RECOVERY_PUBLIC is not set, or is no public key: `scribe ops backup init` makes one."
        ) from error


def _fingerprint(key: bytes, secrets: dict[str, str]) -> str:
    """Tells two bundles' contents apart, and nothing else of them to anybody without the backup key."""
    body = json.dumps(secrets, sort_keys=True).encode()
    return hashlib.sha256(crypto.derive(key, "bundle-fingerprint") + body).hexdigest()[:16]
