"""A vendor's engine as one that answers at once, so that it can be held to what every engine keeps to."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from scribe.transcription.engines.base import EngineAudio, EngineFailed, EngineResult
from scribe.transcription.engines.remote import ENDED, Remedy, RemoteEngine, RemoteLook, RemoteRequest

MODELS = ("universal-3-5-pro", "universal-2")


class Awaited:
    """Upload, submit, look until it has ended, delete."""

    def __init__(self, remote: RemoteEngine) -> None:
        self.remote, self.name = remote, remote.name

    def transcribe(self, audio: EngineAudio, *, language: str, progress: Callable[[float], None]) -> EngineResult:
        url = self.remote.upload(audio, progress)
        transcript_id = self.remote.submit(url, RemoteRequest(language, MODELS, (), None))
        found = self.remote.find(url, since=datetime.now(UTC))
        assert [each.transcript_id for each in found] == [transcript_id]
        look = self._ended(transcript_id, language)
        self.remote.delete(transcript_id)
        if look.answer is not None:
            return look.answer.result
        assert look.problem is not None
        if look.problem.remedy == Remedy.NO_SPEECH:
            return EngineResult(self.name, MODELS[0], language, 0, ())
        raise EngineFailed(look.problem.code, look.problem.message, retryable=False)

    def _ended(self, transcript_id: str, language: str) -> RemoteLook:
        while True:
            look = self.remote.look(transcript_id, language=language)
            if look.status in ENDED:
                return look
            time.sleep(0.02)
