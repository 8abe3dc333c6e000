"""`scribe ops init` makes what is missing, for those who read it, and never overwrites a key."""

import os
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from scribe.cli.ops import certificates, env_file, secrets
from tests.cli.ops.conftest import ROOT, Ops

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
FLAGS = ("--public-url", "https://scribe.example.org", "--storage", "filesystem")


def texts(site: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (site / "secrets").iterdir()}


def test_every_file_that_compose_mounts_is_made_for_the_user_that_reads_it(site: Path, ops: Ops) -> None:
    result = ops("init", *FLAGS)

    assert result.exit_code == 0, result.output
    wanted = {
        Path(each["file"]).name
        for name in ("docker-compose.prod.yml", "docker-compose.monitoring.yml")
        for each in yaml.safe_load((ROOT / name).read_text())["secrets"].values()
    }
    made = {path.name: path.stat() for path in (site / "secrets").iterdir()}
    assert set(made) == wanted
    assert {stat.S_IMODE(found.st_mode) for found in made.values()} == {0o400}
    assert {name: found.st_uid for name, found in made.items()} == secrets.OWNERS
    assert stat.S_IMODE((site / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((site / ".env").stat().st_mode) == 0o600


def test_each_user_is_the_one_that_the_container_runs_as() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())["services"]

    assert services["nginx"]["user"] == f"{secrets.NGINX}:{secrets.NGINX}"
    assert f"--uid {secrets.SCRIBE}" in (ROOT / "backend/Dockerfile").read_text()
    for name in ("backend", "worker", "migrate"):
        assert {secrets.OWNERS[each] for each in services[name]["secrets"]} == {secrets.SCRIBE}


def test_env_is_the_example_with_the_answers_in_it(site: Path, ops: Ops) -> None:
    ops("init", *FLAGS)

    example, made = env_file.read(site / ".env.example"), env_file.read(site / ".env")
    assert made == example | {"PUBLIC_URL": "https://scribe.example.org", "STORAGE_BACKEND": "filesystem"}
    assert (site / ".env").read_text().count("#") == (site / ".env.example").read_text().count("#")


def test_what_is_not_given_is_asked_for(site: Path, ops: Ops) -> None:
    typed = "scribe.example.org\ns3\naudio\n\nhttps://store.example.org\nid-of-key\nsecret-of-key\n"

    result = ops("init", typed=typed)

    assert result.exit_code == 0, result.output
    made = env_file.read(site / ".env")
    assert made["PUBLIC_URL"] == "https://scribe.example.org"
    assert (made["S3_BUCKET"], made["S3_REGION"]) == ("audio", "us-east-1")
    assert (made["S3_ENDPOINT_URL"], made["S3_FORCE_PATH_STYLE"]) == ("https://store.example.org", "true")
    assert secrets.text_of(site / "secrets", "s3_secret_access_key") == "secret-of-key"
    assert "secret-of-key" not in result.output
    assert "secret-of-key" not in (site / ".env").read_text()


def test_a_second_run_keeps_every_file_and_makes_what_was_taken_away(begun: Path, ops: Ops) -> None:
    before = texts(begun)
    (begun / "secrets/token_key").unlink()

    result = ops("init")

    assert result.exit_code == 0, result.output
    after = texts(begun)
    assert re.findall(r"^made  (\S+)$", result.output, re.MULTILINE) == ["secrets/token_key"]
    assert after.pop("token_key") != before.pop("token_key")
    assert after == before


def test_a_lost_root_key_is_not_replaced_by_another_that_could_read_nothing(begun: Path, ops: Ops) -> None:
    (begun / "secrets/root_key").unlink()

    refused = ops("init")
    wanted = ops("init", "--new-root-key")

    assert refused.exit_code == 2
    assert "root_key is gone" in refused.output
    assert wanted.exit_code == 0
    assert (begun / "secrets/root_key").exists()


def test_nothing_is_made_where_env_says_something_else(begun: Path, ops: Ops) -> None:
    before = texts(begun), (begun / ".env").read_text()

    result = ops("init", "--public-url", "https://other.example.org", "--storage", "filesystem")

    assert result.exit_code == 2
    assert "PUBLIC_URL" in result.output
    assert (texts(begun), (begun / ".env").read_text()) == before


def test_nothing_is_made_where_scribe_is_not(site: Path, ops: Ops) -> None:
    (site / "docker-compose.prod.yml").unlink()

    assert ops("init", *FLAGS).exit_code == 2
    assert {path.name for path in site.iterdir()} == {".env.example"}


@pytest.mark.parametrize("url", ["http://scribe.example.org", "https://scribe.example.org/app", "ftp://x"])
def test_an_address_that_gives_no_microphone_is_refused(site: Path, ops: Ops, url: str) -> None:
    assert ops("init", "--public-url", url, "--storage", "filesystem").exit_code == 2
    assert not (site / ".env").exists()


def test_without_a_certificate_one_is_made_that_fits_the_address(site: Path, ops: Ops) -> None:
    ops("init", *FLAGS)

    made = texts(site)
    pair = certificates.Pair(made["tls_certificate.pem"], made["tls_key.pem"])
    assert list(certificates.faults(pair, "scribe.example.org", datetime.now(UTC))) == []
    assert list(certificates.faults(pair, "other.example.org", datetime.now(UTC))) != []


def test_a_given_certificate_is_taken_if_it_fits_and_refused_if_not(site: Path, ops: Ops, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    good, old = (
        certificates.self_signed("scribe.example.org", now),
        certificates.self_signed("scribe.example.org", now - timedelta(days=400)),
    )
    given = [tmp_path / "chain.pem", tmp_path / "key.pem"]
    flags = ("--certificate", str(given[0]), "--certificate-key", str(given[1]))
    given[0].write_text(old.chain)
    given[1].write_text(good.key)

    refused = ops("init", *FLAGS, *flags)
    given[0].write_text(good.chain)
    taken = ops("init", *FLAGS, *flags)

    assert refused.exit_code == 2
    assert "ended on" in refused.output
    assert "belongs to another certificate" in refused.output
    assert taken.exit_code == 0, taken.output
    assert texts(site)["tls_certificate.pem"] == good.chain
