"""Yesterday's backup, made by an older version of Scribe, in the version of today."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from scribe.cli.embedded.postgres import OWNER_ROLE
from scribe.cli.ops.backups import rounds
from tests.backups.source import BACKEND, OWNER_PASSWORD, Source, backups_of, settings_of


@pytest.mark.parametrize("versions", [1, 3])
def test_a_backup_of_an_older_schema_becomes_a_scribe_of_today(faulty: Source, tmp_path: Path, versions: int) -> None:
    config = Config(str(BACKEND / "alembic.ini"))
    config.attributes["url"] = faulty.postgres.url(OWNER_ROLE, OWNER_PASSWORD)
    command.downgrade(config, f"-{versions}")
    [(older,)] = faulty.query("SELECT version_num FROM alembic_version")
    backups = backups_of(faulty, settings_of(faulty, str(tmp_path / "repository")))
    made = rounds.once(backups, "full")

    # It restores, migrates as `scribe migrate` does, looks at every promise and recording, and signs in to the service.
    report = backups.drill(made.finished_at)

    assert report["passed"], report["checks"]
    head = ScriptDirectory.from_config(config).get_current_head()
    assert older != head
    assert report["checks"][0]["found"] == {"restored": older, "now": head}
    assert report["checks"][3]["found"]["decoded"] == 1
    # What is backed up stays what it was.
    assert faulty.query("SELECT version_num FROM alembic_version") == [(older,)]
