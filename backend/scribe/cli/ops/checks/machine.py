"""The server itself: Docker, ports, room, memory, its name."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scribe.cli.ops.checks.finding import Finding, caution, wrong

# The oldest that this was run with: `up --wait` and health conditions.
DOCKER, COMPOSE = (20, 10), (2, 20)
# Images and speech models take 8 GB; a day's recordings of ten doctors about 1 GB.
ROOM_BYTES, ENOUGH_BYTES = 12 * 1024**3, 40 * 1024**3
# API, worker with the local engine, and PostgreSQL.
MEMORY_BYTES = 3.5 * 1024**3


def docker(engine: str | None, compose: str | None) -> Iterator[Finding]:
    """Versions as given, else as the `docker` of this machine tells them."""
    engine = engine or _told("docker", "version", "--format", "{{.Server.Version}}")
    compose = compose or _told("docker", "compose", "version", "--short")
    for name, text, oldest in (("Docker Engine", engine, DOCKER), ("Docker Compose", compose, COMPOSE)):
        found = re.match(r"v?(\d+)\.(\d+)", text)
        wanted = ".".join(map(str, oldest))
        if not found:
            yield wrong(f"{name} was not found ({wanted} or newer). Inside a container, tell its version: see --help.")
        elif (int(found[1]), int(found[2])) < oldest:
            yield wrong(f"{name} is {text}, and must be {wanted} or newer.")


def _told(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def ports(certificate: str, wanted: tuple[int, ...]) -> Iterator[Finding]:
    """Whether nginx could listen. A Scribe that runs already is no fault."""
    if certificate and any(_serves(port, certificate) for port in wanted):
        return
    for port in wanted:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind(("0.0.0.0", port))  # noqa: S104 - as nginx will
            except PermissionError:
                yield caution(f"Only root can say whether port {port} is free.")
            except OSError:
                yield wrong(f"Port {port} is taken by another program (ss -ltnp 'sport = :{port}').")


def _serves(port: int, certificate: str) -> bool:
    try:
        served = ssl.get_server_certificate(("127.0.0.1", port), timeout=5)
    except (OSError, ssl.SSLError):
        return False
    return "".join(served.split()) in "".join(certificate.split())


def room(directory: Path) -> Iterator[Finding]:
    """Disk and memory."""
    free = shutil.disk_usage(directory).free
    if free < ROOM_BYTES:
        yield wrong(f"{free // 1024**3} GB of disk are free; Scribe needs {ROOM_BYTES // 1024**3} GB to start.")
    elif free < ENOUGH_BYTES:
        yield caution(f"{free // 1024**3} GB of disk are free: enough to start, not for long.")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    if memory < MEMORY_BYTES:
        yield wrong(f"The server has {memory / 1024**3:.1f} GB of memory; Scribe needs 4 GB.")


def name(host: str) -> Iterator[Finding]:
    """Whether browsers will find the host, and find it here."""
    try:
        found = {each[4][0] for each in socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)}
    except OSError:
        yield wrong(f"{host} has no address in the DNS: browsers cannot find it.")
        return
    if not any(_is_here(str(address)) for address in found):
        yield caution(
            f"{host} is {', '.join(map(str, sorted(found)))}, which is none of this machine's: a router's, perhaps."
        )


def _is_here(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as attempt:
        try:
            attempt.bind((address, 0))
        except OSError:
            return False
    return True
