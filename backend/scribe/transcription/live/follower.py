"""Following running recordings, in threads that no stage needs; what fails here costs captions, and nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import clinic_settings
from scribe.accounts.clinic_settings import ClinicChoices
from scribe.audit.service import Actor, act_as
from scribe.consultations.models import ConsultationStatus
from scribe.core.clock import Clock
from scribe.core.crypto import KeyRing
from scribe.core.settings import Settings
from scribe.db.session import clinic_session
from scribe.events.base import EventBus
from scribe.recordings import queries as recordings
from scribe.recordings.arriving import Arriving, Look
from scribe.recordings.keeping import audio_key_of
from scribe.recordings.models import RecordingState
from scribe.recordings.queries import Held
from scribe.recordings.sandbox import parent
from scribe.recordings.sandbox.parent import Limits, SandboxFailed
from scribe.storage.base import ObjectStore
from scribe.transcription.live import holding
from scribe.transcription.live.base import LiveRequest
from scribe.transcription.live.calls import Caller, Calls
from scribe.transcription.live.captioning import Captioning, Patience
from scribe.transcription.live.choice import LiveEngines
from scribe.transcription.live.holding import Hold, Overtaken
from scribe.transcription.live.messages import Caption, CaptionState, Envelope

# Between two looks of a follower that nobody calls.
_LOOK_SECONDS = 1.0
_SAMPLE_BYTES, _SAMPLE_RATE = 4, 16_000
# Of the decoder, for each stretch between two waits, and for all of a recording.
_STEP_SECONDS, _CPU_SECONDS = 60, 3_600

_log = structlog.get_logger(__name__)


class _Left(Exception):
    """The follower's own end: nobody reads, nobody speaks, the clinic chose anew, or the worker stops."""


@dataclass(frozen=True)
class Means:
    """What followers need."""

    sessions: sessionmaker[Session]
    store: ObjectStore
    keyring: KeyRing
    settings: Settings
    clock: Clock
    bus: EventBus
    engines: LiveEngines
    calls: Calls
    stopping: threading.Event


