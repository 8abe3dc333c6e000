"""What assembly found: when each segment was recorded, and what the doctor should know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scribe.recordings.models import Recording
from scribe.recordings.sniffing import Kind
from scribe.recordings.sources import SegmentSource

# Gaps of these kinds hold no sound; in the others the recorder ran on.
_SILENT_GAPS = {"paused", "device_lost", "crash", "storage_full", "drift"}
_LEAST_DRIFT_MS, _DRIFT_SHARE = 1_000, 0.005


@dataclass
class Segment:
    """One run of the recorder: where its bytes are, what they are, and what the sandbox reported of them."""

    number: int
    offset_ms: int
    source: SegmentSource
    kind: Kind | None
    breaks_decoder: bool = False
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def is_heard(self) -> bool:
        """Whether any of it is in the assembled file."""
        return bool(self.report.get("opens")) and not self.breaks_decoder


def timeline(segments: Iterable[Segment]) -> list[dict[str, int]]:
    """For each segment in the file: where it begins in it, and when it was recorded."""
    return [
        {
            "segment": segment.number,
            "audio_start_ms": segment.report["start_ms"],
            "recorded_from_ms": segment.offset_ms + segment.report["skipped_ms"],
            "duration_ms": segment.report["duration_ms"] - segment.report["skipped_ms"],
        }
        for segment in segments
        if segment.is_heard
    ]


def marks(manifest: dict[str, Any]) -> list[int]:
    """Where in the assembled file the marked moments are, in order; one in a pause is where the sound goes on."""
    spans = sorted(manifest.get("timeline", ()), key=lambda span: span["audio_start_ms"])
    return sorted({_in_file(at_ms, spans) for at_ms in manifest.get("marks", ())}) if spans else []


def _in_file(at_ms: int, spans: Sequence[dict[str, int]]) -> int:
    for span in spans:
        into = at_ms - span["recorded_from_ms"]
        if into < span["duration_ms"]:
            return int(span["audio_start_ms"] + max(0, into))
    return int(spans[-1]["audio_start_ms"] + spans[-1]["duration_ms"])


def warnings(recording: Recording, segments: Sequence[Segment], duration_ms: int) -> list[dict[str, str]]:
    """What the doctor should know, in words, each thing once; codes for the screens."""
    found = dict.fromkeys(_found(recording, segments, duration_ms))
    return [{"code": code, "message": message} for code, message in found]


def _found(recording: Recording, segments: Sequence[Segment], duration_ms: int) -> Iterable[tuple[str, str]]:
    if recording.sealed_by == "timeout":
        yield "sealed_by_timeout", "The recording was closed by itself after a long silence from its device."
    left_out = (recording.manifest or {}).get("left_out", 0)
    if left_out:
        yield "chunks_left_out", f"{left_out} pieces after a missing one are stored but not part of the audio."
    for segment in segments:
        if not segment.is_heard:
            yield "segment_unreadable", f"Part {segment.number + 1} of the recording could not be decoded."
            continue
        if segment.source.holes:
            yield "audio_missing", f"{len(segment.source.holes)} stored pieces of the audio could not be read back."
        if segment.report["damaged"]:
            yield "audio_damaged", f"{segment.report['damaged']} pieces of the audio could not be decoded."
        declared = segment.report["declared_ms"] or 0
        if declared > segment.report["duration_ms"] + 1_000:
            heard = _clock(segment.report["duration_ms"])
            yield "audio_ends_early", f"The file says it lasts {_clock(declared)} but ends after {heard}."
    drift = _drift_ms(recording.manifest or {}, duration_ms)
    if drift:
        more = "longer" if drift > 0 else "shorter"
        yield "clock_drift", f"The audio is {abs(drift) / 1000:.1f} s {more} than the time that was recorded."


def _drift_ms(manifest: dict[str, Any], duration_ms: int) -> int:
    """Decoded time beyond what the clock says, 0 if the two agree or the clock said nothing."""
    wall_clock_ms = manifest.get("wall_clock_ms", 0)
    if not wall_clock_ms:
        return 0
    gaps = sum(
        max(0, gap["end_ms"] - gap["start_ms"]) for gap in manifest.get("gaps", ()) if gap["kind"] in _SILENT_GAPS
    )
    expected = max(0, wall_clock_ms - gaps)
    drift = duration_ms - expected
    return int(drift) if abs(drift) > max(_LEAST_DRIFT_MS, expected * _DRIFT_SHARE) else 0


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"
