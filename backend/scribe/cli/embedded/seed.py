"""The demo clinic in the database: made once, by the same rules as any clinic."""

import base64

from scribe.accounts import queries, service
from scribe.accounts.models import Role
from scribe.cli.embedded.people import Person
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.db.session import make_engine, make_session_factory
from scribe.notes.service import seed_templates


def seed_clinic(settings: Settings, name: str, persons: list[Person]) -> None:
    """Make the clinic with its people and templates, unless there is a clinic already."""
    keyring = KeyRing(base64.b64decode(settings.security.root_key.get_secret_value()))
    engine = make_engine(settings.database)
    try:
        with make_session_factory(engine, keyring).begin() as session:
            if queries.clinic_ids(session):
                return
            clinic = service.create_clinic(session, keyring, name=name)
            seed_templates(session, clinic.id)
            for person in persons:
                service.create_user(
                    session,
                    email=person.email,
                    full_name=person.full_name,
                    role=Role(person.role),
                    password=person.password,
                    must_change_password=False,
                )
    finally:
        engine.dispose()
