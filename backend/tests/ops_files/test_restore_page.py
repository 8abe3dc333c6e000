"""docs/operations/restore.md names volumes, services, paths and secrets: those of docker-compose.prod.yml."""

import re

import yaml

from scribe.cli.ops import secrets
from tests.ops_files.watching import ROOT

PROD = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())
PAGE = (ROOT / "docs/operations/restore.md").read_text()
# Where the data of before are put aside: made by the page itself.
KEPT = "kept"


def test_every_volume_is_one_of_the_compose_file() -> None:
    named = set(re.findall(r"\bscribe_([a-z-]+):/", PAGE))

    assert named == {"postgres-data", "objects", KEPT}
    assert named - {KEPT} <= set(PROD["volumes"])
    assert PROD["name"] == "scribe"


def test_the_database_is_where_the_page_looks_for_it() -> None:
    assert "postgres-data:/var/lib/postgresql/data" in PROD["services"]["postgres"]["volumes"]
    assert "/var/lib/postgresql/data" in PAGE
    # database_to: whose the files are for a restore, and then.
    assert set(re.findall(r"^ *database_to (\d+)$", PAGE, re.MULTILINE)) == {str(secrets.SCRIBE), str(secrets.POSTGRES)}
    assert PROD["services"]["postgres"]["user"] == f"{secrets.POSTGRES}:{secrets.POSTGRES}"


def test_every_secret_that_comes_back_has_a_place() -> None:
    (names,) = re.findall(r"for name in (.+); do", PAGE)

    assert set(names.split()) == {"root_key", "token_key", "backup_key", "backup_recovery_public"}
    assert {secrets.OWNERS[name] for name in names.split()} == {secrets.SCRIBE}
