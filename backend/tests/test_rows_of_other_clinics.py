"""Row-level security: closed when no clinic is set, one clinic at a time when one is."""

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import Clinic
from scribe.core.ids import new_id
from scribe.db.session import clinic_session


def test_a_session_sees_its_own_clinic_only(session_factory: sessionmaker[Session]) -> None:
    one, other = new_id(), new_id()
    for clinic_id in (one, other):
        with clinic_session(session_factory, clinic_id) as session:
            session.add(Clinic(id=clinic_id, name="A clinic", wrapped_key=b"-"))

    with clinic_session(session_factory, one) as session:
        seen = session.scalars(text("SELECT id FROM clinics")).all()

    assert seen == [one]


def test_without_a_clinic_nothing_is_seen(session_factory: sessionmaker[Session]) -> None:
    clinic_id = new_id()
    with clinic_session(session_factory, clinic_id) as session:
        session.add(Clinic(id=clinic_id, name="A clinic", wrapped_key=b"-"))
        session.flush()
        session.execute(text("SELECT set_config('app.clinic_id', '', true)"))

        assert session.scalars(text("SELECT id FROM clinics")).all() == []


def test_every_table_with_a_clinic_is_protected_and_not_owned_by_the_app(
    session_factory: sessionmaker[Session],
) -> None:
    with session_factory() as session:
        rows = session.execute(
            text(
                "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, pg_get_userbyid(c.relowner)"
                " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'clinic_id'"
                " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
                " AND c.relname <> 'sign_in_directory'"
            )
        ).all()

    assert len(rows) >= 20
    assert {row[1] for row in rows} == {True}
    assert {row[2] for row in rows} == {"scribe_owner"}


def test_the_app_removes_nothing_and_changes_no_address_owner_or_key(session_factory: sessionmaker[Session]) -> None:
    with session_factory() as session:
        granted = session.execute(
            text(
                "SELECT relname, privilege FROM pg_class,"
                " unnest(ARRAY['DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'UPDATE']) AS privilege"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%'"
                " AND has_table_privilege(current_user, oid, privilege)"
            )
        ).all()
        changeable = session.scalars(
            text(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'consultations'::regclass AND attnum > 0"
                " AND has_column_privilege(current_user, attrelid, attnum, 'UPDATE')"
            )
        ).all()

    assert {privilege for _, privilege in granted} == {"UPDATE"}
    assert not {"sign_in_directory", "clinics", "consultations"} & {table for table, _ in granted}
    assert set(changeable) == {"patient_id", "template_key", "status", "ended_at", "duration_ms", "signed_at"}
