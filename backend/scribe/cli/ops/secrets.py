"""The files in ./secrets that the containers read: what is in each, and whose it is."""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

# The users of the images: Scribe's own, the official ones of nginx and PostgreSQL, Grafana's, and nobody.
SCRIBE, NGINX, POSTGRES, GRAFANA, NOBODY = 10001, 101, 999, 472, 65534
MODE = 0o400


@dataclass(frozen=True)
class Secret:
    """One file; `make` gives its text where nobody gave one, from the files made before it."""

    name: str
    owner: int
    make: Callable[[Mapping[str, str]], str]
    # Only then may the file be empty: nothing is sent to a service without a key.
    may_be_empty: bool = False


def _password(_: Mapping[str, str]) -> str:
    return secrets.token_hex(24)


def _key(_: Mapping[str, str]) -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _hex_key(_: Mapping[str, str]) -> str:
    return secrets.token_hex(32)


def _nothing(_: Mapping[str, str]) -> str:
    return ""


def _url(role: str, password: str) -> Callable[[Mapping[str, str]], str]:
    return lambda made: f"postgresql+psycopg2://{role}:{made[password]}@postgres:5432/scribe"


ROOT_KEY = "root_key"
CERTIFICATE, CERTIFICATE_KEY = "tls_certificate.pem", "tls_key.pem"
# In the order in which they are made. The certificate and its key are made apart (certificates.py).
FILES = (
    Secret("postgres_password", POSTGRES, _password),
    Secret("app_database_password", POSTGRES, _password),
    Secret("owner_database_password", POSTGRES, _password),
    Secret("database_url", SCRIBE, _url("scribe_app", "app_database_password")),
    Secret("database_owner_url", SCRIBE, _url("scribe_owner", "owner_database_password")),
    Secret(ROOT_KEY, SCRIBE, _key),
    Secret("token_key", SCRIBE, _key),
    Secret("s3_access_key_id", SCRIBE, _nothing, may_be_empty=True),
    Secret("s3_secret_access_key", SCRIBE, _nothing, may_be_empty=True),
    Secret("assemblyai_api_key", SCRIBE, _nothing, may_be_empty=True),
    Secret("assemblyai_api_key_eu", SCRIBE, _nothing, may_be_empty=True),
    Secret("llm_api_key", SCRIBE, _nothing, may_be_empty=True),
    # Only with COMPOSE_PROFILES=seaweedfs.
    Secret("seaweedfs_kek", SCRIBE, _hex_key),
    Secret("backup_database_password", POSTGRES, _password),
    Secret("backup_database_url", SCRIBE, _url("scribe_backup", "backup_database_password")),
    # Filled by `scribe ops backup init`, which prints the recovery key with them: no backup is made without.
    Secret("backup_key", SCRIBE, _nothing, may_be_empty=True),
    Secret("backup_recovery_public", SCRIBE, _nothing, may_be_empty=True),
    Secret("backup_s3_access_key_id", SCRIBE, _nothing, may_be_empty=True),
    Secret("backup_s3_secret_access_key", SCRIBE, _nothing, may_be_empty=True),
    Secret("metrics_token", NOBODY, _nothing, may_be_empty=True),
    Secret("monitor_database_password", POSTGRES, _password),
    Secret("grafana_admin_password", GRAFANA, _password),
    Secret(CERTIFICATE, NGINX, _nothing),
    Secret(CERTIFICATE_KEY, NGINX, _nothing),
)
# Those of a store that runs here: nobody gives them to us.
OF_OWN_STORE = {"s3_access_key_id": _password, "s3_secret_access_key": _hex_key}
# What the ACME client keeps, its account above all.
ACME = "acme"
OWNERS = {each.name: each.owner for each in FILES}


def text_of(directory: Path, name: str) -> str | None:
    """What is in the file, or None where there is none."""
    try:
        return (directory / name).read_text().strip()
    except FileNotFoundError:
        return None


def readable(directory: Path, name: str) -> str:
    """What is in the file, or nothing: what cannot be read is told of by the look at the files (checks/files.py)."""
    try:
        return text_of(directory, name) or ""
    except (OSError, UnicodeDecodeError):
        return ""


def write(directory: Path, name: str, text: str) -> None:
    """Write a new secret, for its owner alone. What is there is never overwritten: `FileExistsError`."""
    path = directory / name
    # The mode from the start: there is no moment in which others could read it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        os.write(handle, text.encode() + (b"\n" if text and not text.endswith("\n") else b""))
        os.fsync(handle)
        os.fchown(handle, OWNERS[name], OWNERS[name])
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(handle)
