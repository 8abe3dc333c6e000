"""A browser that records: it keeps a piece until it is acknowledged, and all pieces until the recording is closed."""

import hashlib
import time
from collections import Counter

import httpx

from scribe.cli.embedded.sample import AUDIO, Client
from tests_prod.monitoring.recording import begin

# What begins like a recording: each piece is a segment of its own.
PIECE = AUDIO.read_bytes()[: 64 * 1024]
_DIGEST = hashlib.sha256(PIECE).hexdigest()


class Sender:
    """One running recording."""

    def __init__(self, client: Client) -> None:
        self._client, self.sent = client, begin(client)
        self._recorded = 0
        # What was not acknowledged yet, and what it was told instead.
        self.kept: list[int] = []
        self.refusals: Counter[str] = Counter()

    @property
    def recorded(self) -> int:
        """How many pieces there are."""
        return self._recorded

    def record(self, pieces: int = 1) -> bool:
        """Record so many, and send each once; whether all were acknowledged."""
        before = len(self.kept)
        for _ in range(pieces):
            number, self._recorded = self._recorded, self._recorded + 1
            if not self._put(number):
                self.kept.append(number)
        return len(self.kept) == before

    def deliver(self, seconds: float = 300) -> None:
        """Send what was kept again and again, until all of it is acknowledged."""
        deadline = time.monotonic() + seconds
        while self.kept:
            assert time.monotonic() < deadline, f"{len(self.kept)} pieces are still refused: {self.refusals}"
            self.kept = [number for number in self.kept if not self._put(number)]
            time.sleep(0.3)

    def close(self) -> None:
        """Close with all pieces. Only what is stored, read again and hashed closes: a lost one would be named here."""
        segments = [{"segment": number, "chunks": [_DIGEST]} for number in range(self._recorded)]
        answer = self._client._http.post(f"/api/recordings/{self.sent.recording_id}/seal", json={"segments": segments})
        assert answer.status_code == 200, answer.text

    def _put(self, number: int) -> bool:
        path = f"/api/recordings/{self.sent.recording_id}/segments/{number}/chunks/0"
        try:
            answer = self._client._http.put(path, content=PIECE, headers={"X-Chunk-SHA256": _DIGEST}, timeout=150)
        except httpx.TransportError as error:
            self.refusals[type(error).__name__] += 1
            return False
        if answer.status_code != 200:
            self.refusals[_told(answer)] += 1
        return answer.status_code == 200


def _told(answer: httpx.Response) -> str:
    """Status and code, as the browser sees them."""
    try:
        return f"{answer.status_code} {answer.json()['code']}"
    except ValueError:
        return f"{answer.status_code} without a code"
