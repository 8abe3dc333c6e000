"""What `scribe ops init` writes for a store and a certificate of the server's own, and what preflight says of both."""

import os
import re
import stat
from pathlib import Path

import pytest

from scribe.cli.ops import certificates, env_file, secrets
from tests.cli.ops.conftest import Ops
from tests.cli.ops.looking import NEW, Fault, assert_no_fault, assert_said, change_env, put

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
FLAGS = ("--public-url", "https://localhost", "--storage", "seaweedfs", "--certificate", "acme")


@pytest.fixture
def both(site: Path, ops: Ops) -> Path:
    """After `scribe ops init` with both."""
    result = ops("init", *FLAGS, "--email", "ops@clinic.example")
    assert result.exit_code == 0, result.output
    return site


def test_a_store_of_its_own_gets_keys_that_nobody_chose(both: Path, ops: Ops) -> None:
    made = env_file.read(both / ".env")

    assert (made["STORAGE_BACKEND"], made["S3_ENDPOINT_URL"]) == ("s3", "http://seaweedfs:8333")
    assert made["S3_FORCE_PATH_STYLE"] == "true"
    texts = [secrets.text_of(both / "secrets", name) or "" for name in (*secrets.OF_OWN_STORE, "seaweedfs_kek")]
    assert len({*texts}) == 3
    assert all(re.fullmatch(r"[0-9a-f]{48,}", text) for text in texts)


def test_a_store_elsewhere_gets_no_made_up_keys(begun: Path) -> None:
    assert [secrets.text_of(begun / "secrets", name) for name in secrets.OF_OWN_STORE] == ["", ""]


def test_until_the_issuer_answers_nginx_has_a_certificate_of_ours(both: Path) -> None:
    made = env_file.read(both / ".env")
    chain = secrets.text_of(both / "secrets", secrets.CERTIFICATE) or ""
    place = (both / "secrets" / secrets.ACME).stat()

    assert made["COMPOSE_PROFILES"] == "acme,seaweedfs"
    assert made["ACME_EMAIL"] == "ops@clinic.example"
    assert certificates.leaf(chain).issuer == certificates.leaf(chain).subject
    assert (place.st_uid, stat.S_IMODE(place.st_mode)) == (secrets.NGINX, 0o700)


def test_the_email_address_is_asked_for(site: Path, ops: Ops) -> None:
    assert ops("init", *FLAGS, typed="ops@clinic.example\n").exit_code == 0

    assert env_file.read(site / ".env")["ACME_EMAIL"] == "ops@clinic.example"


def test_a_second_run_keeps_all_and_minds_no_other_profile(both: Path, ops: Ops) -> None:
    change_env(both, "COMPOSE_PROFILES", "backups,acme,seaweedfs")
    (both / "secrets/s3_access_key_id").unlink()
    (both / "secrets/acme").rmdir()

    result = ops("init")

    assert result.exit_code == 0, result.output
    assert re.findall(r"^made  (\S+)$", result.output, re.MULTILINE) == ["secrets/s3_access_key_id"]
    assert len(secrets.text_of(both / "secrets", "s3_access_key_id") or "") == 48
    assert (both / "secrets/acme").is_dir()


def test_what_init_made_of_both_has_no_fault_of_its_own(both: Path, ops: Ops) -> None:
    assert_no_fault(ops)


FAULTS: dict[str, Fault] = {
    "a store that does not run": (lambda site: change_env(site, "COMPOSE_PROFILES", "acme"), "names seaweedfs"),
    "a store for nothing": (lambda site: change_env(site, "STORAGE_BACKEND", "filesystem"), "does not go there"),
    "a store that lets nobody in": (lambda site: put(site, "s3_secret_access_key", ""), "lets nobody in"),
    "nobody to tell": (lambda site: change_env(site, "ACME_EMAIL", ""), "ACME_EMAIL"),
    "no place for the account": (lambda site: (site / "secrets/acme").rmdir(), "secrets/acme is missing"),
    "another's place": (lambda site: os.chown(site / "secrets/acme", 0, 0), "secrets/acme belongs to user 0"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_of_one_mind_is_said(both: Path, ops: Ops, name: str) -> None:
    assert_said(ops, both, FAULTS[name])


def test_a_port_that_issuers_do_not_ask_is_a_caution(both: Path, ops: Ops) -> None:
    change_env(both, "HTTP_PORT", "8080")

    assert re.search(r"^CAUTION HTTP_PORT is not 80", ops("preflight", *NEW).output, re.MULTILINE)
