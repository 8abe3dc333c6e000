"""What an operator types."""

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scribe.cli.main import app
from scribe.cli.ops.backups import places
from scribe.cli.ops.backups.errors import BackupFailed

run = CliRunner()


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(("BACKUP_", "DATABASE_", "ROOT_KEY", "TOKEN_KEY", "S3_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SCRIBE_HOME", str(tmp_path / "no-home"))


def test_init_makes_three_files_that_only_their_owner_reads_and_never_replaces_one(tmp_path: Path) -> None:
    made = run.invoke(app, ["ops", "backup", "init", str(tmp_path / "keys")])
    before = {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}

    again = run.invoke(app, ["ops", "backup", "init", str(tmp_path / "keys")])

    assert (made.exit_code, again.exit_code) == (0, 1)
    assert set(before) == {"backup_key", "backup_recovery_public", "recovery_key"}
    assert before == {path.name: path.read_text() for path in (tmp_path / "keys").iterdir()}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()} == {0o600}
    assert not any(text.strip() in made.output for text in before.values())


def test_init_fills_files_that_were_laid_out_empty(tmp_path: Path) -> None:
    (tmp_path / "backup_key").touch(mode=0o400)

    made = run.invoke(app, ["ops", "backup", "init", str(tmp_path)])

    assert made.exit_code == 0
    assert len((tmp_path / "backup_key").read_text().strip()) == 44
    assert (tmp_path / "backup_key").stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("moment", ["2026-11-27T12:00:00", "yesterday"])
def test_a_moment_without_its_zone_is_refused(tmp_path: Path, moment: str) -> None:
    refused = run.invoke(app, ["ops", "restore", str(tmp_path / "new"), "--to-time", moment])

    assert refused.exit_code == 2
    assert not (tmp_path / "new").exists()


def test_a_restore_without_a_repository_says_what_to_set(tmp_path: Path) -> None:
    refused = run.invoke(app, ["ops", "restore", str(tmp_path / "new")])

    assert refused.exit_code == 1
    assert "BACKUP_REPOSITORY is not set" in refused.output


def test_secrets_replace_none_but_empty_files(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "root_key").write_text("")
    (tmp_path / "secrets" / "token_key").write_text("another\n")

    places.plain(tmp_path).keep_secrets({"ROOT_KEY": "theirs"})
    with pytest.raises(BackupFailed, match="holds something else"):
        places.plain(tmp_path).keep_secrets({"TOKEN_KEY": "theirs"})

    assert (tmp_path / "secrets" / "root_key").read_text() == "theirs\n"
    assert (tmp_path / "secrets" / "token_key").read_text() == "another\n"
