"""The operator's commands, on a real database."""

import re
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from scribe.cli.main import app

RUN = CliRunner()
PASSWORD = "tulip kettle anvil marsh"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, database_url: str, owner_url: str, root_key_base64: str) -> None:
    for name, value in {
        "ENVIRONMENT": "embedded",
        "DATABASE_URL": database_url,
        "DATABASE_OWNER_URL": owner_url,
        "ROOT_KEY": root_key_base64,
        "TOKEN_KEY": root_key_base64,
    }.items():
        monkeypatch.setenv(name, value)


def _run(*words: str) -> Result:
    return RUN.invoke(app, list(words))


def _create_clinic(password: str = PASSWORD, email: str = "ada@clinic.example") -> Result:
    return _run(
        *("create-clinic", "--name", "Harbour Practice", "--admin-email", email),
        *("--admin-name", "Ada Admin", "--password", password),
    )


def test_a_clinic_is_made_with_an_admin_and_templates(owner_url: str) -> None:
    made = _create_clinic()

    assert made.exit_code == 0, made.output
    clinic_id = UUID(made.output.split()[0])
    with create_engine(owner_url).connect() as connection:
        connection.execute(text("SELECT set_config('app.clinic_id', :id, true)"), {"id": str(clinic_id)})
        user = connection.execute(text("SELECT role, must_change_password FROM users")).one()
        templates = connection.scalar(text("SELECT count(*) FROM note_templates"))
    assert (tuple(user), templates) == (("admin", True), 4)


def test_a_second_clinic_cannot_take_the_same_address() -> None:
    _create_clinic()

    again = _create_clinic()

    assert (again.exit_code, "already signs in" in again.output) == (1, True)


def test_a_weak_password_is_refused_in_words() -> None:
    refused = _create_clinic(password="short")

    assert (refused.exit_code, "15 characters" in refused.output) == (1, True)


def test_a_whole_trail_is_said_to_be_whole_and_its_last_link_can_be_noted() -> None:
    clinic = _create_clinic().output.split()[0]

    checked = _run("audit", "verify")

    found = re.search(rf"{clinic}  whole   (\d+:[0-9a-f]{{64}})", checked.output)
    assert checked.exit_code == 0
    assert found is not None
    again = _run("audit", "verify", "--clinic", clinic, "--noted", found[1])
    assert again.exit_code == 0


def test_a_broken_trail_is_named_and_told_by_the_exit_code(owner_url: str) -> None:
    clinic = _create_clinic().output.split()[0]
    with create_engine(owner_url).begin() as connection:
        connection.execute(text("SELECT set_config('app.clinic_id', :id, true)"), {"id": clinic})
        connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER append_only"))
        connection.execute(text("UPDATE audit_events SET action = 'x' WHERE sequence = 2"))

    checked = _run("audit", "verify")

    assert checked.exit_code == 1
    assert re.search(rf"{clinic}  BROKEN  at event 2 \(.*\): this event's content was changed", checked.output)


def test_a_clinic_that_nobody_knows_is_not_said_to_be_whole() -> None:
    assert _run("audit", "verify", "--clinic", str(UUID(int=1))).exit_code == 2


def test_migrating_twice_changes_nothing() -> None:
    assert _run("migrate").exit_code == 0


def test_a_database_of_a_later_version_is_left_as_it_is(owner_url: str) -> None:
    with create_engine(owner_url).begin() as connection:
        before = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    try:
        left = _run("migrate")
    finally:
        with create_engine(owner_url).begin() as connection:
            after = connection.scalar(text("SELECT version_num FROM alembic_version"))
            connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": before})

    assert (left.exit_code, after) == (0, "9999"), left.output
    assert "a later version (9999)" in left.output


def test_settings_that_cannot_be_used_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOT_KEY", "short")
    monkeypatch.setenv("DATABASE_URL", "postgresql://x")

    refused = _run("migrate")

    assert refused.exit_code == 2
    assert "ROOT_KEY" in refused.output
    assert "DATABASE_URL" in refused.output


def test_someone_who_forgot_their_password_gets_a_new_one() -> None:
    _create_clinic()

    assert _run("reset-password", "ADA@clinic.example", "--password", "lantern orbit fjord quill").exit_code == 0
    assert _run("reset-password", "no@clinic.example", "--password", "lantern orbit fjord quill").exit_code == 1


def test_the_contract_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")

    assert '"/api/session"' in _run("openapi").output
