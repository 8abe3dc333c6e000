"""References that a test gave: what is said in audio that it knows."""

from dataclasses import dataclass, field
from typing import Any

from tests.emulators.assemblyai.hearing.heard import Heard, from_json


@dataclass
class References:
    """By the hash of the bytes sent, by how long the sound is, by a stream's number or its first bytes."""

    by_sha256: dict[str, Heard] = field(default_factory=dict)
    by_duration: list[tuple[int, int, Heard]] = field(default_factory=list)
    by_stream: dict[int, Heard] = field(default_factory=dict)
    by_prefix: list[tuple[int, str, Heard]] = field(default_factory=list)

    def add(self, given: dict[str, Any]) -> None:
        """What it belongs to is said by one of these.

        `sha256` of a file; `duration_ms_between` [low, high]; `stream`, 1 for the first; `stream_prefix` [count, sha256
        of so many first bytes].
        """
        heard = from_json(given)
        if "sha256" in given:
            self.by_sha256[given["sha256"]] = heard
        elif "duration_ms_between" in given:
            low, high = given["duration_ms_between"]
            self.by_duration.append((int(low), int(high), heard))
        elif "stream" in given:
            self.by_stream[int(given["stream"])] = heard
        elif "stream_prefix" in given:
            count, digest = given["stream_prefix"]
            self.by_prefix.append((int(count), str(digest), heard))
        else:
            raise ValueError("a reference wants sha256, duration_ms_between, stream or stream_prefix")

    def lasting(self, duration_ms: int) -> Heard | None:
        """The reference whose window the duration falls in; the one given last wins."""
        for low, high, heard in reversed(self.by_duration):
            if low <= duration_ms <= high:
                return heard
        return None
