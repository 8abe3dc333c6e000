"""What is heard of a recording while it arrives is, bit by bit, what is heard of it once it is assembled."""

import time

import numpy as np
import psutil
import pytest

from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.recordings.sandbox.wire import Failure
from tests.recordings import media
from tests.recordings.sandboxing import Slices, assemble, follow, samples

WEBM, MP4 = "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"
STEPPED = Limits(memory_bytes=512 * 1024**2, seconds=60, output_bytes=50 * 1024**2, step_seconds=20)


def _speech(seconds: float, seed: int) -> np.ndarray:
    """Something with pitch, noise and changing loudness: codecs keep no two frames of it alike."""
    times = np.arange(int(seconds * media.RATE)) / media.RATE
    swell = 0.3 + 0.2 * np.sin(2 * np.pi * 0.7 * times + seed)
    sound = swell * np.sin(2 * np.pi * (180 + 40 * np.sin(3 * times)) * times)
    noise = 0.02 * np.random.default_rng(seed).standard_normal(len(times))
    return np.asarray(sound + noise, np.float32)


def _runs(kind: str, channels: int = 1) -> Slices:
    """Three runs of the recorder: the second overlaps the first, the third comes after a pause."""
    whole = _speech(9, seed=3)
    cuts = [(0.0, 4.0), (3.9, 7.0), (7.0, 9.0)]
    bodies = [media.as_live(whole[int(a * media.RATE) : int(b * media.RATE)], kind, channels) for a, b in cuts]
    demuxer = WEBM if kind == "webm" else MP4
    return Slices(bodies, [demuxer] * 3, [60, 3_960, 19_000])


@pytest.mark.parametrize("step", [700, 4_000, 10**9])
@pytest.mark.parametrize(("kind", "channels"), [("webm", 1), ("webm", 2), ("mp4", 1)])
def test_the_samples_are_those_of_the_assembled_file(kind: str, channels: int, step: int) -> None:
    feed = _runs(kind, channels)
    feed.step = step
    result, assembled = assemble(feed.bodies, feed.demuxers, offsets_ms=feed.offsets_ms)

    live = follow(feed, STEPPED)

    final = samples(assembled)
    assert result["segments"][1]["skipped_ms"] > 50
    # The assembled file is at its end; of what arrives, the resampler still holds a few samples back.
    assert 0 <= len(final) - len(live) < 1_000
    assert np.array_equal(live, final[: len(live)])


def test_a_segment_that_does_not_open_is_left_out_of_both() -> None:
    feed = _runs("webm")
    feed.bodies[1] = b"\x1a\x45\xdf\xa3" + bytes(3_000)
    _, assembled = assemble(feed.bodies, feed.demuxers, offsets_ms=feed.offsets_ms)

    live = follow(feed, STEPPED)

    assert np.array_equal(live, samples(assembled)[: len(live)])


def test_damage_in_the_middle_is_the_same_in_both() -> None:
    feed = _runs("webm")
    body = bytearray(feed.bodies[0])
    body[5_000:5_400] = bytes(400)
    feed.bodies[0] = bytes(body)
    _, assembled = assemble(feed.bodies, feed.demuxers, offsets_ms=feed.offsets_ms)

    live = follow(feed, STEPPED)

    assert np.array_equal(live, samples(assembled)[: len(live)])


def test_what_is_known_is_told_before_more_is_waited_for() -> None:
    feed = _runs("webm")
    told = bytearray()
    heard_at: list[int] = []

    class Waiting(Slices):
        def read(self, index: int, offset: int, length: int) -> bytes:
            heard_at.append(len(told) // 4)
            return super().read(index, offset, length)

    waiting = Waiting(feed.bodies[:1], feed.demuxers[:1], feed.offsets_ms[:1])

    parent.follow(
        {"job": "follow", "max_seconds": 600}, waiting, write=lambda _, part: told.extend(part), limits=STEPPED
    )

    # At each wait, all but the last packets of what was read before is known.
    sound_in_a_slice = 4.0 * 16_000 * waiting.step / len(feed.bodies[0])
    assert heard_at[-1] > 4.0 * 16_000 - 2 * sound_in_a_slice
    assert heard_at == sorted(heard_at)


def test_what_the_feed_raises_ends_the_job_and_the_process() -> None:
    class Over(Exception):
        pass

    class Ending(Slices):
        def read(self, index: int, offset: int, length: int) -> bytes:
            if offset > 8_000:
                raise Over
            return super().read(index, offset, length)

    feed = _runs("webm")

    with pytest.raises(Over):
        follow(Ending(feed.bodies, feed.demuxers, feed.offsets_ms), STEPPED)

    assert _children() == []


def test_more_sound_than_a_recording_may_have_is_refused() -> None:
    with pytest.raises(SandboxFailed) as caught:
        follow(_runs("webm"), STEPPED, max_seconds=2)

    assert caught.value.failure == Failure.TOO_LONG


def test_a_child_that_takes_too_long_between_two_waits_is_killed() -> None:
    with pytest.raises(SandboxFailed) as caught:
        follow(_runs("webm"), Limits(512 * 1024**2, 60, 50 * 1024**2, step_seconds=0.001))

    assert caught.value.failure == Failure.TIMEOUT
    assert _children() == []


def test_waiting_for_the_browser_is_not_held_against_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = 0.0
    real = time.monotonic
    monkeypatch.setattr(parent.time, "monotonic", lambda: real() + waited)

    class Slow(Slices):
        def next_input(self, index: int) -> dict:
            nonlocal waited
            waited += 1_000
            return super().next_input(index)

        def read(self, index: int, offset: int, length: int) -> bytes:
            nonlocal waited
            waited += 1_000
            return super().read(index, offset, length)

    feed = _runs("webm")

    live = follow(Slow(feed.bodies, feed.demuxers, feed.offsets_ms), STEPPED)

    assert len(live) > 8 * 16_000


def test_hostile_bytes_end_the_job_by_name() -> None:
    noise = np.random.default_rng(1).integers(0, 256, 200_000, np.uint8).tobytes()
    feed = Slices([b"\x1a\x45\xdf\xa3" + noise], [WEBM], [0])

    assert len(follow(feed, STEPPED)) == 0


def _children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "scribe.recordings.sandbox.child" in each.cmdline()]
