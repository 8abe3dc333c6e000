"""What a caption is on its way from the worker to the screen: sealed, since the bus is no place for patient data."""

import base64
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter

from scribe.core import crypto

# PostgreSQL's notifications hold less than 8,000 bytes, sealed and in base64.
_MOST_BYTES = 4_000


class CaptionTurn(BaseModel):
    """What somebody says, as far as it is heard. The same number again replaces it; without text it was nothing."""

    kind: Literal["turn"] = "turn"
    number: int
    start_ms: int
    end_ms: int
    text: str
    is_final: bool
    # The engine's label of the voice ("A", "B"), where it tells voices apart.
    speaker: str | None


class CaptionState(BaseModel):
    """Whether captions are to be expected, and why not, in words for the doctor."""

    kind: Literal["state"] = "state"
    # `ended`: the recording is over, and the transcript takes the captions' place.
    state: Literal["starting", "listening", "waiting", "unavailable", "off", "ended"]
    code: str | None = None
    message: str | None = None
    # Captions come late, or some were left out.
    is_behind: bool = False


Caption: TypeAlias = CaptionTurn | CaptionState
_CAPTION: TypeAdapter[Caption] = TypeAdapter(Annotated[Caption, Field(discriminator="kind")])


class Envelope:
    """Seals and opens the captions of one consultation, with a key that opens nothing else."""

    def __init__(self, consultation_id: UUID, data_key: bytes) -> None:
        self.channel = f"captions|{consultation_id}"
        self._key = crypto.derive(data_key, "captions")

    def seal(self, caption: Caption) -> str:
        """What may travel."""
        return base64.b64encode(crypto.seal(self._key, caption.model_dump_json().encode(), self.channel)).decode()

    def open(self, message: str) -> Caption:
        """The caption, or `SealBroken`."""
        return _CAPTION.validate_json(crypto.unseal(self._key, base64.b64decode(message), self.channel))


def fitting(text: str) -> str:
    """The text; of one that is too long for the bus, its end."""
    encoded = text.encode()
    return text if len(encoded) <= _MOST_BYTES else "… " + encoded[-_MOST_BYTES:].decode(errors="ignore")
