"""What runs beside the rest, if .env says so: the store of this server, and the ACME client."""

from collections.abc import Iterator
from pathlib import Path

from scribe.cli.ops import env_file, secrets
from scribe.cli.ops.checks.finding import Finding, caution, wrong

OWN_STORE_URL = "http://seaweedfs:8333"


def look(directory: Path, values: dict[str, str]) -> Iterator[Finding]:
    """Whether what COMPOSE_PROFILES names and what else .env says are of one mind."""
    named = env_file.profiles(values)
    yield from _store(directory, values, own="seaweedfs" in named)
    if "acme" in named:
        yield from _acme(directory, values)


def _store(directory: Path, values: dict[str, str], *, own: bool) -> Iterator[Finding]:
    goes_there = values.get("STORAGE_BACKEND") == "s3" and values.get("S3_ENDPOINT_URL") == OWN_STORE_URL
    if goes_there and not own:
        yield wrong(f"S3_ENDPOINT_URL is {OWN_STORE_URL}, which runs only where COMPOSE_PROFILES names seaweedfs.")
    if own and not goes_there:
        yield wrong(
            f"COMPOSE_PROFILES names seaweedfs, but audio does not go there (STORAGE_BACKEND=s3,"
            f" S3_ENDPOINT_URL={OWN_STORE_URL})."
        )
    if own:
        for name in secrets.OF_OWN_STORE:
            if (directory / "secrets" / name).exists() and not (directory / "secrets" / name).stat().st_size:
                yield wrong(f"secrets/{name} is empty, and seaweedfs lets nobody in without. Remove it; `ops init`.")


def _acme(directory: Path, values: dict[str, str]) -> Iterator[Finding]:
    if "@" not in values.get("ACME_EMAIL", ""):
        yield wrong("ACME_EMAIL is no email address: nobody would be told when a certificate is about to end.")
    place = directory / "secrets" / secrets.ACME
    if not place.is_dir():
        yield wrong(f"secrets/{secrets.ACME} is missing. `ops init` makes what is missing.")
    elif place.stat().st_uid != secrets.NGINX:
        yield wrong(f"secrets/{secrets.ACME} belongs to user {place.stat().st_uid}, not to {secrets.NGINX}: chown it.")
    if values.get("HTTP_PORT", "80") != "80":
        yield caution("HTTP_PORT is not 80, where issuers of certificates look: something must pass 80 on to it.")
