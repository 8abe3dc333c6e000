"""`scribe ops preflight` says everything that is wrong, at once, and changes nothing."""

import base64
import os
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scribe.cli.ops import certificates, secrets
from scribe.cli.ops.checks import machine
from tests.cli.ops.conftest import Ops
from tests.cli.ops.looking import NEW, Fault, assert_no_fault, assert_said, change_env, put, said
from tests.storage.conftest import ACCESS_KEY, SECRET_KEY, Seaweed, seaweed  # noqa: F401 - a fixture

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def certify(site: Path, host: str, began: datetime) -> None:
    pair = certificates.self_signed(host, began)
    put(site, secrets.CERTIFICATE, pair.chain)
    put(site, secrets.CERTIFICATE_KEY, pair.key)


KEY = base64.b64encode(bytes(range(32))).decode()
NOW = datetime.now(UTC)
FAULTS: dict[str, Fault] = {
    "no .env": (lambda site: (site / ".env").unlink(), ".env is missing"),
    "no root key": (lambda site: (site / "secrets/root_key").unlink(), "secrets/root_key is missing"),
    "an empty root key": (lambda site: put(site, "root_key", ""), "secrets/root_key is empty"),
    "a root key by hand": (lambda site: put(site, "root_key", "my-root-key"), "root_key is not 32 random bytes"),
    "a root key of zeros": (
        lambda site: put(site, "root_key", base64.b64encode(bytes(32)).decode()),
        "root_key is not 32 random bytes",
    ),
    "one key for two": (lambda site: [put(site, name, KEY) for name in ("root_key", "token_key")], "are the same"),
    "a weak password": (lambda site: put(site, "postgres_password", "postgres"), "postgres_password is weak"),
    "a long weak one": (lambda site: put(site, "postgres_password", "ab" * 20), "postgres_password is weak"),
    "another's password": (lambda site: put(site, "app_database_password", "0123456789" * 4), "another password"),
    "another's backup password": (
        lambda site: put(site, "backup_database_password", "0123456789" * 4),
        "backup_database_url has another password",
    ),
    "a key id alone": (lambda site: put(site, "s3_access_key_id", "id"), "one is empty"),
    "open to all": (lambda site: (site / "secrets/token_key").chmod(0o444), "token_key is open to others"),
    "of another user": (lambda site: os.chown(site / "secrets/tls_key.pem", 0, 0), "tls_key.pem belongs to user 0"),
    "a foreign certificate": (lambda site: certify(site, "other.example.org", NOW), "not for localhost"),
    "an old certificate": (lambda site: certify(site, "localhost", NOW - timedelta(days=500)), "certificate ended"),
    "a future certificate": (lambda site: certify(site, "localhost", NOW + timedelta(days=2)), "valid only from"),
    "a foreign key": (
        lambda site: put(site, secrets.CERTIFICATE_KEY, certificates.self_signed("localhost", NOW).key),
        "belongs to another certificate",
    ),
    "no certificate at all": (lambda site: put(site, secrets.CERTIFICATE, "nothing"), "certificate is not PEM"),
    "no TLS": (lambda site: change_env(site, "PUBLIC_URL", "http://localhost"), "PUBLIC_URL must be https"),
    "no such name": (lambda site: change_env(site, "PUBLIC_URL", "https://x.invalid"), "x.invalid has no address"),
    "no bucket": (
        lambda site: [change_env(site, "STORAGE_BACKEND", "s3"), change_env(site, "S3_BUCKET", "")],
        "S3_BUCKET is not set",
    ),
    "a setting of no sense": (lambda site: change_env(site, "LIVE_SESSIONS", "many"), "LIVE_SESSIONS"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_said(begun: Path, ops: Ops, name: str) -> None:
    assert_said(ops, begun, FAULTS[name])


def test_what_init_made_has_no_fault_of_its_own(begun: Path, ops: Ops) -> None:
    assert_no_fault(ops)


def test_everything_is_said_at_once(begun: Path, ops: Ops) -> None:
    for name in ("no root key", "a weak password", "an old certificate", "no TLS"):
        FAULTS[name][0](begun)

    found = "\n".join(said(ops("preflight", "--docker-version", "19.03.1", "--compose-version", "1.29.2")))

    for words in (
        "root_key is missing",
        "is weak",
        "certificate ended",
        "must be https",
        "Engine is 19",
        "Compose is 1",
    ):
        assert words in found


def test_it_changes_nothing(begun: Path, ops: Ops) -> None:
    def state() -> dict[str, tuple[bytes, int, int]]:
        return {
            str(path): (path.read_bytes(), path.stat().st_mode, path.stat().st_mtime_ns)
            for path in begun.rglob("*")
            if path.is_file()
        }

    before, environment = state(), dict(os.environ)

    ops("preflight", *NEW)

    assert state() == before
    assert dict(os.environ) == environment


def test_a_secret_is_never_shown(begun: Path, ops: Ops) -> None:
    put(begun, "postgres_password", "my-weak-password")
    put(begun, "root_key", "my-weak-root-key")

    assert "my-weak" not in ops("preflight", *NEW).output


def test_a_machine_without_docker_is_told_of(begun: Path, ops: Ops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    found = said(ops("preflight"))

    assert {line.partition(" was")[0] for line in found if "not found" in line} == {"Docker Engine", "Docker Compose"}


def test_a_self_signed_or_ending_certificate_is_a_caution_only(begun: Path, ops: Ops) -> None:
    certify(begun, "localhost", NOW - timedelta(days=390))

    result = ops("preflight", *NEW)

    assert re.search(r"^CAUTION .*self-signed", result.output, re.MULTILINE)
    assert re.search(r"^CAUTION .*certificate ends on", result.output, re.MULTILINE)
    assert not [line for line in said(result) if "ertificate" in line]


def test_a_taken_port_is_named_and_a_free_one_is_not() -> None:
    with socket.socket() as taken, socket.socket() as freed:
        for each in (taken, freed):
            each.bind(("127.0.0.1", 0))
        taken.listen()
        ports = taken.getsockname()[1], freed.getsockname()[1]
        freed.close()

        found = [each.text for each in machine.ports("", ports)]

    assert len(found) == 1
    assert f"Port {ports[0]} is taken" in found[0]


@pytest.fixture
def serving(begun: Path) -> Iterator[int]:
    """The port of a server with the site's own certificate, as nginx would be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(begun / "secrets" / secrets.CERTIFICATE, begun / "secrets" / secrets.CERTIFICATE_KEY)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _ = server.accept()
            with connection, context.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def test_the_ports_of_a_scribe_that_runs_are_not_held_against_it(begun: Path, serving: int) -> None:
    own = (begun / "secrets" / secrets.CERTIFICATE).read_text()

    assert list(machine.ports(own, (serving,))) == []


def test_a_store_is_tried_with_the_keys_of_the_containers(begun: Path, ops: Ops, seaweed: Seaweed) -> None:  # noqa: F811 - the fixture
    change_env(begun, "STORAGE_BACKEND", "s3")
    change_env(begun, "S3_BUCKET", "audio")
    change_env(begun, "S3_ENDPOINT_URL", str(seaweed.settings().s3_endpoint_url))
    change_env(begun, "S3_FORCE_PATH_STYLE", "true")
    put(begun, "s3_access_key_id", ACCESS_KEY)
    put(begun, "s3_secret_access_key", SECRET_KEY)

    good = ops("preflight", *NEW)
    put(begun, "s3_secret_access_key", "another")
    bad = ops("preflight", *NEW)

    assert not [line for line in said(good) if "store" in line], good.output
    assert [line for line in said(bad) if "store" in line], bad.output
