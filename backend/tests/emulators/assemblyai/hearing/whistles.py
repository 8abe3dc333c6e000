"""Speech for machines: words whistled as tones, and heard again out of the sound itself.

A test says what it likes in as many recordings as it likes, sends them through any codec, cut or joined, live or as
files, and each transcript is of the sound that really arrived: no model, a few milliseconds. Use it as
`--listening tests.emulators.assemblyai.hearing.whistles:hear`; what is not whistled is left to the local engine.

A word is a burst between silences: a tone that is its voice's, then a tone for every half byte of its UTF-8, then one
for their sum, so that a damaged word is known to be damaged.
"""

from collections.abc import Iterable

import numpy as np

from tests.emulators.assemblyai.hearing.heard import Heard, Word
from tests.emulators.assemblyai.hearing.sound import RATE, Samples, Sound

VOICES = {"A": 2700.0, "B": 3000.0, "C": 3300.0}
_TONES = [500.0 + 120 * number for number in range(16)]
_VOICE_S, _TONE_S, _EDGE_S = 0.048, 0.028, 0.006
_BETWEEN_WORDS_S, _BETWEEN_TURNS_S, _MARGIN_S = 0.08, 0.9, 0.3
# A codec short of bits lets the voice's high tone fade in: an edge is where a small part of the loudness is reached.
_LOUD, _FLOOR, _EDGE = 0.4, 0.05, 0.15
_STEP, _WINDOW, _CLEAR = 80, 300, 0.5
DAMAGED = "[inaudible]"


def say(turns: Iterable[tuple[str, str]], rate: int = RATE, between_turns_s: float = _BETWEEN_TURNS_S) -> Samples:
    """Sound of (voice, text) turns, one after the other."""
    pieces = [_silence(_MARGIN_S, rate)]
    for voice, text in turns:
        for word in text.split():
            pieces += [_burst(voice, word, rate), _silence(_BETWEEN_WORDS_S, rate)]
        pieces.append(_silence(between_turns_s, rate))
    return np.concatenate([*pieces, _silence(_MARGIN_S, rate)])


def hear(sound: Sound) -> Heard | None:
    """The words in the sound; none of it is whistled: None."""
    words, turn, last = list[Word](), 0, (0, "")
    for start, end in _bursts(sound.held):
        heard = _word(sound.held[start:end])
        if heard is None:
            continue
        voice, text, sure = heard
        start_ms, end_ms = start * 1000 // RATE, end * 1000 // RATE
        if words and (voice != last[1] or start_ms - last[0] > _BETWEEN_TURNS_S * 500):
            turn += 1
        words.append(Word(text, start_ms, end_ms, round(sure, 3), voice, turn))
        last = (end_ms, voice)
    is_whistled = any(word.text != DAMAGED for word in words)
    return Heard(sound.duration_ms, tuple(words)) if is_whistled else None


def _silence(seconds: float, rate: int) -> Samples:
    return np.zeros(round(seconds * rate), np.float32)


def _burst(voice: str, word: str, rate: int) -> Samples:
    halves = [half for byte in word.encode() for half in divmod(byte, 16)]
    tones = [(VOICES[voice], _VOICE_S), *((_TONES[half], _TONE_S) for half in [*halves, sum(halves) % 16])]
    pieces, phase = [], 0.0
    for hertz, seconds in tones:
        steps = np.arange(1, round(seconds * rate) + 1) * (2 * np.pi * hertz / rate) + phase
        phase = float(steps[-1])
        pieces.append(np.sin(steps))
    burst = _LOUD * np.concatenate(pieces)
    # A soft edge: a hard one would click over all frequencies.
    edge = np.linspace(0, 1, round(_EDGE_S * rate / 2))
    burst[: len(edge)] *= edge
    burst[-len(edge) :] *= edge[::-1]
    return burst.astype(np.float32)


def _bursts(samples: Samples) -> list[tuple[int, int]]:
    """Where it is loud, in samples."""
    whole = samples[: len(samples) // _STEP * _STEP].reshape(-1, _STEP)
    level = np.sqrt((whole**2).mean(axis=1)) if len(whole) else np.zeros(0)
    if not len(level) or level.max() < _FLOOR:
        return []
    is_loud = np.concatenate([[False], level > level.max() * _EDGE, [False]])
    edges = np.flatnonzero(np.diff(is_loud.astype(int)))
    found: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2) * _STEP:
        # A dip inside a word is no pause.
        if found and start - found[-1][1] < _BETWEEN_WORDS_S * RATE / 2:
            found[-1] = (found[-1][0], int(end))
        else:
            found.append((int(start), int(end)))
    return found


def _word(burst: Samples) -> tuple[str, str, float] | None:
    count = round((len(burst) / RATE - _VOICE_S) / _TONE_S)
    names = list(VOICES)
    first = _powers(burst, [_VOICE_S / 2], _ALL_WAVES)[0]
    best = int(first.argmax())
    if best >= len(names) or first[best] < _CLEAR * first.sum() or count < 3 or count % 2 == 0:
        return None
    heard = _powers(burst, [_VOICE_S + (number + 0.5) * _TONE_S for number in range(count)], _WAVES)
    halves = [int(half) for half in heard.argmax(axis=1)]
    sure = float((heard.max(axis=1) / np.maximum(1e-9, heard.sum(axis=1))).min())
    body = bytes(high * 16 + low for high, low in zip(halves[:-1:2], halves[1:-1:2], strict=True))
    if sum(halves[:-1]) % 16 != halves[-1]:
        return names[best], DAMAGED, 0.2
    try:
        return names[best], body.decode(), min(0.99, 0.5 + sure / 2)
    except UnicodeDecodeError:
        return names[best], DAMAGED, 0.2


def _powers(burst: Samples, middles_s: list[float], waves: tuple[Samples, Samples]) -> Samples:
    """How strong each tone is around each of these times: a row for every time."""
    sine, cosine = waves
    firsts = [max(0, min(round(middle * RATE) - _WINDOW // 2, len(burst) - _WINDOW)) for middle in middles_s]
    windows = np.stack([np.pad(cut := burst[at : at + _WINDOW], (0, _WINDOW - len(cut))) for at in firsts])
    return (windows @ sine) ** 2 + (windows @ cosine) ** 2


def _waves(hertz: list[float]) -> tuple[Samples, Samples]:
    """A column for every tone, soft at its ends."""
    turning = np.outer(np.arange(_WINDOW), hertz) * (2 * np.pi / RATE)
    window = np.hanning(_WINDOW)[:, None]
    return (np.sin(turning) * window).astype(np.float32), (np.cos(turning) * window).astype(np.float32)


_WAVES, _ALL_WAVES = _waves(_TONES), _waves([*VOICES.values(), *_TONES])
