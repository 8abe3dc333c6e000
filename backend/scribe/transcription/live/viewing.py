"""A viewer's stream of captions: opened once on record, then sealed messages opened for whoever may read them."""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.accounts import clinic_settings
from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import queries as consultations
from scribe.consultations import service as consultations_service
from scribe.consultations.models import Consultation, ConsultationStatus
from scribe.core.clock import Clock
from scribe.core.crypto import KeyRing, SealBroken
from scribe.core.settings import Settings
from scribe.events import streaming
from scribe.events.base import EventBus
from scribe.events.streaming import Pace
from scribe.recordings.following import CHANNEL, Call
from scribe.transcription.live import holding
from scribe.transcription.live.messages import Caption, CaptionState, Envelope

# Followers go when nobody says for a while that captions are read.
PACE = Pace(heartbeat_seconds=5)
OFF = CaptionState(state="off", code="captions_off", message="Captions are switched off in the clinic's settings.")
NONE_HERE = CaptionState(state="off", code="captions_not_offered", message="This server makes no captions.")
ENDED = CaptionState(state="ended")


def opened(
    session: Session, settings: Settings, keyring: KeyRing, clock: Clock, viewer: User, consultation_id: UUID
) -> tuple[Envelope, CaptionState | None]:
    """Put the look on record, and have the recording followed; gives the state where there is nothing to follow."""
    consultation = consultations.get(session, viewer, consultation_id)
    audit.record(session, "captions.opened", entity_type="consultation", entity_id=consultation.id)
    envelope = Envelope(consultation.id, consultations_service.data_key(session, consultation, keyring))
    nothing = nothing_to_follow(session, settings, consultation)
    if nothing is None:
        holding.request(session, settings, consultation, clock.now())
    return envelope, nothing


def nothing_to_follow(session: Session, settings: Settings, consultation: Consultation) -> CaptionState | None:
    """Why there will be no captions, if so."""
    if consultation.status != ConsultationStatus.RECORDING:
        return ENDED
    if not settings.live.live_sessions:
        return NONE_HERE
    return None if clinic_settings.of(session, settings).live_captions else OFF


class Reading(StrEnum):
    """What is found when a viewer's right to read is looked at again."""

    LIVE = "live"
    OVER = "over"
    # Switched off meanwhile.
    OFF = "off"
    REFUSED = "refused"


class Viewing:
    """One open stream."""

    def __init__(
        self,
        consultation_id: UUID,
        envelope: Envelope,
        bus: EventBus,
        again: Callable[[], Reading],
    ) -> None:
        self._consultation_id, self._envelope, self._bus, self._again = consultation_id, envelope, bus, again
        self._reading = Reading.LIVE
        self.channel = envelope.channel

    def begin(self) -> None:
        """Ask for the last lines."""
        self._call(is_new_viewer=True)

    def show(self, message: str) -> str | None:
        """The caption; what does not open with the consultation's key is none."""
        try:
            return written(self._envelope.open(message))
        except (SealBroken, ValueError):
            return None

    def may_go_on(self) -> bool:
        """Whether the viewer may still read; if so, whoever follows is told that somebody does."""
        before, self._reading = self._reading, self._again()
        if self._reading == Reading.LIVE:
            self._call(is_new_viewer=False)
        # The follower has the last words, and until the next look to say them.
        return self._reading == Reading.LIVE or (self._reading, before) == (Reading.OVER, Reading.LIVE)

    def farewell(self) -> str | None:
        """Why it ends, should the follower not have said so."""
        ends = {Reading.OVER: ENDED, Reading.OFF: OFF}
        return written(ends[self._reading]) if self._reading in ends else None

    def _call(self, *, is_new_viewer: bool) -> None:
        call = Call(consultation_id=self._consultation_id, is_watched=True, is_new_viewer=is_new_viewer)
        self._bus.publish(CHANNEL, call.model_dump_json())


def written(caption: Caption) -> str:
    """The caption as an event."""
    return streaming.event(caption.kind, caption.model_dump_json(exclude={"kind"}))
