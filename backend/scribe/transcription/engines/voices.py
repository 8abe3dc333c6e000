"""Whose voice it is: short windows turned into voice prints, the prints grouped by likeness."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from scribe.transcription.engines.base import Samples
from scribe.transcription.engines.speech import RATE, Span

Prints = NDArray[np.float32]
Labels = NDArray[np.int64]
# The embedder hears 80 frames of 10 ms at a time; prints are taken every 0.4 s and averaged over three neighbours.
_FRAMES, _HOP_FRAMES, _STEP, _WINDOW, _FFT, _BANDS = 80, 40, 160, 400, 512, 40
_BATCH = 64
_LOUDNESS = 0.08
# Below this many prints (about 3 s of speech) nothing can be told apart.
_FEW = 6
# A voice with less of the speech than this is noise, a cough or a laugh.
_LEAST_SHARE = 0.04
# How alike (cosine) the centres of two groups may be to pass as two people. Measured: halves of one speaker are at
# 0.80 and more (0.72 in 8 s of speech), two speakers at 0.60 and less; a third voice is held to stricter proof.
_ALIKE_LONG, _ALIKE_SHORT, _ALIKE_THIRD = 0.68, 0.62, 0.62
_LONG = 40
# More prints than this are not compared with each other: the rest go to the nearest group.
_COMPARED = 1500


@dataclass(frozen=True)
class Voiced:
    """A piece of speech and the voice that it was given; voices count from 0 in order of appearance."""

    start_ms: int
    end_ms: int
    voice: int


class Embedder:
    """Voice prints by a d-vector network (ONNX)."""

    def __init__(self, path: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def prints(self, samples: Samples, parts: list[Span]) -> tuple[list[Span], Prints]:
        """A unit-length print for every 0.4 s of the spans, and what stretch each stands for."""
        gain = _gain(samples, parts)
        where, windows = list[Span](), list[NDArray[np.float32]]()
        neighbours = list[NDArray[np.int64]]()
        for part in parts:
            stretches, cut = _windows(samples, part, gain)
            numbers = np.arange(len(cut)) + len(where)
            around = [np.clip(numbers + offset, numbers[0], numbers[-1]) for offset in (-1, 0, 1)]
            neighbours.append(np.stack(around, axis=1))
            where += stretches
            windows += cut
        if not where:
            return [], np.zeros((0, 1), np.float32)
        raw = _unit(np.concatenate([self._embed(windows[i : i + _BATCH]) for i in range(0, len(windows), _BATCH)]))
        return where, _unit(raw[np.concatenate(neighbours)].mean(axis=1))

    def _embed(self, batch: list[NDArray[np.float32]]) -> Prints:
        return np.asarray(self._session.run(None, {self._input: np.stack(batch)})[0], np.float32)


def separate(embedder: Embedder, samples: Samples, parts: list[Span]) -> list[Voiced]:
    """The spans of speech, each piece with its voice."""
    where, prints = embedder.prints(samples, parts)
    return [
        Voiced(span.start * 1000 // RATE, span.end * 1000 // RATE, int(voice))
        for span, voice in zip(where, group(prints), strict=True)
    ]


def group(prints: Prints, max_voices: int = 3) -> Labels:
    """A voice number for every print. One speaker stays one: a further voice needs evidence."""
    if len(prints) < _FEW:
        return np.zeros(len(prints), np.int64)
    sample = prints[np.linspace(0, len(prints) - 1, min(len(prints), _COMPARED)).astype(int)]
    tree = linkage(sample, "average", metric="cosine")
    best = np.zeros((1, prints.shape[1]), np.float32) + _unit(sample.mean(axis=0, keepdims=True))
    for count in range(2, max_voices + 1):
        centres = _centres(sample, tree, count)
        if centres is None or not _apart(sample, centres):
            break
        best = centres
    return _by_appearance((prints @ best.T).argmax(axis=1))


def _centres(sample: Prints, tree: NDArray[np.float64], count: int) -> Prints | None:
    labels = fcluster(tree, count, "maxclust") - 1
    sizes = np.bincount(labels, minlength=count)
    if sizes.min() < _LEAST_SHARE * len(sample):
        # Average linkage splits off outliers; Ward makes even groups.
        labels = fcluster(linkage(sample, "ward"), count, "maxclust") - 1
    centres = _unit(np.stack([sample[labels == n].mean(axis=0) for n in range(count)]))
    for _ in range(5):
        labels = (sample @ centres.T).argmax(axis=1)
        if np.bincount(labels, minlength=count).min() == 0:
            return None
        centres = _unit(np.stack([sample[labels == n].mean(axis=0) for n in range(count)]))
    return centres


def _apart(sample: Prints, centres: Prints) -> bool:
    alike = centres @ centres.T
    labels = (sample @ centres.T).argmax(axis=1)
    shares = np.bincount(labels, minlength=len(centres)) / len(sample)
    most = alike[~np.eye(len(centres), dtype=bool)].max()
    limit = _ALIKE_THIRD if len(centres) > 2 else _ALIKE_LONG if len(sample) >= _LONG else _ALIKE_SHORT
    return bool(most < limit and shares.min() >= _LEAST_SHARE)


def _by_appearance(labels: Labels) -> Labels:
    _, first = np.unique(labels, return_index=True)
    order = {int(labels[at]): number for number, at in enumerate(sorted(first))}
    return np.array([order[int(label)] for label in labels], np.int64)


def _unit(prints: Prints) -> Prints:
    return np.asarray(prints / np.maximum(np.linalg.norm(prints, axis=1, keepdims=True), 1e-9), np.float32)


def _gain(samples: Samples, parts: list[Span]) -> float:
    """What brings the speech to the loudness that the embedder was measured at: a far microphone is quiet."""
    power = sum(float(np.dot(samples[p.start : p.end], samples[p.start : p.end])) for p in parts)
    length = sum(p.end - p.start for p in parts)
    return float(_LOUDNESS / max(1e-5, (power / max(1, length)) ** 0.5))


def _windows(samples: Samples, part: Span, gain: float) -> tuple[list[Span], list[NDArray[np.float32]]]:
    """Windows of 0.8 s every 0.4 s; a part that is shorter borrows from what surrounds it."""
    length, hop = _FRAMES * _STEP, _HOP_FRAMES * _STEP
    start, end = part.start, part.end
    if end - start < length:
        middle = (start + end) // 2
        start = max(0, min(middle - length // 2, len(samples) - length))
        end = start + length
    sound = samples[start:end]
    if len(sound) < length:
        sound = np.pad(sound, (0, length - len(sound)))
    bands = _log_mel(sound * np.float32(gain))
    firsts = list(range(0, max(1, len(bands) - _FRAMES + 1), _HOP_FRAMES))
    cut = [bands[first : first + _FRAMES] for first in firsts]
    edges = [part.start, *(start + first * _STEP + (length - hop) // 2 for first in firsts[1:]), part.end]
    return [Span(a, max(a, b), a, max(a, b)) for a, b in pairwise(edges)], cut


def _log_mel(sound: Samples) -> NDArray[np.float32]:
    padded = np.pad(sound, (_FFT // 2, _FFT // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_STEP]
    power = np.abs(np.fft.rfft(frames * _HANN, axis=1)) ** 2
    return np.asarray(np.log10(power @ _FILTERS + 1e-6), np.float32)


def _hann() -> NDArray[np.float32]:
    side = (_FFT - _WINDOW) // 2
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    return np.pad(window, (side, side)).astype(np.float32)


def _mel_filters() -> NDArray[np.float32]:
    """Slaney's mel scale (linear below 1 kHz, logarithmic above), each band of equal area."""
    octave = np.log(6.4) / 27
    top = 15 + np.log(8.0) / octave
    mels = np.linspace(0, top, _BANDS + 2)
    hertz = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * octave))
    bins = np.linspace(0, RATE / 2, _FFT // 2 + 1)[:, None]
    low, centre, high = hertz[:-2], hertz[1:-1], hertz[2:]
    rising, falling = (bins - low) / (centre - low), (high - bins) / (high - centre)
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * (2 / (high - low)), np.float32)


_HANN, _FILTERS = _hann(), _mel_filters()
