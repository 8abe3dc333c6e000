"""The sample consultation: the project's own short recording, sent through the same API that a browser uses."""

import hashlib
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from scribe.cli.embedded.home import REPOSITORY
from scribe.cli.embedded.people import Person
from scribe.core.ids import new_id

AUDIO = REPOSITORY / "backend" / "assets" / "sample" / "consultation.ogg"
_CHUNK_BYTES = 64 * 1024
_PATIENT = {
    "given_name": "James",
    "family_name": "Carter",
    "birth_date": "1968-03-14",
    "gender": "male",
    "identifier": "SAMPLE-001",
}
# Its doctor may have gone on with it before we looked.
_SETTLED = {"ready", "signed", "cancelled"}


class SampleFailed(Exception):
    """The sample did not become a note; the text names the step."""


class Client:
    """A signed-in person, as a browser would be.

    The session cookie is Secure; browsers send it to localhost over plain HTTP, httpx does not, so it is set by hand.
    """

    def __init__(self, base_url: str, person: Person) -> None:
        self._http = httpx.Client(base_url=base_url, headers={"Origin": base_url}, timeout=60)
        answer = self._http.post("/api/session", json={"email": person.email, "password": person.password})
        answer.raise_for_status()
        cookie = answer.headers["set-cookie"].split(";", 1)[0]
        self._http.headers["Cookie"] = cookie

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The answer's JSON; raises on any error status."""
        answer = self._http.request(method, path, **options)
        answer.raise_for_status()
        return answer.json()


@dataclass(frozen=True)
class Sent:
    """A recording whose audio is all on the server, and which is not closed yet."""

    consultation_id: str
    recording_id: str
    hashes: list[str]


def send(client: Client, audio: bytes, *, patient: dict[str, Any], template_key: str, key: UUID | None = None) -> Sent:
    """Send a whole audio file through the capture protocol, all but its seal.

    With the key of an earlier, interrupted call it goes on where that one stopped: no step is taken twice.
    """
    wording = client.call("GET", "/api/consent-wording")
    body = {
        "idempotency_key": str(key or new_id()),
        "patient_id": _patient_id(client, patient),
        "template_key": template_key,
        "consent": {"method": "verbal", "wording_version": wording["version"]},
        "source": "upload",
    }
    started = client.call("POST", "/api/consultations/start", json=body)
    recording_id = started["recording"]["recording_id"]
    hashes = []
    for number, offset in enumerate(range(0, len(audio), _CHUNK_BYTES)):
        chunk = audio[offset : offset + _CHUNK_BYTES]
        hashes.append(hashlib.sha256(chunk).hexdigest())
        path = f"/api/recordings/{recording_id}/segments/0/chunks/{number}"
        client.call("PUT", path, content=chunk, headers={"X-Chunk-SHA256": hashes[-1]})
    return Sent(str(started["consultation"]["id"]), recording_id, hashes)


def seal(client: Client, sent: Sent) -> None:
    """Close the recording, which asks for its note."""
    segments = [{"segment": 0, "chunks": sent.hashes}]
    client.call("POST", f"/api/recordings/{sent.recording_id}/seal", json={"segments": segments})


def upload(client: Client, audio: bytes, *, patient: dict[str, Any], template_key: str, key: UUID | None = None) -> str:
    """Send a whole audio file and close it; the consultation's id comes back."""
    sent = send(client, audio, patient=patient, template_key=template_key, key=key)
    seal(client, sent)
    return sent.consultation_id


def make_sample(base_url: str, doctor: Person, key: UUID, seconds: float = 600) -> str:
    """Upload the sample and wait until its note is drafted; the consultation's id comes back.

    An interrupted call is taken up by the next one with the same key.
    """
    client = Client(base_url, doctor)
    consultation_id = upload(client, AUDIO.read_bytes(), patient=_PATIENT, template_key="soap", key=key)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        consultation = client.call("GET", f"/api/consultations/{consultation_id}")
        if consultation["status"] in _SETTLED:
            return consultation_id
        if consultation["status"] == "failed":
            raise SampleFailed(f"stage {consultation['pipeline']['stage']}: {consultation['pipeline']['error_code']}")
        time.sleep(0.5)
    raise SampleFailed("it took longer than expected")


def _patient_id(client: Client, patient: dict[str, Any]) -> str:
    """The patient with this record number, else a new one."""
    identifier = patient.get("identifier")
    if identifier is not None:
        for found in client.call("GET", "/api/patients", params={"q": identifier})["items"]:
            if found["identifier"] == identifier:
                return str(found["id"])
    return str(client.call("POST", "/api/patients", json=patient)["id"])
