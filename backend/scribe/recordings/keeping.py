"""Where a recording's parts are kept, and the keys that open them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from scribe.core import crypto
from scribe.core.clock import Clock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.storage.base import ObjectStore


@dataclass(frozen=True)
class Vault:
    """What is needed to keep audio: the database, the store, and the keys."""

    factory: sessionmaker[Session]
    store: ObjectStore
    keyring: KeyRing
    clock: Clock
    settings: Settings


@dataclass(frozen=True)
class Place:
    """One recording's place in the store."""

    clinic_id: UUID
    consultation_id: UUID
    recording_id: UUID

    @property
    def prefix(self) -> str:
        """All of the recording's objects start with it."""
        return f"clinics/{self.clinic_id}/consultations/{self.consultation_id}/audio/{self.recording_id}"

    def chunk_key(self, segment: int, number: int, sha256: bytes) -> str:
        """The body's hash is in the key: of two bodies sent under one number at once, neither replaces the other."""
        return f"{self.prefix}/chunks/{segment:04}-{number:06}-{sha256.hex()[:32]}"

    def audio_key(self, attempt_no: int) -> str:
        """The attempt is in the key: a worker that was thought dead cannot replace another's result."""
        return f"{self.prefix}/assembled-{attempt_no}.webm"


def audio_key_of(data_key: bytes) -> bytes:
    """The key of all of a consultation's audio."""
    return crypto.derive(data_key, "audio")


def journal_key_of(data_key: bytes, recording_id: UUID) -> bytes:
    """The key of the browser's journal of one recording."""
    return crypto.derive(data_key, f"journal|{recording_id}")
