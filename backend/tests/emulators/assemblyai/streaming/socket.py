"""/v3/ws: one session, from its 101 to its close."""

import asyncio
import contextlib
import json
import time
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.assemblyai import answers, wire
from tests.emulators.assemblyai.hearing.heard import Heard
from tests.emulators.assemblyai.hearing.sound import RATE, Samples
from tests.emulators.assemblyai.streaming.audio import Decoder, decoder
from tests.emulators.assemblyai.streaming.gate import Closing, admit
from tests.emulators.assemblyai.streaming.listening import ByEar, ByReference, Listening, Undecided
from tests.emulators.assemblyai.streaming.params import Params, WrongParams
from tests.emulators.assemblyai.streaming.sessions import Session
from tests.emulators.assemblyai.streaming.turns import Turns
from tests.emulators.assemblyai.world import WORLD, World

_LONGEST_S = 3 * 3600
_LEAST_MS, _MOST_MS = 50, 1000
_TROUBLE = {"error", "drop", "stall"}
# A line that ended without a close.
_CUT = 1006


async def socket(request: web.Request) -> web.StreamResponse:
    """Refused before the upgrade only by a script: the vendor tells what is wrong after it."""
    world = request.app[WORLD]
    deed = world.script.due("stream", {"key": _credential(request), "query": dict(request.query)}) or {}
    if "http" in deed:
        return answers.error(deed["http"], "Unauthorized" if deed["http"] == 401 else "Service Unavailable")
    line = web.WebSocketResponse(max_msg_size=16 * 1024 * 1024)
    await line.prepare(request)
    session = Session(len(world.sessions) + 1, None, dict(request.query))
    world.sessions.append(session)
    live = Live(world, request, line, session, deed)
    try:
        await live.run()
    except Closing as closing:
        # As the vendor's own books have it, even where the client closes in the same moment.
        session.close_code = closing.code
        with contextlib.suppress(ConnectionError):
            await line.send_json({"type": "Error", "error_code": closing.code, "error": closing.text})
            await line.close(code=closing.code, message=b"See Error message for details")
    except ConnectionError:
        # The client is gone; nobody is there to be told.
        pass
    finally:
        live.stop()
        session.closed, session.close_code = time.monotonic(), session.close_code or line.close_code or _CUT
        session.over.set()
    return line


def _credential(request: web.Request) -> str | None:
    return request.headers.get("authorization") or request.query.get("token")


