"""What a browser does to the API, one step at a time."""

import contextlib
import hashlib
import os
from typing import Any

import httpx

from scribe.cli.embedded.sample import AUDIO, Client, Sent, seal, send

SLICE = 16 * 1024
_PATIENT = {"given_name": "Wat", "family_name": "Ched"}


def begin(client: Client, audio: bytes = b"") -> Sent:
    """A recording under way, with the audio sent."""
    return send(client, audio, patient=_PATIENT, template_key="soap")


def put(client: Client, sent: Sent, number: int) -> int:
    """Send a slice of the sample's as the chunk of this number; the status comes back."""
    body = AUDIO.read_bytes()[number * SLICE :][:SLICE]
    path = f"/api/recordings/{sent.recording_id}/segments/0/chunks/{number}"
    try:
        client.call("PUT", path, content=body, headers={"X-Chunk-SHA256": hashlib.sha256(body).hexdigest()})
    except httpx.HTTPStatusError as error:
        return error.response.status_code
    return 200


def record(client: Client) -> Sent:
    """The whole sample, closed."""
    sent = begin(client, AUDIO.read_bytes())
    seal(client, sent)
    return sent


def record_rubbish(client: Client) -> Sent:
    """What starts like audio and is none, closed."""
    sent = begin(client, b"OggS" + os.urandom(4000))
    seal(client, sent)
    return sent


def status(client: Client, sent: Sent) -> str:
    """Where the consultation stands."""
    found: dict[str, Any] = client.call("GET", f"/api/consultations/{sent.consultation_id}")
    return str(found["status"])


def cancel(client: Client, *all_sent: Sent) -> None:
    """Away with them; one that is ready cannot be cancelled, and does no harm."""
    for sent in all_sent:
        with contextlib.suppress(httpx.HTTPStatusError):
            client.call("POST", f"/api/consultations/{sent.consultation_id}/cancel")
