"""The demo clinic in the database: made once, by the same rules as any clinic."""

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts.models import SignInDirectory
from scribe.cli.embedded.people import Person


def seed_clinic(name: str, persons: list[Person]) -> None:
    """Make the clinic with its people and templates, unless its first person is known already."""
    raise NotImplementedError
