"""A consultation as it happens: a browser that records and reads captions, a real server, and real workers."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import numpy as np
from sqlalchemy import select

from scribe.accounts import sessions
from scribe.accounts.dependencies import COOKIE
from scribe.accounts.models import ClinicSettings, User, UserSession
from scribe.consultations import wording
from scribe.core.ids import new_id
from scribe.notes.service import seed_templates
from tests.consultations.builders import Practice
from tests.recordings import media
from tests.worker.controlling import DEADLINE_SECONDS, Workers

ORIGIN = "https://scribe.test"


@dataclass
class Screen:
    """What the stream has told so far."""

    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, lines: Iterator[str]) -> None:
        name = ""
        for line in lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                with self._news:
                    self.events.append((name, json.loads(line.removeprefix("data: "))))
                    self._news.notify_all()

    def turns(self) -> dict[int, dict[str, Any]]:
        """By number; the last of each wins."""
        return {told["number"]: told for name, told in list(self.events) if name == "turn"}

    def said(self) -> list[str]:
        """The final texts, in order."""
        shown = self.turns()
        return [
            shown[number]["text"] for number in sorted(shown) if shown[number]["is_final"] and shown[number]["text"]
        ]

    def states(self) -> list[str]:
        """As they came."""
        return [told["state"] for name, told in list(self.events) if name == "state"]

    def wait_until(self, holds: Callable[["Screen"], object]) -> None:
        """The news make it true, sooner or later."""
        with self._news:
            done = self._news.wait_for(lambda: holds(self), DEADLINE_SECONDS)
        assert done, self.events


class Room:
    """One doctor's browser and one consultation at a time."""

    def __init__(self, address: str, practice: Practice, workers: Workers) -> None:
        self.practice, self.workers = practice, workers
        self.http = httpx.Client(base_url=address, timeout=DEADLINE_SECONDS, headers={"Origin": ORIGIN})
        self._sign_in(practice.doctor)
        self._sent: list[str] = []

    def choose(self, **chosen: Any) -> None:
        """As the clinic's admin."""
        with self.practice.session() as session:
            row = session.scalar(select(ClinicSettings))
            if row is None:
                row = ClinicSettings(clinic_id=self.practice.id, speech_models=["universal-3-5-pro"], version=1)
                session.add(row)
            for name, value in chosen.items():
                setattr(row, name, value)

    def start(self) -> str:
        """Begin to record; gives the consultation's id."""
        consent = {"method": "verbal", "wording_version": wording.current("en").version}
        body = {"idempotency_key": str(new_id()), "template_key": "soap", "consent": consent}
        answer = self.http.post("/api/consultations/start", json=body)
        assert answer.status_code == 201, answer.text
        self.consultation_id = str(answer.json()["consultation"]["id"])
        self._recording_id = answer.json()["recording"]["recording_id"]
        self._sent = []
        return self.consultation_id

    def say(self, samples: np.ndarray, pieces: int = 6) -> None:
        """Send sound (mono, 16 kHz) as a browser's recorder would, all at once."""
        for part in recorded(samples, pieces):
            self.send(part)

    def send(self, part: bytes, segment: int = 0) -> None:
        digest = hashlib.sha256(part).hexdigest()
        path = f"/api/recordings/{self._recording_id}/segments/{segment}/chunks/{len(self._sent)}"
        answer = self.http.put(path, content=part, headers={"X-Chunk-Sha256": digest})
        assert answer.status_code == 200, answer.text
        self._sent.append(digest)

    def seal(self) -> None:
        """Finish."""
        listed = {"segments": [{"segment": 0, "chunks": self._sent}], "gaps": [], "wall_clock_ms": 0}
        answer = self.http.post(f"/api/recordings/{self._recording_id}/seal", json=listed)
        assert answer.status_code == 200, answer.text

    @contextmanager
    def captions(self) -> Iterator[Screen]:
        """Read along."""
        screen = Screen()
        path = f"/api/consultations/{self.consultation_id}/captions"
        with self.http.stream("GET", path) as answer:
            assert answer.status_code == 200
            reading = threading.Thread(target=_read, args=(screen, answer), daemon=True)
            reading.start()
            yield screen

    def _sign_in(self, user: User) -> None:
        now, token = datetime.now(UTC), f"token-of-{new_id()}"
        with self.practice.session() as session:
            seed_templates(session, self.practice.id)
            session.add(
                UserSession(
                    clinic_id=self.practice.id,
                    user_id=user.id,
                    token_hash=sessions.token_hash(token),
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
        self.http.headers["Cookie"] = f"{COOKIE}={self.practice.id.hex}.{token}"


def recorded(samples: np.ndarray, pieces: int) -> list[bytes]:
    """Sound (mono, 16 kHz) as the chunks of a browser's recorder."""
    at = np.arange(len(samples) * 3) / 3
    body = media.as_live(np.interp(at, np.arange(len(samples)), samples).astype(np.float32))
    return list(media.slices(body, pieces))


def _read(screen: Screen, answer: httpx.Response) -> None:
    try:
        screen.take(answer.iter_lines())
    except (httpx.HTTPError, httpx.StreamError):
        return
