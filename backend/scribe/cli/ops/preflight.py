"""`scribe ops preflight`: say everything that is wrong, at once, before anything is started."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from scribe.cli.ops import env_file, secrets
from scribe.cli.ops.checks import files, machine, profiles, settings
from scribe.cli.ops.checks.finding import Finding, wrong
from scribe.core.clock import SystemClock


def preflight(
    directory: Annotated[
        Path, typer.Option(help="Where docker-compose.prod.yml is.", exists=True, file_okay=False)
    ] = Path(),
    docker_version: Annotated[
        str | None, typer.Option(help="Inside a container: \"$(docker version --format '{{.Server.Version}}')\"")
    ] = None,
    compose_version: Annotated[
        str | None, typer.Option(help='Inside a container: "$(docker compose version --short)"')
    ] = None,
) -> None:
    """Look at files, certificate, Docker, ports, disk, name, store. Changes nothing; exit 1 if one is wrong."""
    found = list(_all(directory, docker_version, compose_version))
    for finding in sorted(found, key=lambda each: each.level, reverse=True):
        typer.echo(f"{finding.level.upper():8}{finding.text}")
    mistakes = sum(finding.level == "wrong" for finding in found)
    if mistakes:
        typer.echo(f"\n{mistakes} to mend before Scribe is started.")
        raise typer.Exit(1)
    typer.echo("Ready: docker compose -f docker-compose.prod.yml up -d --wait")


def _all(directory: Path, docker_version: str | None, compose_version: str | None) -> Iterator[Finding]:
    if not (directory / "docker-compose.prod.yml").is_file():
        yield wrong(f"{directory.resolve()} has no docker-compose.prod.yml. Run this where Scribe was unpacked.")
    values: dict[str, str] = {}
    if (directory / ".env").is_file():
        values = env_file.read(directory / ".env")
    else:
        yield wrong(".env is missing. `ops init` makes it.")
    host = urlsplit(values.get("PUBLIC_URL", "")).hostname or ""
    yield from files.look(directory, host, SystemClock().now())
    yield from settings.look(directory, values)
    yield from profiles.look(directory, values)
    yield from machine.docker(docker_version, compose_version)
    certificate = secrets.readable(directory / "secrets", secrets.CERTIFICATE)
    wanted = [values.get(name) or default for name, default in (("HTTP_PORT", "80"), ("HTTPS_PORT", "443"))]
    yield from machine.ports(certificate, tuple(int(port) for port in wanted if port.isdigit()))
    yield from machine.room(directory)
    if host:
        yield from machine.name(host)
