"""What /metrics says of things beside requests: database, disk, backups."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import create_engine

from scribe.core.crypto import KeyRing
from scribe.core.settings import BackupSettings
from scribe.db.session import make_session_factory
from scribe.storage.filesystem import FilesystemStore
from tests.fixtures.app import ORIGIN

Figures = dict[tuple[str, ...], float]


def figures_of(app: FastAPI) -> Figures:
    """All samples, by name and the values of their labels."""
    answer = TestClient(app, base_url=ORIGIN, client=("127.0.0.1", 1)).get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_database_that_answers_is_up(app: FastAPI) -> None:
    assert figures_of(app)["scribe_database_up",] == 1


def test_without_a_database_all_other_figures_are_still_told(app: FastAPI, keyring: KeyRing) -> None:
    nowhere = create_engine("postgresql+psycopg2://nobody@127.0.0.1:1/none", connect_args={"connect_timeout": 1})
    app.state.session_factory = make_session_factory(nowhere, keyring)

    told = figures_of(app)

    assert told["scribe_database_up",] == 0
    assert ("scribe_queue_waiting",) not in told
    assert ("process_start_time_seconds",) in told


def test_the_room_for_audio_is_that_of_the_disk_it_is_kept_on(app: FastAPI, tmp_path: Path) -> None:
    app.state.store = FilesystemStore(tmp_path / "not" / "made" / "yet")

    told = figures_of(app)

    assert 0 < told["scribe_storage_free_bytes",] < told["scribe_storage_size_bytes",]


def test_of_a_store_without_a_disk_no_room_is_told(app: FastAPI) -> None:
    assert ("scribe_storage_free_bytes",) not in figures_of(app)


def use_status_file(app: FastAPI, path: Path) -> None:
    backup = BackupSettings(backup_status_file=path)
    app.state.settings = app.state.settings.model_copy(update={"backup": backup})


def test_the_last_backups_are_told_as_they_are_written_down(app: FastAPI, tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    use_status_file(app, path)
    before = figures_of(app)

    path.write_text(
        json.dumps({"last_success": {"wal": "2026-11-27T02:00:00Z"}, "drill_last_success": "1970-01-02T00:00:00Z"})
    )
    after = figures_of(app)

    assert before["scribe_backup_last_success_timestamp_seconds", "full"] == 0
    assert before["scribe_backup_drill_last_success_timestamp_seconds",] == 0
    assert after["scribe_backup_last_success_timestamp_seconds", "wal"] == pytest.approx(1795744800)
    assert after["scribe_backup_last_success_timestamp_seconds", "full"] == 0
    assert after["scribe_backup_drill_last_success_timestamp_seconds",] == 86400


def test_without_a_status_file_nothing_is_said_of_backups(app: FastAPI) -> None:
    assert not [name for name, *_ in figures_of(app) if name.startswith("scribe_backup")]