class Followers:
    """The worker's task `live.follow`."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def run(self, clinic_id: str, consultation_id: str, **_: str) -> None:
        """Follow the recording if nobody does, until it is over or nobody reads. Never raises."""
        means, consultation = self._means, UUID(consultation_id)
        caller = means.calls.join(consultation)
        try:
            with clinic_session(means.sessions, UUID(clinic_id)) as session:
                hold = holding.take(session, means.settings, consultation, means.clock.now())
                choices = clinic_settings.of(session, means.settings)
                held = recordings.of_consultation(session, means.keyring, consultation) if hold else None
            if hold is not None and held is not None:
                with suppress(Overtaken):
                    _Follower(means, hold, held, choices, caller).follow()
        except Exception as error:  # noqa: BLE001 - whoever still reads has it followed anew
            _log.warning("live_follow_failed", consultation_id=consultation_id, error=type(error).__name__)
        finally:
            means.calls.leave(consultation, caller)


class _Follower:
    def __init__(self, means: Means, hold: Hold, held: Held, choices: ClinicChoices, caller: Caller) -> None:
        self._means, self._hold, self._held, self._choices, self._caller = means, hold, held, choices, caller
        self._live = means.settings.live
        self._envelope = Envelope(hold.consultation_id, held.data_key)
        self._beaten_at = self._chunk_at = monotonic()
        self._is_over, self._last_segment = False, 0
        request = LiveRequest(
            language=held.consultation.language,
            key_terms=choices.key_terms,
            speech_models=choices.speech_models,
            from_ms=hold.captioned_ms,
            # No number that an earlier follower may have given: its turns are longer than a millisecond.
            first_number=hold.captioned_ms,
        )
        patience = Patience(idle=self._live.live_idle_seconds, backlog=self._live.live_backlog_seconds)
        self._captions = Captioning(means.engines.of(choices), request, patience, self, self._publish)

    def follow(self) -> None:
        """Decode what arrives, have it captioned, and leave nothing open."""
        state: CaptionState | None = CaptionState(state="waiting")
        _log.info("live_follow_began", consultation_id=str(self._hold.consultation_id))
        try:
            if self._choices.live_captions:
                with suppress(_Left):
                    self._decode()
            if self._is_over:
                state = CaptionState(state="ended")
        except Overtaken:
            # The next one says how it is.
            state = None
            raise
        finally:
            self._captions.end(state)
            with self._session() as session:
                holding.beat(session, self._hold, self._means.clock.now(), self._captions.final_ms)
                holding.release(session, self._hold)
            _log.info("live_follow_ended", consultation_id=str(self._hold.consultation_id), is_over=self._is_over)

    def open_line(self, vendor: str) -> None:
        """Write down that a vendor's line opens, if the clinic still wants it and its budget allows it."""
        with self._session() as session:
            self._stand_by_choices(session)
            holding.open_line(session, self._hold, vendor, self._choices.region, self._means.clock.now())

    def close_line(self, open_seconds: float) -> None:
        """Write down what it took."""
        with self._session() as session:
            holding.close_line(session, self._means.settings, self._hold, open_seconds)

    def _decode(self) -> None:
        store, key = self._means.store, audio_key_of(self._held.data_key)
        longest = self._means.settings.recording.recording_max_seconds
        limits = Limits(
            memory_bytes=self._live.live_decode_memory_bytes,
            seconds=_CPU_SECONDS,
            output_bytes=longest * _SAMPLE_RATE * _SAMPLE_BYTES,
            step_seconds=_STEP_SECONDS,
        )
        try:
            parent.follow(
                {"job": "follow", "max_seconds": longest},
                Arriving(store, key, self._look, self._wait),
                write=self._hear,
                limits=limits,
            )
        except SandboxFailed as error:
            _log.warning("live_decoding_ended", failure=str(error.failure))
            self._captions.give_up()
            while not self._is_over:
                self._wait()
                self._look(self._last_segment, 0)

    def _hear(self, _offset: int, sound: bytes) -> None:
        self._captions.hear(np.frombuffer(sound, np.float32))
        self._tend()

    def _look(self, segment: int, number: int) -> Look:
        with self._session() as session:
            self._stand_by_choices(session)
            found = recordings.chunks_from(session, self._held.recording.id, segment, number)
            held = recordings.of_consultation(session, self._means.keyring, self._hold.consultation_id)
        self._is_over = (
            held.recording.state != RecordingState.OPEN or held.consultation.status != ConsultationStatus.RECORDING
        )
        if found:
            self._chunk_at = monotonic()
            self._last_segment = max(chunk.segment for chunk in found)
        return Look(found, self._is_over)

    def _stand_by_choices(self, session: Session) -> None:
        """End where the clinic wants its sound heard elsewhere by now, or not at all: whoever reads asks anew."""
        now, then = clinic_settings.of(session, self._means.settings), self._choices
        if (now.engine, now.region, now.live_captions) != (then.engine, then.region, then.live_captions):
            _log.info("live_follow_outdated", consultation_id=str(self._hold.consultation_id))
            raise _Left

    def _wait(self) -> None:
        self._captions.catch_up()
        self._caller.wait(_LOOK_SECONDS)
        self._tend()

    def _tend(self) -> None:
        now = monotonic()
        is_unread = now - self._caller.read_at > self._live.live_idle_seconds
        if self._means.stopping.is_set() or is_unread or now - self._chunk_at > self._live.live_silence_seconds:
            raise _Left
        if self._caller.new_viewers():
            self._captions.show_again()
        self._captions.look()
        if now - self._beaten_at > self._live.live_claim_seconds / 4:
            self._beaten_at = now
            with self._session() as session:
                holding.beat(session, self._hold, self._means.clock.now(), self._captions.final_ms)

    def _publish(self, caption: Caption) -> None:
        self._means.bus.publish(self._envelope.channel, self._envelope.seal(caption))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with clinic_session(self._means.sessions, self._hold.clinic_id) as session:
            act_as(session, Actor("system", None))
            yield session
