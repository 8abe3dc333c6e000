"""Words and voices to turns."""

from bisect import bisect_left
from dataclasses import dataclass

from scribe.transcription.engines.base import EngineUtterance, EngineWord
from scribe.transcription.engines.voices import Voiced

# A silence this long ends a sentence even without a full stop.
_PAUSE_MS = 900
# A turn longer than this is divided at the end of a sentence, so that evidence stays easy to find by ear.
_LONG_TURN_MS = 20_000
# A sentence belongs to one voice if that voice has this share of it; else it is cut where the voices change.
_CLEAR_SHARE = 0.75


@dataclass(frozen=True)
class _Heard:
    word: EngineWord
    voice: int


def build(words: list[EngineWord], voiced: list[Voiced]) -> tuple[EngineUtterance, ...]:
    """Turns in order of time. People change at the ends of sentences, mostly, so a sentence is kept together."""
    if not words:
        return ()
    turns: list[list[_Heard]] = []
    for sentence in _sentences(_with_voices(words, voiced)):
        for part in _parts(sentence):
            if turns and _continues(turns[-1], part):
                turns[-1] += part
            else:
                turns.append(part)
    return tuple(_utterance(turn) for turn in turns)


def _with_voices(words: list[EngineWord], voiced: list[Voiced]) -> list[_Heard]:
    if not voiced:
        return [_Heard(word, 0) for word in words]
    ends = [piece.end_ms for piece in voiced]
    heard = []
    for word in words:
        shares: dict[int, int] = {}
        at = bisect_left(ends, word.start_ms)
        for piece in voiced[at:]:
            if piece.start_ms >= word.end_ms:
                break
            common = min(piece.end_ms, word.end_ms) - max(piece.start_ms, word.start_ms)
            shares[piece.voice] = shares.get(piece.voice, 0) + common
        if not shares:
            near = voiced[max(0, at - 1) : at + 1]
            middle = (word.start_ms + word.end_ms) / 2
            shares = {min(near, key=lambda p: abs((p.start_ms + p.end_ms) / 2 - middle)).voice: 1}
        heard.append(_Heard(word, max(shares, key=lambda voice: (shares[voice], -voice))))
    return heard


def _sentences(heard: list[_Heard]) -> list[list[_Heard]]:
    found: list[list[_Heard]] = [[]]
    for item in heard:
        last = found[-1][-1].word if found[-1] else None
        if last and (_ends_sentence(last.text) or item.word.start_ms - last.end_ms > _PAUSE_MS):
            found.append([])
        found[-1].append(item)
    return found


def _ends_sentence(text: str) -> bool:
    return text.endswith((".", "?", "!")) and text not in {"Mr.", "Mrs.", "Ms.", "Dr."}


def _parts(sentence: list[_Heard]) -> list[list[_Heard]]:
    """The sentence whole, or cut in two where that leaves the fewest words with another's voice."""
    voices = {item.voice for item in sentence}
    counts = {voice: sum(item.voice == voice for item in sentence) for voice in voices}
    major = max(sorted(counts), key=lambda voice: counts[voice])
    # A single word at an end is the neighbour's voice heard too early, more often than a speaker.
    if counts[major] >= _CLEAR_SHARE * len(sentence) or len(sentence) < 4:
        return [[_Heard(item.word, major) for item in sentence]]
    wrong, cut, first, second = min(
        (
            sum(item.voice != a for item in sentence[:at]) + sum(item.voice != b for item in sentence[at:]),
            at,
            a,
            b,
        )
        for at in range(2, len(sentence) - 1)
        for a in sorted(voices)
        for b in sorted(voices)
        if a != b
    )
    if wrong >= len(sentence) - counts[major]:
        return [[_Heard(item.word, major) for item in sentence]]
    left, right = sentence[:cut], sentence[cut:]
    return [[_Heard(item.word, first) for item in left], [_Heard(item.word, second) for item in right]]


def _continues(turn: list[_Heard], part: list[_Heard]) -> bool:
    if turn[-1].voice != part[0].voice:
        return False
    return part[-1].word.end_ms - turn[0].word.start_ms <= _LONG_TURN_MS


def _utterance(turn: list[_Heard]) -> EngineUtterance:
    words = tuple(item.word for item in turn)
    return EngineUtterance(
        speaker=chr(ord("A") + turn[0].voice),
        start_ms=words[0].start_ms,
        end_ms=max(word.end_ms for word in words),
        text=" ".join(word.text for word in words),
        words=words,
    )
