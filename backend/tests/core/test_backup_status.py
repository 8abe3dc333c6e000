"""What is believed of backups: only what is written down as a success."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scribe.core.backup_status import NEVER, BackupStatus, read

MORNING = datetime(2026, 11, 27, 2, tzinfo=UTC)


def test_successes_are_read_by_kind(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text(
        json.dumps(
            {
                "last_success": {"full": "2026-11-27T02:00:00Z", "audio": "2026-11-27T03:00:00+01:00"},
                "drill_last_success": "2026-11-27T02:00:00Z",
            }
        )
    )

    assert read(path) == BackupStatus({"full": MORNING, "audio": MORNING}, MORNING)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        '{"last_success": 3}',
        '{"last_success": {"full": 5}}',
        '{"last_success": {"full": "yesterday"}}',
        '{"last_success": {"full": "2026-11-27T02:00:00"}, "drill_last_success": "2026-11-27T02:00:00"}',
    ],
)
def test_what_cannot_be_understood_never_succeeded(tmp_path: Path, text: str) -> None:
    path = tmp_path / "status.json"
    path.write_text(text)

    assert read(path) == BackupStatus({"full": NEVER}, NEVER)


def test_a_file_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    assert read(tmp_path / "none.json") == BackupStatus({"full": NEVER}, NEVER)


def test_where_only_the_drill_ran_the_backup_never_did(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text('{"drill_last_success": "2026-11-27T02:00:00Z"}')

    assert read(path) == BackupStatus({"full": NEVER}, MORNING)
