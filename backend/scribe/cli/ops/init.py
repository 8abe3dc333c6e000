"""`ops init`: make .env and ./secrets beside docker-compose.prod.yml."""

import os
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from scribe.cli.ops import making, secrets
from scribe.cli.ops.checks.profiles import OWN_STORE_URL
from scribe.cli.ops.making import Answers, Refused

# What .env says of each.
_KINDS = {
    "filesystem": {"STORAGE_BACKEND": "filesystem"},
    "s3": {"STORAGE_BACKEND": "s3"},
    "seaweedfs": {"STORAGE_BACKEND": "s3", "S3_ENDPOINT_URL": OWN_STORE_URL, "S3_FORCE_PATH_STYLE": "true"},
}
Place = Annotated[Path, typer.Option(help="Where docker-compose.prod.yml is.", exists=True, file_okay=False)]


def init(
    directory: Place = Path(),
    public_url: Annotated[
        str | None, typer.Option(help="Where clinics find Scribe: https://scribe.example.org")
    ] = None,
    storage: Annotated[
        str | None,
        typer.Option(
            help="Where audio is kept: filesystem (a volume of this server), seaweedfs (a store that runs here) or s3"
        ),
    ] = None,
    s3_bucket: Annotated[str | None, typer.Option(help="The bucket's name")] = None,
    s3_region: Annotated[str | None, typer.Option(help="The bucket's region")] = None,
    s3_endpoint: Annotated[str | None, typer.Option(help="The address of your own store; empty for AWS")] = None,
    s3_key_id: Annotated[str | None, typer.Option(help="The access key's id")] = None,
    s3_secret: Annotated[
        str | None, typer.Option(envvar="SCRIBE_S3_SECRET", help="The access key's secret; better in the environment")
    ] = None,
    certificate: Annotated[
        str | None,
        typer.Option(
            help="Your certificate's chain (PEM), or: acme (Let's Encrypt); without, a self-signed one is made"
        ),
    ] = None,
    certificate_key: Annotated[Path | None, typer.Option(help="Its key (PEM)")] = None,
    email: Annotated[str | None, typer.Option(help="With acme: who is told when a certificate is about to end")] = None,
    new_root_key: Annotated[  # noqa: FBT002 - a flag of the command line
        bool, typer.Option("--new-root-key", help="Nothing was ever recorded here: make a root key though others exist")
    ] = False,
) -> None:
    """Ask what was not given, and write what is missing. What exists is kept: no key is ever overwritten."""
    try:
        _must_be_root()
        making.must_be_the_place(directory)
        begun = making.is_begun(directory)
        url = (
            public_url
            or making.value_of(directory, "PUBLIC_URL")
            or typer.prompt("Where do clinics find Scribe? https://")
        )
        has = making.profiles_of(directory)
        kind = _kind(storage or ("seaweedfs" if "seaweedfs" in has else making.value_of(directory, "STORAGE_BACKEND")))
        profiles = has | {each for each in (kind, certificate) if each in {"seaweedfs", "acme"}}
        values = {"PUBLIC_URL": making.as_url(url), **_KINDS[kind]}
        if profiles != has:
            values["COMPOSE_PROFILES"] = ",".join(sorted(profiles))
        if certificate == "acme":
            values["ACME_EMAIL"] = _email(email or making.value_of(directory, "ACME_EMAIL"))
        given = {"s3_access_key_id": s3_key_id, "s3_secret_access_key": s3_secret}
        bucket = {"S3_BUCKET": s3_bucket, "S3_REGION": s3_region, "S3_ENDPOINT_URL": s3_endpoint}
        if kind == "s3" and not begun:
            _ask_about_s3(bucket, given)
        values |= {name: value for name, value in bucket.items() if value is not None}
        host = urlsplit(values["PUBLIC_URL"]).hostname or ""
        pair = making.pair_of(None if certificate == "acme" else certificate, certificate_key, host)
        known = {name: value for name, value in given.items() if value}
        _tell(*making.make(directory, Answers(values, known, pair, host, profiles, new_root_key)))
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(2) from refused


def _ask_about_s3(bucket: dict[str, str | None], secret: dict[str, str | None]) -> None:
    bucket["S3_BUCKET"] = bucket["S3_BUCKET"] or typer.prompt("The bucket's name")
    bucket["S3_REGION"] = bucket["S3_REGION"] or typer.prompt("Its region", default="us-east-1")
    if bucket["S3_ENDPOINT_URL"] is None:
        bucket["S3_ENDPOINT_URL"] = typer.prompt("Your own store's address (empty for AWS)", default="")
    # Only AWS gives each bucket a name in the DNS.
    bucket["S3_FORCE_PATH_STYLE"] = str(bool(bucket["S3_ENDPOINT_URL"])).lower()
    secret["s3_access_key_id"] = secret["s3_access_key_id"] or typer.prompt("The access key's id")
    secret["s3_secret_access_key"] = secret["s3_secret_access_key"] or typer.prompt("Its secret", hide_input=True)


def _email(text: str | None) -> str:
    return text or str(typer.prompt("Who is told when a certificate is about to end? (an email address)"))


def _kind(text: str | None) -> str:
    chosen = text or typer.prompt(
        "Where is audio kept: filesystem (a volume of this server), seaweedfs (a store that runs here) or s3?",
        default="filesystem",
    )
    if chosen not in _KINDS:
        raise Refused(f"Audio is kept by filesystem, seaweedfs or s3, not by {chosen}.")
    return str(chosen)


def _must_be_root() -> None:
    if os.geteuid() != 0:
        raise Refused(
            "Only root can give each secret to the user that reads it. Run this as root (docker run --user 0)."
        )


def _tell(made: list[str], kept: list[str]) -> None:
    for name in made:
        typer.echo(f"made  {name}")
    for name in kept:
        typer.echo(f"kept  {name}")
    if f"secrets/{secrets.ROOT_KEY}" in made:
        typer.echo(
            "\nKeep a copy of secrets/root_key away from this server and from its backups: without it no recording can"
            "\never be read again. Then: ops preflight"
        )
