"""Turns as frames."""

import re
from typing import Any

from aiohttp import web

from tests.emulators.assemblyai.hearing.heard import Word
from tests.emulators.assemblyai.streaming.params import Params
from tests.emulators.assemblyai.streaming.sessions import Session


class Turns:
    """Numbers turns and writes them; a script may spoil them."""

    def __init__(self, socket: web.WebSocketResponse, session: Session, params: Params, deed: dict[str, Any]) -> None:
        self._socket, self._session, self._params, self._deed = socket, session, params, deed
        self._order, self._begun, self._frames = 0, False, 0

    async def say(self, words: list[Word], ends: bool) -> None:  # noqa: FBT001  # the signature that listening calls
        """A Turn, or two of the same order where the end is told unformatted and then formatted."""
        if self._params.is_u3 and not self._begun:
            await self._send({"type": "SpeechStarted", "timestamp": words[0].start})
        self._begun = not ends
        twice = self._deed.get("double_turns") or (self._params.format_turns and not self._params.is_u3)
        if not ends:
            await self._turn(words, ends=False, formatted=False)
            return
        if twice:
            await self._turn(words, ends=True, formatted=False)
        await self._turn(words, ends=True, formatted=bool(twice or self._params.is_u3))
        self._session.turns.append(" ".join(word.text for word in words))
        self._order += 1

    async def empty(self) -> None:
        """A final turn of nothing, as comes at times."""
        await self._turn([], ends=True, formatted=True)
        self._order += 1

    async def _turn(self, words: list[Word], *, ends: bool, formatted: bool) -> None:
        texts = [word.text if formatted or self._params.is_u3 else _plain(word.text) for word in words]
        frame: dict[str, Any] = {
            "turn_order": self._order,
            "turn_is_formatted": formatted,
            "end_of_turn": ends,
            "transcript": " ".join(texts),
            "end_of_turn_confidence": 0.91 if ends else 0.02,
            "words": [
                self._word(word, text, final=ends or word is not words[-1])
                for word, text in zip(words, texts, strict=True)
            ],
            "utterance": " ".join(texts) if ends else "",
            "type": "Turn",
        }
        if self._params.speaker_labels and words:
            frame["speaker_label"] = words[0].speaker
        self._frames += 1
        if self._frames == self._deed.get("malformed_turn"):
            del frame["words"]
        await self._send(frame)

    def _word(self, word: Word, text: str, *, final: bool) -> dict[str, Any]:
        shown = {
            "start": word.start,
            "end": word.end,
            "text": text,
            "confidence": word.confidence,
            "word_is_final": final,
        }
        return shown | {"speaker": word.speaker} if self._params.speaker_labels else shown

    async def _send(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            await self._socket.send_json(frame)


def _plain(text: str) -> str:
    """As before formatting: no capitals, no punctuation."""
    return re.sub(r"[^\w'-]+", "", text.lower())
