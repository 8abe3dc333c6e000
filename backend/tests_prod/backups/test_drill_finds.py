"""The drill fails where the restored Scribe is not what it should be: each check is seen to fail."""

import base64
from pathlib import Path

from pydantic import SecretStr

from scribe.cli.ops.backups import reports, rounds
from scribe.cli.ops.backups.rounds import Backups
from tests.backups.source import Source, backups_of, receiving, settings_of, wait_for_log


def failed(backups: Backups) -> set[str]:
    """The checks that a drill of this moment finds failing."""
    with receiving(backups):
        moment = backups.server.now()
        wait_for_log(backups.repository, moment)
    return {each["name"] for each in backups.drill(moment)["checks"] if not each["passed"]}


def test_each_fault_fails_its_own_check(faulty: Source, tmp_path: Path) -> None:
    status = tmp_path / "status" / "status.json"
    backups = backups_of(faulty, settings_of(faulty, str(tmp_path / "repository"), backup_status_file=status))
    rounds.once(backups, "full")
    assert failed(backups) == set()
    assert "drill_last_success" in status.read_text()
    before = status.read_text()

    faulty.query(
        "SET session_replication_role = replica; UPDATE audit_events SET action = 'nothing.happened' WHERE sequence = 1"
    )
    assert failed(backups) == {"audit_chains"}

    faulty.query("SET session_replication_role = replica; DELETE FROM consents")
    assert failed(backups) == {"audit_chains", "promises"}

    [copy] = list((tmp_path / "repository" / "objects").rglob("*.webm"))
    copy.write_bytes(copy.read_bytes()[:-1] + b"x")
    assert failed(backups) == {"audit_chains", "promises", "recordings"}

    faulty.query("ALTER TABLE users RENAME COLUMN password_hash TO password_hush")
    assert failed(backups) == {"audit_chains", "promises", "recordings", "sign_in"}

    faulty.query("UPDATE alembic_version SET version_num = '9999'")
    assert failed(backups) == {"audit_chains", "promises", "recordings", "sign_in", "migrations"}
    assert status.read_text().split("drill_last_success")[1] == before.split("drill_last_success")[1]
    body = status.with_name("drill.json").read_bytes()
    assert reports.is_genuine(body, reports.public_key(backups.ours.key))


def test_another_root_key_fails_what_is_sealed(faulty: Source, tmp_path: Path) -> None:
    backups = backups_of(faulty, settings_of(faulty, str(tmp_path / "repository")))
    rounds.once(backups, "full")
    wrong = SecretStr(base64.b64encode(bytes(32)).decode())
    security = backups.settings.security.model_copy(update={"root_key": wrong})
    stranger = Backups(
        backups.settings.model_copy(update={"security": security}),
        backups.server,
        backups.repository,
        backups.source,
        backups.status,
    )

    assert {"audit_chains", "recordings"} <= failed(stranger)
