"""Audio that comes in pieces, decoded as it comes."""

import asyncio
import queue
import threading
from typing import Protocol

import av
import av.error
import numpy as np

from tests.emulators.assemblyai.hearing.sound import RATE, Samples
from tests.emulators.assemblyai.streaming.params import Params

_CONTAINERS = {"ogg_opus": "ogg", "aac": "aac"}
_NONE = np.zeros(0, np.float32)


class Decoder(Protocol):
    """Bytes in, mono float at 16 kHz out, as soon as it is known."""

    async def feed(self, data: bytes) -> Samples:
        """Decode a message."""
        ...

    async def finish(self) -> Samples:
        """What was still inside."""
        ...


def decoder(params: Params) -> Decoder:
    """The one for the session's encoding."""
    if params.encoding in _CONTAINERS:
        return Contained(_CONTAINERS[params.encoding])
    if params.encoding == "opus":
        return Packets()
    assert params.sample_rate is not None
    return Pcm(params.encoding, params.sample_rate)


class Pcm:
    """Bare samples."""

    def __init__(self, encoding: str, rate: int) -> None:
        self._encoding, self._rate, self._odd = encoding, rate, b""
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    async def feed(self, data: bytes) -> Samples:
        """A sample may be cut in two by a message's end."""
        if self._encoding == "pcm_mulaw":
            whole = _from_mulaw(np.frombuffer(data, np.uint8))
        else:
            data = self._odd + data
            even = len(data) // 2 * 2
            whole, self._odd = np.frombuffer(data[:even], "<i2").astype(np.float32) / 32768, data[even:]
        return whole if self._rate == RATE else self._resampled(whole)

    async def finish(self) -> Samples:
        """Nothing is held back."""
        return _NONE

    def _resampled(self, samples: Samples) -> Samples:
        if not samples.size:
            return _NONE
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = self._rate
        return _joined([piece.to_ndarray().reshape(-1) for piece in self._resampler.resample(frame)])


class Packets:
    """Opus without a container: each message is one packet."""

    def __init__(self) -> None:
        self._codec = av.CodecContext.create("libopus", "r")
        self._codec.sample_rate, self._codec.layout = 48_000, "mono"
        self._resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    async def feed(self, data: bytes) -> Samples:
        """A packet that cannot be decoded is silence that is left out."""
        try:
            frames = self._codec.decode(av.Packet(data))
        except av.error.FFmpegError:
            return _NONE
        return _joined(
            [piece.to_ndarray().reshape(-1) for frame in frames for piece in self._resampler.resample(frame)]
        )

    async def finish(self) -> Samples:
        """The resampler's rest."""
        return _joined([piece.to_ndarray().reshape(-1) for piece in self._resampler.resample(None)])


class Contained:
    """A byte stream with a container, demuxed in a thread that waits for bytes as for a slow file."""

    def __init__(self, container: str) -> None:
        self._given: queue.Queue[bytes | None] = queue.Queue()
        self._decoded: queue.Queue[Samples] = queue.Queue()
        self._rest, self._is_over = b"", False
        self._thread = threading.Thread(target=self._run, args=(container,), daemon=True)
        self._thread.start()

    async def feed(self, data: bytes) -> Samples:
        """What the thread has decoded by now: of these bytes, or of earlier ones."""
        self._given.put(data)
        await asyncio.sleep(0.01)
        return self._taken()

    async def finish(self) -> Samples:
        """The stream is over: everything that is left."""
        self._given.put(None)
        await asyncio.to_thread(self._thread.join)
        return self._taken()

    def read(self, size: int) -> bytes:
        """As a file: some bytes, at most `size`; none at the end."""
        while not self._rest and not self._is_over:
            data = self._given.get()
            self._rest, self._is_over = data or b"", data is None
        part, self._rest = self._rest[:size], self._rest[size:]
        return part

    def _run(self, container: str) -> None:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        try:
            with av.open(self, "r", format=container) as source:
                for frame in source.decode(audio=0):
                    for piece in resampler.resample(frame):
                        self._decoded.put(piece.to_ndarray().reshape(-1))
            for piece in resampler.resample(None):
                self._decoded.put(piece.to_ndarray().reshape(-1))
        except (av.error.FFmpegError, IndexError):
            # No such stream: nothing is heard of it.
            return

    def _taken(self) -> Samples:
        pieces = []
        while not self._decoded.empty():
            pieces.append(self._decoded.get())
        return _joined(pieces)


def _joined(pieces: list[Samples]) -> Samples:
    return np.concatenate(pieces).astype(np.float32, copy=False) if pieces else _NONE


def _from_mulaw(coded: np.ndarray) -> Samples:
    """G.711, mu-law."""
    turned = ~coded
    size = (((turned & 0x0F).astype(np.int32) << 3) + 0x84) << ((turned & 0x70) >> 4)
    return (np.where(turned & 0x80, 0x84 - size, size - 0x84) / 32768).astype(np.float32)