class Live:
    """A session while it is open."""

    def __init__(
        self, world: World, request: web.Request, line: web.WebSocketResponse, session: Session, deed: dict[str, Any]
    ) -> None:
        self._world, self._request, self._line, self._session, self._deed = world, request, line, session, deed
        self._params = Params()
        self._decoder: Decoder | None = None
        self._listening: Listening | None = None
        # The last words after a Terminate: said beside the loop that reads, so that pings are answered meanwhile.
        self._ending: asyncio.Task[None] | None = None
        self._has_said_all = False
        self._ahead_s = deed.get("ahead_s", world.options.stream_ahead_s)

    async def run(self) -> None:
        """Begin, take audio, say turns, end. Raises `Closing` where the vendor ends it."""
        await self._play()
        longest = admit(self._world, self._session, _credential(self._request)) or _LONGEST_S
        try:
            self._params.update({name: value for name, value in self._request.query.items() if name != "token"})
        except WrongParams as error:
            raise Closing(3006, f"Invalid Message: {error}") from error
        self._decoder = decoder(self._params)
        self._turns = Turns(self._line, self._session, self._params, self._deed)
        self._listening = self._choose()
        await wire.pause(self._deed.get("begin_after_s", 0))
        if not self._deed.get("no_begin"):
            await self._begin(longest)
        await self._take(longest)
        if self._ending is not None and self._has_said_all:
            await self._ending

    def stop(self) -> None:
        """Leave nothing running."""
        if self._ending is not None:
            self._ending.cancel()
        if self._listening is not None:
            self._listening.stop()

    async def _begin(self, longest: float) -> None:
        asked = self._params
        configuration = {
            "model": asked.speech_model,
            "mode": asked.others.get("mode"),
            "api_version": "2025-05-12",
            "speaker_labels": asked.speaker_labels,
            "redact_pii": False,
            "filter_profanity": False,
            "domain": asked.domain,
            "voice_focus": asked.others.get("voice_focus"),
        }
        expires = int(time.time() + longest)
        frame = {"type": "Begin", "id": self._session.id, "expires_at": expires, "configuration": configuration}
        await self._line.send_json(frame)
        self._session.has_begun = True
        if "warning" in self._deed:
            code, text = self._deed["warning"]
            await self._line.send_json({"type": "Warning", "warning_code": code, "warning": text})

    async def _take(self, longest: float) -> None:
        ends = time.monotonic() + longest
        while not self._line.closed:
            patience = min(self._params.inactivity_timeout or longest, ends - time.monotonic())
            try:
                message = await self._line.receive(timeout=max(0.001, patience))
            except TimeoutError:
                if time.monotonic() >= ends:
                    raise Closing(3008, "Session Expired: Maximum session duration exceeded") from None
                raise Closing(3005, "Session Cancelled: Inactivity timeout") from None
            if message.type == WSMsgType.BINARY:
                if self._ending is None:
                    await self._audio(message.data)
            elif message.type == WSMsgType.TEXT:
                await self._message(message.data)
            else:
                return

    async def _audio(self, data: bytes) -> None:
        session = self._session
        session.received(data)
        if isinstance(self._listening, Undecided):
            self._listening.received(data)
        assert self._decoder is not None
        assert self._listening is not None
        samples = await self._decoder.feed(data)
        length = self._length_ms(data, samples)
        session.audio_ms += length
        if self._params.encoding.startswith("pcm") and not _LEAST_MS <= round(length) <= _MOST_MS:
            raise Closing(
                3007,
                f"Input duration violation: {round(length)} ms. Expected between {_LEAST_MS} and {_MOST_MS} ms",
            )
        if self._ahead_s is not None and session.audio_ms / 1000 - session.open_s > self._ahead_s:
            raise Closing(
                3007,
                f"Audio Transmission Rate Exceeded: Received {session.audio_ms / 1000:.2f} sec. audio in "
                f"{session.open_s:.2f} sec",
            )
        await self._listening.feed(samples)
        await self._play()

    def _length_ms(self, data: bytes, samples: Samples) -> float:
        """How much sound a message holds; what is compressed tells it only when it is decoded."""
        if self._params.sample_rate and self._params.encoding.startswith("pcm"):
            width = 2 if self._params.encoding == "pcm_s16le" else 1
            return len(data) / width / self._params.sample_rate * 1000
        return len(samples) / RATE * 1000

    async def _play(self) -> None:
        """The trouble that a script has, once so much audio has come."""
        if not self._deed.keys() & _TROUBLE or self._session.audio_ms < self._deed.get("at_ms", 0):
            return
        if self._listening is not None:
            # What was said until now has been told, however fast a test sends.
            await self._listening.catch_up()
        if "error" in self._deed:
            raise Closing(*self._deed["error"])
        if self._deed.get("drop"):
            wire.reset(self._request)
            raise ConnectionResetError
        if self._deed.get("stall"):
            await wire.hang(self._request)
            raise ConnectionResetError

    async def _message(self, text: str) -> None:
        assert self._listening is not None
        try:
            message = json.loads(text)
        except json.JSONDecodeError as error:
            raise Closing(3006, f"Invalid JSON: {error}") from error
        kind = message.get("type") if isinstance(message, dict) else None
        if kind == "Terminate":
            self._ending = self._ending or asyncio.create_task(self._terminate())
        elif kind == "ForceEndpoint":
            await self._listening.endpoint()
        elif kind == "UpdateConfiguration":
            try:
                self._params.update({name: value for name, value in message.items() if name != "type"})
            except WrongParams as error:
                raise Closing(3006, f"Invalid Message: {error}") from error
        elif kind != "KeepAlive":
            raise Closing(3006, f"Invalid Message Type: {kind}")

    async def _terminate(self) -> None:
        session = self._session
        session.is_terminated = True
        assert self._decoder is not None
        assert self._listening is not None
        rest = await self._decoder.finish()
        session.audio_ms += len(rest) / RATE * 1000
        await self._listening.feed(rest)
        await self._listening.finish()
        if self._deed.get("empty_final_turn"):
            await self._turns.empty()
        if self._deed.get("no_termination"):
            return
        seconds = {
            "audio_duration_seconds": round(session.audio_ms / 1000),
            "session_duration_seconds": round(session.open_s),
        }
        self._has_said_all = True
        await self._line.send_json({"type": "Termination", **seconds})
        await self._line.close(code=1000, message=b"Session Ended")

    def _choose(self) -> Listening:
        references = self._world.ears.references
        known = references.by_stream.get(self._session.number)
        if known is None and references.by_prefix:
            return Undecided(references, self._listen)
        return self._listen(known)

    def _listen(self, known: Heard | None) -> Listening:
        if known is not None:
            return ByReference(known, self._params, self._turns.say)
        return ByEar(self._world.ears, self._params, self._turns.say)
