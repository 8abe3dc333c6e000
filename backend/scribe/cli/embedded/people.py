"""The demo clinic's people. Their passwords are made at the first start, never shipped."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from scribe.cli.embedded.home import write_private

CLINIC = "Harbour Street Practice"
_PEOPLE = (
    ("Dr Nora Ellis", "nora.ellis@clinic.example", "doctor"),
    ("Dr Tomas Novak", "tomas.novak@clinic.example", "doctor"),
    ("Ines Okafor", "ines.okafor@clinic.example", "admin"),
)


@dataclass(frozen=True)
class Person:
    """A person of the demo clinic, with the password that they sign in with."""

    full_name: str
    email: str
    role: str
    password: str


def load_people(home: Path) -> list[Person]:
    """The sign-ins of this home; made at the first call."""
    path = home / "sign-ins.json"
    if not path.exists():
        made = [Person(name, email, role, _passphrase()) for name, email, role in _PEOPLE]
        write_private(path, json.dumps([asdict(person) for person in made], indent=1))
    return [Person(**fields) for fields in json.loads(path.read_text())]


def _passphrase() -> str:
    """Four pronounceable groups (about 52 bits): easy to type, and long enough for a single factor."""
    consonants, vowels = "bdfgklmnprstvz", "aeiou"
    groups = (
        "".join(secrets.choice(letters) for letters in (consonants, vowels, consonants, vowels, consonants))
        for _ in range(4)
    )
    return "-".join(groups)
